import type { OrganizationId, PatientId, ReviewItemId, ReviewKind, ReviewOutcome, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** Sealed with the organization's key: that and how something was reviewed must stay readable. */
export const reviewComment = sealedColumn('review_items', 'comment')

type Set<Value> = ColumnType<Value, Value, never>
type Later<Value> = ColumnType<Value | null, undefined, Value>

/** Something in the log that somebody is to look at. PostgreSQL's bigint comes as text. */
export interface ReviewItemRow {
  id: Set<ReviewItemId>
  organization_id: Set<OrganizationId>
  kind: Set<ReviewKind>
  /** What more of the same is counted into while it waits: who, whom, which day. Of broken glass its id. */
  key: Set<string>
  /** By the organization's clock, when it began: `2026-03-08`. */
  day: Set<string>
  /** Who did it. */
  user_id: Set<UserId>
  patient_id: Set<PatientId | null>
  first_at: Date
  last_at: Date
  first_index: string
  last_index: string
  events: number
  most: number | null
  signed_off_at: Later<Date>
  signed_off_by: Later<UserId>
  outcome: Later<ReviewOutcome>
  comment: Later<Sealed<typeof reviewComment>>
}

export interface ReviewRulesRow {
  organization_id: Set<OrganizationId>
  /** `ReviewRules` as JSON. */
  rules: ColumnType<unknown, string, string>
}
