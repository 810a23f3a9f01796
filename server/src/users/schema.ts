import type { Id, OrganizationId, Role, UserId } from '@curtain/protocol'
import type { ColumnType } from 'kysely'

/** A member of staff. */
export interface UserRow {
  id: UserId
  organization_id: OrganizationId
  name: string
  /** Lower case; unique over all organizations, because signing in begins with it. */
  email: string
  /** Argon2id, in its own string format; null for somebody who only signs in by link. */
  password_hash: string | null
  roles: Role[]
  created_at: Date
  /** Since when the account may not be used; null for one that may. */
  suspended_at: ColumnType<Date | null, undefined, Date | null>
}

/** How many of a kind of thing somebody may touch: all there are, those that are theirs, or none. */
export type Reach = 'all' | 'own' | 'none'

/** A member of staff who acts: what policies ask about. */
export interface StaffActor {
  kind: 'staff'
  organizationId: OrganizationId
  userId: UserId
  sessionId: Id<'session'>
  roles: readonly Role[]
}
