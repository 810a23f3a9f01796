import type { ApiKeyScope, Role } from '@curtain/protocol'
import type { StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who may make keys and end them: those who run the accounts. */
export function mayManageApiKeys({ roles }: Roles): boolean {
  return roles.includes('owner') || roles.includes('administrator')
}

/** Who may see which keys there are: they, and those who watch over access. */
export function mayListApiKeys(actor: Roles): boolean {
  return mayManageApiKeys(actor) || actor.roles.includes('security-officer')
}

/**
 * The least role in which each scope is of use. Planning is everything that keys are for: none runs anything of the
 * organization's, and none learns why a visit takes place.
 */
const roleOfScope: Record<ApiKeyScope, Role> = {
  'visits:read': 'scheduler',
  'visits:write': 'scheduler',
  'patients:read': 'scheduler',
  'patients:write': 'scheduler',
  'room-tokens:write': 'scheduler',
}

/** What roles a key's account has. The key may do what they and its scopes both allow. */
export function rolesOfKey(scopes: readonly ApiKeyScope[]): Role[] {
  return [...new Set(scopes.map((scope) => roleOfScope[scope]))]
}

/** Whether a key gets to a route. @param scope that the route declares; a route without one is for no key */
export function mayUseRoute({ scopes }: { scopes: readonly ApiKeyScope[] }, scope: ApiKeyScope | undefined): boolean {
  return scope !== undefined && scopes.includes(scope)
}
