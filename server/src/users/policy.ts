import type { Role, UserId } from '@curtain/protocol'
import type { StaffActor } from './schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who may know by name with whom a visit can be planned: those who plan visits. */
export function mayListClinicians({ roles }: Roles): boolean {
  return roles.includes('clinician') || roles.includes('scheduler')
}

/** Who may see the accounts: those who run them, and those who watch over access. */
export function mayListUsers(actor: Roles): boolean {
  return mayManageUsers(actor) || actor.roles.includes('security-officer')
}

/** Who may make accounts and change them at all. */
export function mayManageUsers({ roles }: Roles): boolean {
  return roles.includes('owner') || roles.includes('administrator')
}

/** Roles that stand above administrators, or watch over them: theirs are for an owner to give and take. */
const reserved: readonly Role[] = ['owner', 'security-officer']

/**
 * Who may make an account with these roles, or do something to an account that has them: administrators leave alone
 * those above them.
 */
export function mayManageRoles(actor: Roles, roles: readonly Role[]): boolean {
  if (actor.roles.includes('owner')) return true
  return mayManageUsers(actor) && !roles.some((role) => reserved.includes(role))
}

/** Whether an account is given such a role, which whoever made it may not have had a say in. */
export function isRaised(before: readonly Role[], after: readonly Role[]): boolean {
  return reserved.some((role) => after.includes(role) && !before.includes(role))
}

interface Account {
  id: UserId
  roles: readonly Role[]
}

/** Who may give an account other roles: nobody gives themselves one that they do not have. */
export function mayChangeRoles(actor: Roles & { userId: UserId }, account: Account, wanted: readonly Role[]): boolean {
  if (actor.userId === account.id && wanted.some((role) => !account.roles.includes(role))) return false
  return mayManageRoles(actor, [...account.roles, ...wanted])
}

/**
 * Who may suspend an account, let it sign in again, and make a link that signs somebody in as its user: nobody does that
 * with their own.
 */
export function mayManageUser(actor: Roles & { userId: UserId }, account: Account): boolean {
  return actor.userId !== account.id && mayManageRoles(actor, account.roles)
}
