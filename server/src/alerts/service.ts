import type {
  AlertDelivery,
  AlertDeliveryId,
  AlertList,
  AlertRule,
  AlertRuleId,
  AlertRuleKept,
  alertRuleInput,
} from '@curtain/protocol'
import type { z } from 'zod'
import { demand, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import { type Did, tellOtherWatchers } from '../audit/watchers.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { createRateLimiter } from '../http/rate-limit.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import type { SignedInActor } from '../users/schema.ts'
import { isWebhookAddress } from '../webhooks/post.ts'
import { newWebhookSecret } from '../webhooks/sign.ts'
import { typesOf } from './counting.ts'
import { mayManageAlerts } from './policy.ts'
import { giveUpMs, raise, type RaisingParts } from './raise.ts'
import { type AlertRuleHeld, mailAddresses, webhookSecret, webhookUrl } from './schema.ts'
import { noSecrets, oldSecretUntil, replaceSecret } from './secrets.ts'
import {
  allRules,
  countRules,
  deliveries,
  type DeliveryWithRule,
  findRule,
  forgetCounts,
  giveUpWaiting,
  insertRule,
  lockDelivery,
  lockRule,
  noOldSecret,
  type RuleWithCreator,
  updateDelivery,
  updateRule,
} from './store.ts'

const mostRules = 50
const mostShown = 50
/** Messages that somebody asks for, by organization: they go to others, who did not. */
const byHand = { burst: 10, perMinute: 2 }

type Input = z.output<typeof alertRuleInput>

export interface AlertsOptions extends RaisingParts {
  database: Database
  keys: Pick<Keys, 'sealer'>
  privateAddresses: 'refuse' | 'allow'
  now?: () => Date
}

export type Alerts = ReturnType<typeof createAlerts>

/** The rules of when somebody is alerted, for the security officers. */
export function createAlerts({ database, keys, mail, publicUrl, privateAddresses, now = () => new Date() }: AlertsOptions) {
  const maySend = createRateLimiter(byHand, () => now().getTime())
  const actOf = ({ organizationId, userId, sessionId }: SignedInActor) => ({ organizationId, userId, sessionId })

  const tellOthers = (tx: Transaction, fields: Sealer, actor: SignedInActor, did: Did) =>
    tellOtherWatchers(tx, { mail, fields, publicUrl: publicUrl() }, actor, did)

  function checkAddress({ webhookUrl: url }: Input): void {
    if (url !== null && !isWebhookAddress(url, privateAddresses)) throw new AppError('invalid-input', { fields: ['webhookUrl'] })
  }

  async function held(tx: Transaction, id: AlertRuleId): Promise<AlertRuleHeld> {
    const rule = await lockRule(tx, id)
    if (rule === undefined) throw new AppError('not-found')
    return rule
  }

  async function shown(tx: Transaction, fields: Sealer, id: AlertRuleId): Promise<AlertRule> {
    const rule = await findRule(tx, id)
    if (rule === undefined) throw new AppError('not-found')
    return describeRule(fields, rule, now())
  }

  return {
    /** The rules, and what was sent lately. @throws AppError `forbidden` */
    async list(actor: SignedInActor): Promise<AlertList> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.list')
      const fields = await keys.sealer(actor.organizationId)
      return database.inOrganization(actor.organizationId, async (tx) => {
        const rules = await allRules(tx).execute()
        const sent = await deliveries(tx).limit(mostShown).execute()
        const at = now()
        await record(tx, { type: 'alert.listed', ...actOf(actor), facts: { count: rules.length } }, at)
        return { rules: rules.map((rule) => describeRule(fields, rule, at)), deliveries: sent.map(describeDelivery), sendsMail: mail.isSetUp }
      })
    },

    /** Watches from now on. @throws AppError `forbidden`, `invalid-input`, `alert-rules-full` */
    async create(actor: SignedInActor, input: Input): Promise<AlertRuleKept> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.create-rule')
      checkAddress(input)
      const { organizationId, userId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        if ((await countRules(tx)) >= mostRules) throw new AppError('alert-rules-full')
        const at = now()
        const id = newId('alertRule', at)
        const secret = input.webhookUrl === null ? null : newWebhookSecret()
        const made = { id, organization_id: organizationId, created_by: userId, created_at: at, watches_since: at }
        await insertRule(tx, {
          ...made,
          ...columnsOf(fields, id, input),
          webhook_secret: secret === null ? null : fields.seal(webhookSecret, id, secret),
        })
        const facts = { alertRuleId: id, on: typesOf(input) }
        await record(tx, { type: 'alert.rule-created', ...actOf(actor), facts }, at)
        return { rule: await shown(tx, fields, id), webhookSecret: secret }
      })
    },

    /**
     * Puts another rule in its place: counting begins anew. The secret stays while there is a webhook.
     * @throws AppError `forbidden`, `not-found`, `invalid-input`
     */
    async change(actor: SignedInActor, id: AlertRuleId, input: Input): Promise<AlertRuleKept> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.change-rule', id)
      checkAddress(input)
      const fields = await keys.sealer(actor.organizationId)
      return inReach(database, actor, async (tx) => {
        const at = now()
        const before = describeInput(fields, await held(tx, id))
        const changed = Object.keys(before).filter((name) => JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(Reflect.get(input, name)))
        const isNew = before.webhookUrl === null && input.webhookUrl !== null
        const secret = isNew ? newWebhookSecret() : null
        if (changed.length > 0) {
          await updateRule(tx, id, {
            ...columnsOf(fields, id, input),
            ...(secret !== null && { webhook_secret: fields.seal(webhookSecret, id, secret) }),
            ...(input.webhookUrl === null && noSecrets),
            ...anew(at),
          })
          await forgetCounts(tx, id)
          if (input.webhookUrl === null) await giveUpWaiting(tx, id, at)
          await record(tx, { type: 'alert.rule-changed', ...actOf(actor), facts: { alertRuleId: id, fields: changed } }, at)
          await tellOthers(tx, fields, actor, { en: 'changed who is alerted of what', es: 'cambió a quién se avisa de qué' })
        }
        return { rule: await shown(tx, fields, id), webhookSecret: secret }
      })
    },

    /** The one before signs too, for a day. @throws AppError `forbidden`, `not-found`, `invalid-input` where there is no webhook */
    async newSecret(actor: SignedInActor, id: AlertRuleId): Promise<AlertRuleKept> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.change-rule', id)
      const fields = await keys.sealer(actor.organizationId)
      return inReach(database, actor, async (tx) => {
        const at = now()
        const rule = await held(tx, id)
        if (rule.webhook_url === null) throw new AppError('invalid-input', { fields: ['webhookUrl'] })
        const secret = newWebhookSecret()
        await updateRule(tx, id, replaceSecret(fields, rule, secret, at))
        await record(tx, { type: 'alert.rule-changed', ...actOf(actor), facts: { alertRuleId: id, fields: ['webhookSecret'] } }, at)
        return { rule: await shown(tx, fields, id), webhookSecret: secret }
      })
    },

    /** From now on the present one signs alone. @throws AppError `forbidden`, `not-found` */
    async forgetOldSecret(actor: SignedInActor, id: AlertRuleId): Promise<void> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.change-rule', id)
      await inReach(database, actor, async (tx) => {
        if ((await held(tx, id)).old_webhook_secret === null) return
        await updateRule(tx, id, noOldSecret)
        await record(tx, { type: 'alert.rule-changed', ...actOf(actor), facts: { alertRuleId: id, fields: ['oldWebhookSecret'] } }, now())
      })
    },

    /** Nobody is told by it any more; its addresses and secret are forgotten. @throws AppError `forbidden`, `not-found` */
    async remove(actor: SignedInActor, id: AlertRuleId): Promise<void> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.remove-rule', id)
      const fields = await keys.sealer(actor.organizationId)
      await inReach(database, actor, async (tx) => {
        const at = now()
        await held(tx, id)
        await updateRule(tx, id, { removed_at: at, webhook_url: null, ...noSecrets, mail_addresses: null, ...anew(at) })
        await forgetCounts(tx, id)
        await giveUpWaiting(tx, id, at)
        await record(tx, { type: 'alert.rule-removed', ...actOf(actor), facts: { alertRuleId: id } }, at)
        await tellOthers(tx, fields, actor, { en: 'removed a rule of who is alerted of what', es: 'eliminó una regla de a quién se avisa de qué' })
      })
    },

    /** Sends a message that says that it is a test. @throws AppError `forbidden`, `not-found`, `rate-limited` */
    async test(actor: SignedInActor, id: AlertRuleId): Promise<void> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.test-rule', id)
      const fields = await keys.sealer(actor.organizationId)
      await inReach(database, actor, async (tx) => {
        const rule = await held(tx, id)
        if (!maySend(actor.organizationId)) throw new AppError('rate-limited')
        const at = now()
        await record(tx, { type: 'alert.tested', ...actOf(actor), facts: { alertRuleId: id } }, at)
        await raise(tx, { mail, publicUrl }, fields, rule, { kind: 'test', count: 0, event: null, quietMinutes: 0, at })
      })
    },

    /**
     * Tries a webhook once more that was given up, or at once one that waits; one that arrived is left alone.
     * @throws AppError `forbidden`, `not-found`, `rate-limited`
     */
    async sendAgain(actor: SignedInActor, id: AlertDeliveryId): Promise<AlertDelivery> {
      await demand(database, actor, mayManageAlerts(actor), 'alert.send-again', id)
      return inReach(database, actor, async (tx) => {
        const at = now()
        const found = await deliveries(tx).where('alert_deliveries.id', '=', id).executeTakeFirst()
        if (found === undefined || found.by !== 'webhook') throw new AppError('not-found')
        if (!maySend(actor.organizationId)) throw new AppError('rate-limited')
        const facts = { alertRuleId: found.rule_id, alertDeliveryId: id }
        await record(tx, { type: 'alert.sent-again', ...actOf(actor), facts }, at)
        // The rule first, as whoever changes it does.
        const rule = await lockRule(tx, found.rule_id)
        const delivery = await lockDelivery(tx, id)
        if (delivery !== undefined && delivery.state !== 'delivered' && rule !== undefined && rule.webhook_url !== null) {
          const waiting = { state: 'waiting', next_attempt_at: at, give_up_at: new Date(at.getTime() + giveUpMs), ended_at: null } as const
          await updateDelivery(tx, id, { ...waiting, ...(delivery.state === 'failed' && { attempts: 0 }) })
        }
        return describeDelivery(await deliveries(tx).where('alert_deliveries.id', '=', id).executeTakeFirstOrThrow())
      })
    },
  }
}

