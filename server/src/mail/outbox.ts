import type { OrganizationId } from '@curtain/protocol'
import { type After, afterTimeout } from '../after-timeout.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Keys } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import type { Mail } from './mail.ts'
import { mailBody, mailRecipient, mailSubject, type MailId } from './schema.ts'
import { MailRefusedError, type MailSender } from './smtp.ts'
import { claimMail, deleteMail, insertMail, postponeMail } from './store.ts'

/** Longer than any attempt takes: one that a crash broke off is made again after it. */
const attemptMs = 10 * 60_000
const firstRetryMs = 30_000
const longestRetryMs = 60 * 60_000
/** After so long a message would confuse more than it helps. */
const giveUpMs = 24 * 60 * 60_000
/** How often it looks though nothing calls: for mail of a server that died. */
const lookMs = 5 * 60_000
/** How long a message under way may still take when the server stops. */
const finishMs = 3_000

export interface MailOutboxOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  /** Null: there is no mail server. */
  sender: MailSender | null
  log: Log
  now?: () => Date
  /** Runs something in so many milliseconds; returns what calls it off. */
  after?: After
}

export interface MailOutbox extends Mail {
  /** Sends what is due, and looks again when the next is. Resolves once it has looked. */
  wake(): Promise<void>
  /** Lets the message that is under way finish, for a moment. */
  stop(): Promise<void>
}

/** When a message is tried again, in milliseconds. @param attempts made so far */
export function retryMs(attempts: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1))
}

/**
 * Mail in a table, written in the transaction of what causes it: delivered at least once, whatever stops or breaks in between.
 * Servers on the same database share the work.
 */
export function createMailOutbox({
  database,
  keys,
  sender,
  log,
  now = () => new Date(),
  after = afterTimeout,
}: MailOutboxOptions): MailOutbox {
  let looking: Promise<void> | null = null
  let lookAgain = false
  let stopped = false
  let callOff = () => {}

  async function attempt(through: MailSender, organizationId: OrganizationId, id: MailId): Promise<void> {
    const fields = await keys.sealer(organizationId)
    const at = now()
    const until = new Date(at.getTime() + attemptMs)
    const mail = await database.inOrganization(organizationId, (tx) => claimMail(tx, id, at, until))
    if (mail === undefined) return
    const sealer = mail.patient_id === null ? fields : await fields.patient(mail.patient_id)
    // Nobody is left to write to.
    if (sealer === null) return database.inOrganization(organizationId, (tx) => deleteMail(tx, id))
    const giveUp = async (reason: string, error: unknown) => {
      log.error({ organizationId, reason, error }, 'a message was given up')
      await database.inOrganization(organizationId, (tx) => deleteMail(tx, id))
    }
    try {
      const to = sealer.open(mailRecipient, id, mail.recipient)
      const subject = sealer.open(mailSubject, id, mail.subject)
      const text = sealer.open(mailBody, id, mail.body)
      await through.send({ id, date: mail.created_at, to, subject, text })
    } catch (error) {
      if (error instanceof MailRefusedError) return giveUp('refused', error)
      const next = new Date(now().getTime() + retryMs(mail.attempts))
      if (next.getTime() >= mail.created_at.getTime() + giveUpMs) return giveUp('expired', error)
      log.warn({ organizationId, count: mail.attempts, error }, 'a message could not be sent yet')
      return database.inOrganization(organizationId, (tx) => postponeMail(tx, id, next))
    }
    await database.inOrganization(organizationId, (tx) => deleteMail(tx, id))
  }

  /** Sends what is due. @returns when to look again, in milliseconds */
  async function sendDue(through: MailSender): Promise<number> {
    for (;;) {
      const waiting = await database.lookUps.waitingMails()
      const at = now()
      const due = waiting.filter(({ nextAttemptAt }) => nextAttemptAt <= at)
      if (due.length === 0) {
        const next = waiting[0]?.nextAttemptAt.getTime() ?? Number.POSITIVE_INFINITY
        return Math.min(lookMs, next - at.getTime())
      }
      for (const { organizationId, id } of due) {
        if (stopped) return lookMs
        await attempt(through, organizationId, id)
      }
    }
  }

  async function look(through: MailSender): Promise<void> {
    callOff()
    let next = firstRetryMs
    try {
      do {
        lookAgain = false
        next = await sendDue(through)
      } while (lookAgain)
    } catch (error) {
      // The database is away, or the root key: what is in line waits there.
      log.warn({ error }, 'mail could not be looked through')
    }
    if (!stopped) callOff = after(next, () => void wake())
  }

  async function wake(): Promise<void> {
    if (sender === null || stopped) return
    if (looking === null) looking = look(sender).finally(() => (looking = null))
    else lookAgain = true
    await looking
  }

  return {
    isSetUp: sender !== null,

    async queue(tx, organizationId, fields, message) {
      if (sender === null) return
      const at = now()
      await insertMail(tx, fields, { ...message, id: newId('mail', at), organizationId, now: at })
    },

    wake,

    async stop() {
      stopped = true
      callOff()
      const cut = after(finishMs, () => sender?.close())
      await looking
      cut()
      sender?.close()
    },
  }
}
