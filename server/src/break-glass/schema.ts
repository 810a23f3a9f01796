import type { BreakGlassId, OrganizationId, PatientId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** Sealed with the organization's key: it must stay readable for as long as the law makes keep who saw what, and why. */
export const breakGlassReason = sealedColumn('break_glass', 'reason')
/** The same. */
export const breakGlassComment = sealedColumn('break_glass', 'comment')

type Set<Value> = ColumnType<Value, Value, never>
type Later<Value> = ColumnType<Value | null, undefined, Value>

/** That a clinician opened a patient who is not theirs, why, and what became of it. */
export interface BreakGlassRow {
  id: Set<BreakGlassId>
  organization_id: Set<OrganizationId>
  user_id: Set<UserId>
  patient_id: Set<PatientId>
  reason: Set<Sealed<typeof breakGlassReason>>
  broken_at: Set<Date>
  /** It opens nothing from then on, whether or not it was ended on record. */
  expires_at: Set<Date>
  ended_at: Later<Date>
  reviewed_at: Later<Date>
  reviewed_by: Later<UserId>
  outcome: Later<'justified' | 'not-justified'>
  comment: Later<Sealed<typeof breakGlassComment>>
}
