import type { Id, LegalHoldId, OrganizationId, PatientId, UserId } from '@curtain/protocol'
import type { ColumnType, Generated } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** Sealed with the organization's key: it may name people. */
export const legalHoldReason = sealedColumn('legal_holds', 'reason')

/** PostgreSQL's own time: nobody decides something in the past. */
type SetByDatabase = ColumnType<Date, never, never>

/** For how long events are kept, from then on. The last one holds. */
export interface AuditRetentionRow {
  position: Generated<string>
  organization_id: OrganizationId
  years: number
  set_by: UserId
  set_at: SetByDatabase
}

export interface LegalHoldRow {
  id: LegalHoldId
  organization_id: OrganizationId
  /** Null: all of the log is held. */
  patient_id: PatientId | null
  reason: Sealed<typeof legalHoldReason>
  set_by: UserId
  set_at: SetByDatabase
}

export interface LegalHoldEndRow {
  hold_id: LegalHoldId
  organization_id: OrganizationId
  ended_by: UserId
  ended_at: SetByDatabase
}

/** What the log said that it prunes, and how much of that is done. */
export interface AuditPruningRow {
  organization_id: OrganizationId
  /** The entry that says it, of type `log.pruned`. */
  event_id: Id<'auditEvent'>
  announced_at: SetByDatabase
  pruned: ColumnType<string, never, never>
  /** The place before which everything was old enough to go when it was done last. */
  pruned_to: ColumnType<string, never, never>
  pruned_at: ColumnType<Date | null, never, never>
}
