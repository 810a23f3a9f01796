import type { AlertProblem } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import { watchersOf } from '../audit/watchers.ts'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Mail } from '../mail/mail.ts'
import { mailOf } from './mails.ts'
import { type Alert, webhookBodyOf } from './message.ts'
import { type AlertRuleHeld, mailAddresses } from './schema.ts'
import { insertDelivery, namesOf } from './store.ts'

/** How long a webhook is tried. */
export const giveUpMs = 24 * 60 * 60_000

export interface RaisingParts {
  mail: Mail
  /** The origin people use, for links. */
  publicUrl: () => string
}

/** Sends an alert on its way, as its rule says, in the transaction of what causes it. */
export async function raise(
  tx: Transaction,
  { mail, publicUrl }: RaisingParts,
  fields: Sealer,
  rule: AlertRuleHeld,
  told: Omit<Alert, 'rule'>,
): Promise<void> {
  const { organization_id: organizationId, id } = rule
  const alert: Alert = { ...told, rule }
  const row = { organization_id: organizationId, rule_id: id, kind: told.kind, count: told.count, created_at: told.at }
  if (rule.mail_officers || rule.mail_addresses !== null) {
    const others = rule.mail_addresses === null ? [] : fields.open(mailAddresses, id, rule.mail_addresses).split('\n')
    const to = [...new Set([...(rule.mail_officers ? await watchersOf(tx) : []), ...others])]
    const userId = told.event?.userId ?? null
    const name = userId === null ? null : ((await namesOf(tx, [userId])).get(userId) ?? null)
    const problem: AlertProblem | null = !mail.isSetUp ? 'mail-not-set-up' : to.length === 0 ? 'nobody' : null
    const message = mailOf(alert, { publicUrl: publicUrl(), name })
    for (const address of to) await mail.queue(tx, organizationId, fields, { to: address, ...message })
    await insertDelivery(tx, {
      ...row,
      id: newId('alertDelivery', told.at),
      by: 'mail',
      body: '',
      state: problem === null ? 'delivered' : 'failed',
      problem,
      next_attempt_at: null,
      give_up_at: null,
      ended_at: told.at,
    })
    const facts = { alertRuleId: id, by: 'mail' }
    if (problem === null) await record(tx, { type: 'alert.sent', organizationId, facts }, told.at)
    else await record(tx, { type: 'alert.failed', organizationId, facts: { ...facts, reason: problem } }, told.at)
  }
  if (rule.webhook_url !== null) {
    await insertDelivery(tx, {
      ...row,
      id: newId('alertDelivery', told.at),
      by: 'webhook',
      body: webhookBodyOf(alert, publicUrl()),
      state: 'waiting',
      problem: null,
      next_attempt_at: told.at,
      give_up_at: new Date(told.at.getTime() + giveUpMs),
      ended_at: null,
    })
  }
}
