import type { AlertDeliveryId, AlertRuleId } from '@curtain/protocol'
import { oldWebhookSecret, webhookSecret, webhookUrl } from '../../server/src/alerts/schema.ts'
import { insertDelivery, insertRule } from '../../server/src/alerts/store.ts'
import { newId } from '../../server/src/database/new-id.ts'
import { newWebhookSecret } from '../../server/src/webhooks/sign.ts'
import type { Colleague } from './staff-and-subjects.ts'

/** A rule about nothing that happens, and a webhook of it that was given up. */
export async function addAlertRule({
  id: userId,
  organizationId,
  parts,
}: Colleague): Promise<{ alertRuleId: AlertRuleId; alertDeliveryId: AlertDeliveryId }> {
  const now = new Date()
  const alertRuleId = newId('alertRule', now)
  const alertDeliveryId = newId('alertDelivery', now)
  const fields = await parts.keys.sealer(organizationId)
  await parts.database.inOrganization(organizationId, async (tx) => {
    await insertRule(tx, {
      id: alertRuleId, organization_id: organizationId, name: 'Nothing', topics: ['log'], types: [], outcome: null, user_id: null,
      target: 'nothing', count: 1, within_minutes: 10, count_by: 'everybody', is_on: false, mail_officers: false, mail_addresses: null,
      // Nobody is there, and nobody is asked: the address is of this machine.
      webhook_url: fields.seal(webhookUrl, alertRuleId, 'https://127.0.0.1/'),
      webhook_secret: fields.seal(webhookSecret, alertRuleId, newWebhookSecret()),
      old_webhook_secret: fields.seal(oldWebhookSecret, alertRuleId, newWebhookSecret()),
      old_secret_until: new Date(now.getTime() + 60 * 60_000),
      created_by: userId, created_at: now, watches_since: now,
    })
    await insertDelivery(tx, {
      id: alertDeliveryId, organization_id: organizationId, rule_id: alertRuleId, by: 'webhook', kind: 'event', count: 1, body: '{}',
      created_at: now, state: 'failed', problem: 'gone', next_attempt_at: null, give_up_at: null, ended_at: now,
    })
  })
  return { alertRuleId, alertDeliveryId }
}
