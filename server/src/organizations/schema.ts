import type { LinkCheck, OrganizationId, VisitKind } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** `Allowlists` as JSON: single addresses among them may be where somebody lives. */
export const allowedAddresses = sealedColumn('organizations', 'allowed_addresses')

/** The tenant: a covered entity or a business associate. */
export interface OrganizationRow {
  id: OrganizationId
  name: string
  created_at: Date
  /** The kinds of visits that may be made without end-to-end encryption. */
  transport_visits: ColumnType<VisitKind[], undefined, VisitKind[]>
  /** What links of patients ask for, unless somebody chooses otherwise for one visit. */
  link_check: ColumnType<LinkCheck, undefined, LinkCheck>
  /** Whether everybody needs a passkey or an authenticator app beside their password. */
  second_factor: ColumnType<'required' | 'optional', 'required' | 'optional' | undefined, 'required' | 'optional'>
  /** Null: passwords do not grow old. */
  password_max_age_days: ColumnType<number | null, undefined, number | null>
  /** A session is over when it was not used for so long. */
  idle_minutes: ColumnType<number, undefined, number>
  /** Whether a session is over when it comes from another address than it was opened from. */
  bind_sessions: ColumnType<boolean, undefined, boolean>
  /** From where staff may come; null: from everywhere. */
  allowed_addresses: ColumnType<
    Sealed<typeof allowedAddresses> | null,
    undefined,
    Sealed<typeof allowedAddresses> | null
  >
  /** Whether people may ask for an account themselves. */
  takes_sign_ups: ColumnType<boolean, undefined, boolean>
}
