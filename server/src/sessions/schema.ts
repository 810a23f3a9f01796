import type { Id, OrganizationId, SecondFactor, SignInWay, UserId, VisitId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'
import { sealedColumn, type Sealed } from '../keys/sealed.ts'

export type SessionId = Id<'session'>

/**
 * How far a session is: it asks for a second factor that the account has, for what the account still lacks, or for
 * nothing. Only a whole one opens anything.
 */
export type SessionStage = 'second-factor' | 'set-up' | 'whole'

/** What a passkey is asked for. An answer to one of these is none to another. */
export type ChallengePurpose = 'sign-in' | 'confirmation' | 'enrolment'

export const sessionAddress = sealedColumn('sessions', 'address')

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
  stage: SessionStage
  way: SignInWay
  /** Its user forgot their password: a new one is to be set with it, without the present one. */
  forgot_password: ColumnType<boolean, boolean | undefined, boolean>
  /** The second factor that was shown with it, or set up. */
  factor: ColumnType<SecondFactor | null, undefined, SecondFactor | null>
  /** When its user last showed that it is them; signing in counts. */
  confirmed_at: Date | null
  /** What a passkey is to sign next (base64url), for what, and until when: used once. */
  challenge: ColumnType<string | null, undefined, string | null>
  challenge_purpose: ColumnType<ChallengePurpose | null, undefined, ChallengePurpose | null>
  challenge_expires_at: ColumnType<Date | null, undefined, Date | null>
  /** Names of its browser and system; empty where nothing is known. */
  browser: string
  system: string
  /** Where it was opened from; null for those of before that was kept, which are over. */
  address: ColumnType<Sealed<typeof sessionAddress> | null, Sealed<typeof sessionAddress>, never>
}

/** A one-time link that signs somebody in without a password. */
export interface SignInLinkRow {
  id: Id<'signInLink'>
  organization_id: OrganizationId
  user_id: UserId
  /** The visit to show first. */
  visit_id: VisitId | null
  secret_hash: Buffer
  /** A whole session at once, one that asks for what the account lacks, or one that asks for a new password as well. */
  opens: 'whole' | 'set-up' | 'new-password'
  expires_at: Date
  used_at: ColumnType<Date | null, Date | null | undefined, Date | null>
}
