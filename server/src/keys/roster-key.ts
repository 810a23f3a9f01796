import { hkdfSync } from 'node:crypto'
import type { OrganizationId } from '@curtain/protocol'
import { createAuthority, type Authority } from '@curtain/e2ee/authority'

/**
 * What signs for the groups of each organization's visits. The Ed25519 seed is HKDF-SHA-256 (RFC 5869) of the field key,
 * with the organization's id as salt: it is the same after a restart, needs no place on disk and no backup of its own, and
 * is another one for every organization.
 * @param fieldKey 32 bytes
 * @returns the same authority whenever the same organization is asked for
 */
export function createRosterAuthorities(fieldKey: Uint8Array): (id: OrganizationId) => Promise<Authority> {
  const authorities = new Map<OrganizationId, Promise<Authority>>()
  return (id) => {
    const known = authorities.get(id)
    if (known !== undefined) return known
    const seed = new Uint8Array(hkdfSync('sha256', fieldKey, id, 'curtain roster signing v1', 32))
    const authority = createAuthority(seed)
    authorities.set(id, authority)
    return authority
  }
}
