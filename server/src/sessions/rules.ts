import type { Role } from '@curtain/protocol'
import type { Sealer } from '../keys/fields.ts'
import { addressGroup } from '../http/client-address.ts'
import { everywhere, mayComeFrom, readAllowlists, type Allowlists } from '../organizations/allowlists.ts'
import { allowedAddresses } from '../organizations/schema.ts'
import type { SecurityRow } from '../organizations/store.ts'

/** What an organization asks of every session of its staff. */
export interface SessionRules {
  /** A session is over when it was not used for so long. */
  idleMs: number
  /** A session is over when it comes from another address than it was opened from. */
  areBound: boolean
  allowlists: Allowlists
}

/** @param fields the organization's sealer */
export function rulesOf(
  row: Pick<SecurityRow, 'id' | 'idle_minutes' | 'bind_sessions' | 'allowed_addresses'>,
  fields: Sealer,
): SessionRules {
  const sealed = row.allowed_addresses
  return {
    idleMs: row.idle_minutes * 60_000,
    areBound: row.bind_sessions,
    allowlists: sealed === null ? everywhere : readAllowlists(fields.open(allowedAddresses, row.id, sealed)),
  }
}

/**
 * Why a session may not go on from an address, or null. Bound is it to what limits count by, not to the last bit: IPv6
 * gives one device many addresses (RFC 8981).
 * @param openedFrom where it was opened; null where that is not known
 */
export function refusalFrom(
  { allowlists, areBound }: SessionRules,
  session: { roles: readonly Role[]; openedFrom: string | null },
  address: string,
): 'address' | 'address-not-allowed' | null {
  if (!mayComeFrom(allowlists, session.roles, address)) return 'address-not-allowed'
  const { openedFrom } = session
  const hasMoved = openedFrom !== null && addressGroup(openedFrom) !== addressGroup(address)
  return areBound && hasMoved ? 'address' : null
}
