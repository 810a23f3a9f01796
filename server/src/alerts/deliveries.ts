import type { AlertDeliveryId, AlertProblem, AlertRuleId, OrganizationId } from '@curtain/protocol'
import { type After, afterTimeout } from '../after-timeout.ts'
import { record } from '../audit/record.ts'
import { runFrom } from '../audit/request-origin.ts'
import { watchersOf } from '../audit/watchers.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import type { Log } from '../log.ts'
import type { Mail } from '../mail/mail.ts'
import { retryMs } from '../mail/outbox.ts'
import { postWebhook, WebhookError, type WebhookMessage, type WebhookProblem } from '../webhooks/post.ts'
import { failureMail } from './mails.ts'
import { webhookUrl } from './schema.ts'
import { deleteOverdueSecrets, secretsOf } from './secrets.ts'
import { claimDelivery, findRule, forgetDeliveries, lockDelivery, updateDelivery } from './store.ts'
import type { AlertWatch } from './watch.ts'

/** Longer than any attempt takes: one that a crash broke off is made again after it. */
const attemptMs = 60_000
/** How many receivers may keep this server waiting at once; of one organization, one. */
const mostAtOnce = 8
/** How often it looks though nothing calls: for messages of a server that died, and old secrets whose time is over. */
const lookMs = 5 * 60_000
const afterFailureMs = 30_000
/** How long messages are shown. */
const shownMs = 90 * 24 * 60 * 60_000
/** What no other attempt would change. */
const final: readonly WebhookProblem[] = ['address-invalid', 'address-refused', 'gone']

export interface AlertDeliveriesOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  watch: Pick<AlertWatch, 'endQuiets'>
  mail: Mail
  publicUrl: () => string
  /** Whether receivers may be inside the operator's own network. */
  privateAddresses: 'refuse' | 'allow'
  log: Log
  now?: () => Date
  post?: (message: WebhookMessage) => Promise<void>
  /** Runs something in so many milliseconds; returns what calls it off. */
  after?: After
}

export interface AlertDeliveries {
  /** Begins to send what is due, and looks again when the next is. Resolves once nothing is under way any more. */
  wake(): Promise<void>
  /** Breaks off what is under way; it is sent again by whoever looks next. May be called twice. */
  stop(): Promise<void>
}

/**
 * Webhooks of alerts, from a table: delivered at least once, whatever stops or breaks in between, or given up after a day,
 * which is said. Servers on the same database share the work.
 */
