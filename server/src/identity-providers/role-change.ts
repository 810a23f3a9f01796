import type { Id, OrganizationId, Role, UserId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import { openSessionsOf } from '../sessions/store.ts'
import { lockUser, updateUser } from '../users/store.ts'
import { mayHostVisits } from '../visits/policy.ts'
import { rolesAfter, type RoleRules } from './claimed-roles.ts'

/** What has to be let go once a change of roles is committed. */
export interface RolesChanged {
  sessions: Id<'session'>[]
  leavesVisits: boolean
}

/**
 * Gives somebody who comes in the roles that their provider says they have now. The last active owner stays one, whatever a
 * provider says: nobody could put that right.
 * @throws AppError `sign-in-suspended`, `identity-without-role`
 */
export async function changeRoles(
  tx: Transaction,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
  rules: RoleRules,
  claimed: readonly Role[],
  now: Date,
): Promise<RolesChanged | null> {
  const held = await lockUser(tx, userId)
  if (held === undefined) throw new AppError('identity-invalid')
  const { user, otherOwners } = held
  if (user.suspended_at !== null) throw new AppError('sign-in-suspended')
  const isLastOwner = user.roles.includes('owner') && otherOwners === 0
  const roles = rolesAfter(rules, user.roles, isLastOwner ? [...claimed, 'owner'] : claimed)
  if (roles.length === 0) throw new AppError('identity-without-role')
  if (roles.toSorted().join() === user.roles.toSorted().join()) return null
  await updateUser(tx, userId, { roles })
  const facts = { roles, rolesBefore: user.roles }
  await record(tx, { type: 'user.roles-changed', organizationId, target: userId, facts }, now)
  const leavesVisits = mayHostVisits(user) && !mayHostVisits({ roles })
  return { sessions: await openSessionsOf(tx, userId), leavesVisits }
}
