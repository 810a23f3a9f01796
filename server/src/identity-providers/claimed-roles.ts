import { role, type Role, type RoleMapping } from '@curtain/protocol'

/** What a provider's claim is worth here. */
export interface RoleRules {
  claim: string | null
  mappings: readonly RoleMapping[]
}

/**
 * The roles that somebody has by what the provider says of them.
 * @param claims of the provider; the claim is a text, or a list of texts, and anything else is nothing
 */
export function claimedRoles({ claim, mappings }: RoleRules, claims: Readonly<Record<string, unknown>>): Role[] {
  const told = claim === null ? undefined : claims[claim]
  const values: readonly unknown[] = Array.isArray(told) ? told : [told]
  return inOrder(mappings.filter(({ value }) => values.includes(value)).flatMap(({ roles }) => roles))
}

/**
 * What somebody's roles become. A claim gives and takes those roles alone that some mapping names; the others are given
 * and taken on the People page.
 */
export function rolesAfter(rules: RoleRules, before: readonly Role[], claimed: readonly Role[]): Role[] {
  const covered = new Set(rules.claim === null ? [] : rules.mappings.flatMap(({ roles }) => roles))
  return inOrder([...before.filter((one) => !covered.has(one)), ...claimed])
}

function inOrder(roles: readonly Role[]): Role[] {
  return role.options.filter((one) => roles.includes(one))
}
