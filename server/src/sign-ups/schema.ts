import type { IdentityProviderId, OrganizationId, Role, SignUp, SignUpId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

// Anybody may write here, patients by mistake too.
export const signUpName = sealedColumn('sign_ups', 'name')
export const signUpEmail = sealedColumn('sign_ups', 'email')
export const signUpNote = sealedColumn('sign_ups', 'note')

/** Somebody who is to have an account. Once that is decided, nothing is kept of them here. */
export interface SignUpRow {
  id: SignUpId
  organization_id: OrganizationId
  kind: SignUp['kind']
  name: Sealed<typeof signUpName> | null
  email: Sealed<typeof signUpEmail> | null
  note: Sealed<typeof signUpNote> | null
  /** What they are proposed to be. */
  roles: Role[]
  proposed_by: UserId | null
  /** The identity provider they came from, and under what it knows them. */
  provider_id: IdentityProviderId | null
  subject_hash: Buffer | null
  email_confirmed_at: Date | null
  /** SHA-256 of what was mailed to confirm the address. */
  confirmation_hash: Buffer | null
  created_at: Date
  expires_at: Date
  outcome: ColumnType<'approved' | 'refused' | 'expired' | null, undefined, 'approved' | 'refused' | 'expired'>
  decided_by: ColumnType<UserId | null, undefined, UserId | null>
  decided_at: ColumnType<Date | null, undefined, Date>
}
