import type { StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who decides by whom people are signed in: whoever runs that service could come in as anybody. */
export function mayManageIdentityProviders({ roles }: Roles): boolean {
  return roles.includes('owner')
}

/** Who may know how people are signed in: those who decide it, and those who watch over access. */
export function mayReadIdentityProviders(actor: Roles): boolean {
  return mayManageIdentityProviders(actor) || actor.roles.includes('security-officer')
}
