import type { OrganizationId } from '@curtain/protocol'
import { createAuthority, type Authority } from '@curtain/e2ee/authority'

/**
 * What signs for the groups of each organization's visits: Ed25519 by a seed that is derived from the organization's key. It
 * is the same after a restart, needs no place on disk and no backup of its own, and is another one for every organization.
 * @param seedOf 32 bytes for an organization
 * @returns the same authority whenever the same organization is asked for, as long as the process lives
 */
export function createRosterAuthorities(
  seedOf: (id: OrganizationId) => Promise<Uint8Array>,
): (id: OrganizationId) => Promise<Authority> {
  const authorities = new Map<OrganizationId, Promise<Authority>>()
  return (id) => {
    const known = authorities.get(id)
    if (known !== undefined) return known
    const authority = seedOf(id).then(createAuthority)
    authorities.set(id, authority)
    // Asked again next time: the seed may only be away for a moment.
    authority.catch(() => authorities.delete(id))
    return authority
  }
}
