import type { Id, IdentityProvider, IdentityProviderId, OrganizationId, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

/** No health information, but whoever has it can ask the provider as us. */
export const clientSecret = sealedColumn('identity_providers', 'client_secret')

/** An organization's own identity provider. One that was removed stays on record without its secret. */
export interface IdentityProviderRow {
  id: IdentityProviderId
  organization_id: OrganizationId
  name: string
  issuer: string
  client_id: string
  client_secret: Sealed<typeof clientSecret> | null
  role_claim: string | null
  /** As JSON; `roleMapping` of the protocol reads it. */
  role_mappings: ColumnType<unknown, string, string>
  new_accounts: IdentityProvider['newAccounts']
  trusts_second_factor: boolean
  created_at: Date
  removed_at: ColumnType<Date | null, undefined, Date | null>
}

/** Addresses of a domain lead to one provider, over all organizations. */
export interface IdentityDomainRow {
  provider_id: IdentityProviderId
  domain: string
  organization_id: OrganizationId
  released_at: ColumnType<Date | null, undefined, Date | null>
}

/** Whom somebody from a provider is here. */
export interface IdentityRow {
  provider_id: IdentityProviderId
  /** Of issuer and subject: see `hashSubject`. */
  subject_hash: Buffer
  organization_id: OrganizationId
  user_id: UserId
  linked_at: Date
}

/** A session that was opened by a provider, so that it can end both. */
export interface IdentitySessionRow {
  session_id: Id<'session'>
  organization_id: OrganizationId
  provider_id: IdentityProviderId
  subject_hash: Buffer
  /** SHA-256 of what the provider calls its own session (`sid`), if it says. */
  provider_session_hash: Buffer | null
  /** Where the provider's own session is ended, if it says. */
  sign_out_url: string | null
}

/** Somebody is on their way to a provider and back. What the way needs is derived from the cookie, and kept nowhere. */
export interface IdentityFlowRow {
  /** SHA-256 of the cookie's 32 random bytes. */
  cookie_hash: Buffer
  organization_id: OrganizationId
  provider_id: IdentityProviderId
  /** The session that is to be linked; null for somebody who signs in. */
  session_id: Id<'session'> | null
  next_page: string | null
  expires_at: Date
  used_at: ColumnType<Date | null, undefined, Date | null>
}