export function createAlertDeliveries(options: AlertDeliveriesOptions): AlertDeliveries {
  const { database, keys, watch, mail, publicUrl, privateAddresses, log } = options
  const { now = () => new Date(), post = postWebhook, after = afterTimeout } = options
  const stopping = new AbortController()
  const underWay = new Map<OrganizationId, Promise<void>>()
  let looking: Promise<void> | null = null
  let lookAgain = false
  let callOff = () => {}

  async function attempt(organizationId: OrganizationId, id: AlertDeliveryId): Promise<void> {
    const fields = await keys.sealer(organizationId)
    const at = now()
    const until = new Date(at.getTime() + attemptMs)
    const claimed = await database.inOrganization(organizationId, async (tx) => {
      const delivery = await claimDelivery(tx, id, at, until)
      return delivery && { ...delivery, rule: await findRule(tx, delivery.rule_id) }
    })
    if (claimed === undefined) return
    const { rule, body, attempts, give_up_at } = claimed
    const end = (problem: AlertProblem | null, status: number | null) =>
      database.inOrganization(organizationId, (tx) =>
        finish(tx, { organizationId, id, ruleId: claimed.rule_id, ruleName: rule?.name ?? '', fields, problem, status }),
      )
    if (rule === undefined || rule.webhook_url === null) return end('rule-changed', null)
    const url = fields.open(webhookUrl, rule.id, rule.webhook_url)
    const secrets = secretsOf(fields, rule, at)
    try {
      await post({ url, secrets, id, body, privateAddresses, now, signal: stopping.signal })
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error
      const { code, status } = error
      // Broken off by us: as if it had not begun.
      if (code === 'stopped') return postpone(organizationId, id, { next_attempt_at: at })
      const next = new Date(now().getTime() + retryMs(attempts))
      if (final.includes(code) || (give_up_at !== null && next >= give_up_at)) {
        log.warn({ organizationId, reason: code, count: attempts }, 'an alert was given up')
        return end(code, status)
      }
      return postpone(organizationId, id, { next_attempt_at: next, problem: code, status })
    }
    await end(null, null)
  }

  const postpone = (organizationId: OrganizationId, id: AlertDeliveryId, change: Parameters<typeof updateDelivery>[2]) =>
    database.inOrganization(organizationId, async (tx) => {
      const held = await lockDelivery(tx, id)
      if (held?.state === 'waiting') await updateDelivery(tx, id, change)
    })

  async function finish(
    tx: Transaction,
    ended: {
      organizationId: OrganizationId
      id: AlertDeliveryId
      ruleId: AlertRuleId
      ruleName: string
      fields: Sealer
      problem: AlertProblem | null
      status: number | null
    },
  ): Promise<void> {
    const { organizationId, id, ruleId, ruleName, fields, problem, status } = ended
    const at = now()
    const held = await lockDelivery(tx, id)
    // The rule was changed, or removed, while it was under way.
    if (held?.state !== 'waiting') return
    const state = problem === null ? 'delivered' : 'failed'
    await updateDelivery(tx, id, { state, problem, status, ended_at: at, next_attempt_at: null, give_up_at: null })
    await forgetDeliveries(tx, new Date(at.getTime() - shownMs))
    const facts = { alertRuleId: ruleId, by: 'webhook' }
    if (problem === null) return record(tx, { type: 'alert.sent', organizationId, facts }, at)
    await record(tx, { type: 'alert.failed', organizationId, facts: { ...facts, reason: problem } }, at)
    const message = failureMail(ruleName, publicUrl())
    for (const to of await watchersOf(tx)) await mail.queue(tx, organizationId, fields, { to, ...message })
  }

  async function work(organizationId: OrganizationId, id: AlertDeliveryId): Promise<void> {
    try {
      await attempt(organizationId, id)
      underWay.delete(organizationId)
      void wake()
    } catch (error) {
      log.error({ organizationId, error }, 'an alert could not be sent for now')
      underWay.delete(organizationId)
      // What failed for reasons of ours would fail again at once.
      lookIn(afterFailureMs)
    }
  }

  /** Begins what is due. @returns when to look again, in milliseconds */
  async function beginDue(): Promise<number> {
    await deleteOverdueSecrets(database, now())
    const quietUntil = await watch.endQuiets()
    const waiting = await database.lookUps.waitingAlerts()
    const at = now()
    for (const { organizationId, id, nextAttemptAt } of waiting) {
      if (nextAttemptAt > at || underWay.size >= mostAtOnce) break
      if (!underWay.has(organizationId)) underWay.set(organizationId, work(organizationId, id))
    }
    const later = [...waiting.map(({ nextAttemptAt }) => nextAttemptAt), ...(quietUntil === null ? [] : [quietUntil])]
      .map((when) => when.getTime() - at.getTime())
      .filter((ms) => ms > 0)
    return Math.min(lookMs, ...later)
  }

  async function look(): Promise<void> {
    let next = afterFailureMs
    try {
      do {
        lookAgain = false
        next = await beginDue()
      } while (lookAgain && !stopping.signal.aborted)
    } catch (error) {
      // The database is away, or the root key: what is in line waits there.
      log.warn({ error }, 'alerts could not be looked through')
    }
    lookIn(next)
  }

  function lookIn(ms: number): void {
    callOff()
    if (!stopping.signal.aborted) callOff = after(ms, () => void wake())
  }

  async function settle(): Promise<void> {
    const pending = () => [...(looking === null ? [] : [looking]), ...underWay.values()]
    for (let left = pending(); left.length > 0; left = pending()) await Promise.all(left)
  }

  async function wake(): Promise<void> {
    if (stopping.signal.aborted) return
    // Whatever request it comes from, nobody asked for what is looked at now.
    if (looking === null) looking = runFrom(null, look).finally(() => (looking = null))
    else lookAgain = true
    await settle()
  }

  return {
    wake,
    async stop() {
      stopping.abort()
      callOff()
      await settle()
    },
  }
}
