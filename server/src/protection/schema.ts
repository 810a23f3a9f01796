import type { Id, OrganizationId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

export type PasskeyId = Id<'passkey'>

/** A WebAuthn credential of a member of staff. */
export interface PasskeyRow {
  id: PasskeyId
  organization_id: OrganizationId
  user_id: UserId
  /** What its user calls it. */
  name: string
  /** The authenticator's own id for it, base64url. */
  credential_id: string
  /** COSE (RFC 9052). */
  public_key: Buffer
  /** How often it was used as far as it tells; many always say 0. A bigint, which the driver gives as text. */
  counter: ColumnType<string, number, number>
  /** How browsers may reach it. */
  transports: string[]
  /** Whether it is kept by more than one device. */
  synced: boolean
  created_at: Date
  last_used_at: ColumnType<Date | null, undefined, Date>
}

/** Sealed with the organization's key, by the id of the user. */
export const authenticatorSecret = sealedColumn('authenticators', 'secret')

/** An authenticator app: at most one in use, and one that is being set up. */
export interface AuthenticatorRow {
  organization_id: OrganizationId
  user_id: UserId
  in_use: boolean
  secret: Sealed<typeof authenticatorSecret>
  created_at: Date
  /** The time step (RFC 6238) of the last code that was accepted: none up to it is accepted again. */
  last_step: ColumnType<string | null, undefined, number>
}

/** One of the codes that were shown once. */
export interface RecoveryCodeRow {
  organization_id: OrganizationId
  user_id: UserId
  code_hash: Buffer
  created_at: Date
  used_at: ColumnType<Date | null, undefined, Date>
}

/** A password that somebody had before. */
export interface PasswordHistoryRow {
  organization_id: OrganizationId
  user_id: UserId
  password_hash: string
  replaced_at: Date
}
