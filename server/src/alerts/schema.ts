import type { AlertDelivery, AlertDeliveryId, AlertProblem, AlertRuleId, AlertTopic, AuditEventType, OrganizationId, UserId } from '@curtain/protocol'
import type { ColumnType, Generated, Selectable } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** Addresses of receivers often have a secret of theirs in them. */
export const webhookUrl = sealedColumn('alert_rules', 'webhook_url')
export const webhookSecret = sealedColumn('alert_rules', 'webhook_secret')
/** The one before. */
export const oldWebhookSecret = sealedColumn('alert_rules', 'old_webhook_secret')
/** One a line. */
export const mailAddresses = sealedColumn('alert_rules', 'mail_addresses')

type OldSecret = Sealed<typeof oldWebhookSecret> | null

/** When somebody is alerted, and how. One that was removed stays on record, without its secrets. */
export interface AlertRuleRow {
  id: AlertRuleId
  organization_id: OrganizationId
  name: string
  topics: AlertTopic[]
  types: AuditEventType[]
  outcome: 'success' | 'denied' | null
  user_id: UserId | null
  target: string | null
  count: number
  within_minutes: number
  count_by: 'person' | 'everybody'
  is_on: boolean
  mail_officers: boolean
  mail_addresses: Sealed<typeof mailAddresses> | null
  webhook_url: Sealed<typeof webhookUrl> | null
  webhook_secret: Sealed<typeof webhookSecret> | null
  /** Signs beside it until then. */
  old_webhook_secret: ColumnType<OldSecret, OldSecret | undefined, OldSecret>
  old_secret_until: ColumnType<Date | null, Date | null | undefined, Date | null>
  created_by: UserId
  created_at: Date
  /** What happened before counts for nothing. */
  watches_since: Date
  /** While set, it was told a while ago: `more` counts what came since. */
  quiet_until: ColumnType<Date | null, undefined, Date | null>
  quiet_minutes: Generated<number>
  more: Generated<number>
  removed_at: ColumnType<Date | null, undefined, Date | null>
}
export type AlertRuleHeld = Selectable<AlertRuleRow>

/** When a rule last met its events, for as long as they count. */
export interface AlertCountRow {
  organization_id: OrganizationId
  rule_id: AlertRuleId
  /** Whose; empty for all together, and for whoever is unknown. */
  person: string
  times: Date[]
}

/** A message. Mail is handed over in the transaction that makes it; webhooks wait here. */
export interface AlertDeliveryRow {
  id: AlertDeliveryId
  organization_id: OrganizationId
  rule_id: AlertRuleId
  by: AlertDelivery['by']
  kind: AlertDelivery['kind']
  count: number
  /** What is posted, byte by byte the same at each attempt; empty for mail. */
  body: string
  created_at: Date
  state: AlertDelivery['state']
  attempts: Generated<number>
  next_attempt_at: Date | null
  give_up_at: Date | null
  ended_at: Date | null
  problem: AlertProblem | null
  status: ColumnType<number | null, undefined, number | null>
}
