import type { LogCheck, OrganizationId } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import type { OrganizationSealer, Keys } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import type { Mail } from '../mail/mail.ts'
import { brokenLogMail } from './broken-log-mail.ts'
import { claimCheck, insertCheck, setNextCheck, toldSince } from './check-store.ts'
import { checkAgainstKept } from './check-kept.ts'
import type { CheckpointDestination } from './destinations/destination.ts'
import { isDue } from './due.ts'
import { record } from './record.ts'
import { watchersOf } from './watchers.ts'

const everyMs = 60 * 60_000
/** None is further away than this: servers' clocks differ a little. */
const mostAheadMs = 2 * everyMs
/** Longer than any check takes: one that a crash broke off is made again after it. */
const checkMs = 15 * 60_000
/** How often it is looked which logs are due. */
const lookMs = 60_000
/** Those who were told of a broken log are told again, while it stays so. */
const tellAgainMs = 24 * 60 * 60_000

export interface SelfChecksOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  destinations: readonly CheckpointDestination[]
  mail: Mail
  /** The origin people use, for links. */
  publicUrl: () => string
  log: Log
  now?: () => Date
}

export type SelfChecks = ReturnType<typeof startSelfChecks>

/** Has the server look at every log, each hour, and say what it found: on record, in its own log, and by mail where it must. */
export function startSelfChecks(options: SelfChecksOptions) {
  const { database, keys, destinations, mail, publicUrl, log, now = () => new Date() } = options
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = Promise.resolve()
  const stopping = new AbortController()
  let broken = 0

  async function tell(tx: Transaction, organizationId: OrganizationId, fields: OrganizationSealer): Promise<boolean> {
    const told = await toldSince(tx)
    if (told !== null && Math.abs(now().getTime() - told.getTime()) < tellAgainMs) return false
    const message = brokenLogMail(publicUrl())
    for (const to of await watchersOf(tx)) await mail.queue(tx, organizationId, fields, { to, ...message })
    return true
  }

  async function keep(organizationId: OrganizationId, check: Omit<LogCheck, 'at'>): Promise<void> {
    const fields = await keys.sealer(organizationId)
    await database.inOrganization(organizationId, async (tx) => {
      const at = now()
      const told = check.outcome === 'broken' && (await tell(tx, organizationId, fields))
      await insertCheck(tx, organizationId, { at, ...check }, told)
      const findings = [...new Set(check.findings.map(({ code }) => code))]
      await record(tx, { type: 'log.checked', organizationId, facts: { outcome: check.outcome, findings } }, at)
      await setNextCheck(tx, new Date(at.getTime() + everyMs))
    })
  }

  /** @param evenIfNotDue because there is reason to look now */
  async function check(organizationId: OrganizationId, evenIfNotDue = false): Promise<void> {
    const at = now()
    const isOurs = await database.inOrganization(organizationId, async (tx) => {
      if (evenIfNotDue) await setNextCheck(tx, at)
      return claimCheck(tx, organizationId, { now: at, until: new Date(at.getTime() + checkMs), mostAheadMs })
    })
    if (!isOurs) return
    const done = await checkAgainstKept({ database, destinations }, organizationId, { now: at, signal: stopping.signal })
    // A log that was never signed, and of which nothing is kept: there is nothing to look at yet.
    if (done === null) return
    if (done.outcome === 'broken') {
      const findings = done.findings.map(({ code, index }) => ({ code, index }))
      log.error({ organizationId, findings }, 'the audit log is not what was signed and kept; see docs/operations.md')
    }
    await keep(organizationId, done)
  }

  async function checkSafely(organizationId: OrganizationId, evenIfNotDue = false): Promise<void> {
    try {
      await check(organizationId, evenIfNotDue)
    } catch (error) {
      if (stopping.signal.aborted) return
      log.error({ organizationId, error }, 'the audit log could not be checked; it is tried again in a quarter of an hour')
    }
  }

  /** Checks the logs that are due. */
  async function look(): Promise<void> {
    try {
      const logs = await database.lookUps.logChecks()
      for (const { organizationId, nextAt } of logs) {
        if (stopping.signal.aborted) return
        if (nextAt === null || isDue(nextAt, now(), mostAheadMs)) await checkSafely(organizationId)
      }
      broken = (await database.lookUps.logChecks()).filter(({ outcome }) => outcome === 'broken').length
    } catch (error) {
      log.warn({ error }, 'it could not be looked which audit logs are to be checked')
    }
  }

  /** One after the other: each reads a whole log. */
  const inTurn = (work: () => Promise<void>): Promise<void> => (running = running.then(work))

  function later(): void {
    if (stopping.signal.aborted) return
    timer = setTimeout(() => void inTurn(look).then(later), lookMs).unref()
  }
  later()

  return {
    /** Checks what is due, now. */
    look: () => inTurn(look),
    /** Checks a log though its hour is not over. */
    checkNow: (organizationId: OrganizationId) => inTurn(() => checkSafely(organizationId, true)),
    /** How many logs were not as they should be when they were last looked at. */
    broken: () => broken,
    async stop(): Promise<void> {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
