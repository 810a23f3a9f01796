import type { Role, UserId } from '@curtain/protocol'
import type { StaffActor } from '../users/schema.ts'
import { mayListUsers, mayManageRoles, mayManageUsers } from '../users/policy.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who may see who asks for an account: those who see the accounts there are. */
export const maySeeSignUps = mayListUsers

/** Who may decide at all whether somebody is to have an account, and whether people may ask for one. */
export const mayDecideSignUps = mayManageUsers

/**
 * Who may let somebody in with these roles: who may make such an account, and never who proposed it. So two people have seen it,
 * whatever has become of the one who proposed.
 */
export function mayApprove(
  actor: Roles & { userId: UserId },
  signUp: { proposedBy: UserId | null },
  roles: readonly Role[],
): boolean {
  return signUp.proposedBy !== actor.userId && mayManageRoles(actor, roles)
}

/** Who may propose a colleague: those who work with patients, and those who run accounts for what is above them. */
export function mayPropose({ roles }: Roles): boolean {
  return ['clinician', 'scheduler', 'administrator', 'owner'].some((one) => roles.some((role) => role === one))
}
