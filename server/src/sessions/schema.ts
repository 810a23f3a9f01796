import type { Id, OrganizationId, UserId, VisitId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'

export type SessionId = Id<'session'>

/** A browser that a member of staff signed in with. */
export interface SessionRow {
  id: SessionId
  organization_id: OrganizationId
  user_id: UserId
  /** SHA-256 of the cookie's 32 random bytes. */
  token_hash: Buffer
  created_at: Date
  /** Slides with use; the session is over when it is too long ago. */
  last_used_at: Date
  /** The session is over then, used or not. */
  expires_at: Date
  ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>
}

/** A one-time link that signs somebody in without a password. */
export interface SignInLinkRow {
  id: Id<'signInLink'>
  organization_id: OrganizationId
  user_id: UserId
  /** The visit to show first. */
  visit_id: VisitId | null
  secret_hash: Buffer
  expires_at: Date
  used_at: ColumnType<Date | null, Date | null | undefined, Date | null>
}
