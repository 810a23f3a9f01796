import type { ApiKeyScope, Id, OrganizationId, Role, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'

/** A member of staff, or the account of an API key: `service`, which nobody signs in to. */
export interface UserRow {
  id: UserId
  organization_id: OrganizationId
  kind: ColumnType<'person' | 'service', 'person' | 'service' | undefined, never>
  name: string
  /** Lower case; unique over all organizations, because signing in begins with it. */
  email: string
  /** Argon2id, in its own string format; null for somebody who only signs in by link. */
  password_hash: string | null
  /** When it was set; null with it. */
  password_changed_at: Date | null
  roles: Role[]
  created_at: Date
  /** Since when the account may not be used; null for one that may. */
  suspended_at: ColumnType<Date | null, undefined, Date | null>
}

/** How many of a kind of thing somebody may touch: all there are, those that are theirs, or none. */
export type Reach = 'all' | 'own' | 'none'

interface Acting {
  organizationId: OrganizationId
  userId: UserId
  roles: readonly Role[]
}

/** A member of staff at a browser: what is theirs alone (their sessions, their factors, anything dangerous) takes this. */
export interface SignedInActor extends Acting {
  kind: 'staff'
  sessionId: Id<'session'>
}

/** An API key. It has an account of its own, so that rules, records and the audit log know it by a user's id. */
export interface ServiceActor extends Acting {
  kind: 'service'
  /** What is held open by the key ends with it, as with a session; the audit log has it in the same place. */
  sessionId: Id<'apiKey'>
  /** What of the account's rights the key may use. Its route is looked at first; this is for what a route does on the way. */
  scopes: readonly ApiKeyScope[]
}

/** Who acts: what policies ask about. What takes this, a key may do as well where the route says with which scope. */
export type StaffActor = SignedInActor | ServiceActor