/** Nothing of before counts. */
const anew = (at: Date) => ({ watches_since: at, quiet_until: null, quiet_minutes: 0, more: 0 })

function columnsOf(fields: Sealer, id: AlertRuleId, input: Input) {
  return {
    name: input.name,
    topics: input.topics,
    types: input.types,
    outcome: input.outcome,
    user_id: input.userId,
    target: input.target,
    count: input.count,
    within_minutes: input.withinMinutes,
    count_by: input.countBy,
    is_on: input.isOn,
    mail_officers: input.mailOfficers,
    mail_addresses: input.mailAddresses.length === 0 ? null : fields.seal(mailAddresses, id, input.mailAddresses.join('\n')),
    webhook_url: input.webhookUrl === null ? null : fields.seal(webhookUrl, id, input.webhookUrl),
  }
}

function describeInput(fields: Sealer, row: AlertRuleHeld): Input {
  return {
    name: row.name,
    topics: row.topics,
    types: row.types,
    outcome: row.outcome,
    userId: row.user_id,
    target: row.target,
    count: row.count,
    withinMinutes: row.within_minutes,
    countBy: row.count_by,
    isOn: row.is_on,
    mailOfficers: row.mail_officers,
    mailAddresses: row.mail_addresses === null ? [] : fields.open(mailAddresses, row.id, row.mail_addresses).split('\n'),
    webhookUrl: row.webhook_url === null ? null : fields.open(webhookUrl, row.id, row.webhook_url),
  }
}

function describeRule(fields: Sealer, row: RuleWithCreator, now: Date): AlertRule {
  return {
    ...describeInput(fields, row),
    id: row.id,
    createdAt: row.created_at.toISOString(),
    createdBy: { id: row.created_by, name: row.creator_name },
    oldSecretUntil: oldSecretUntil(row, now)?.toISOString() ?? null,
    quiet: row.quiet_until === null ? null : { until: row.quiet_until.toISOString(), more: row.more },
  }
}

function describeDelivery(row: DeliveryWithRule): AlertDelivery {
  return {
    id: row.id,
    rule: { id: row.rule_id, name: row.rule_name },
    by: row.by,
    kind: row.kind,
    count: row.count,
    createdAt: row.created_at.toISOString(),
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    problem: row.problem,
    status: row.status,
  }
}
