import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { securitySettings, type Role } from '@curtain/protocol'
import type { z } from 'zod'
import { unmapped } from '../http/client-address.ts'

const allowlists = securitySettings.pick({ addresses: true, roleAddresses: true })

/** From where the staff of an organization may come. */
export type Allowlists = z.infer<typeof allowlists>

export const everywhere: Allowlists = { addresses: [], roleAddresses: {} }

/** What they are kept as, once they are opened. */
export const readAllowlists = (text: string): Allowlists => allowlists.parse(JSON.parse(text))
export const writeAllowlists = (lists: Allowlists): string => JSON.stringify(lists)

/** Whether they leave everything open. */
export function areOpen({ addresses, roleAddresses }: Allowlists): boolean {
  return addresses.length === 0 && Object.values(roleAddresses).every((ranges) => ranges.length === 0)
}

/**
 * Whether somebody with these roles may come from an address: it is in the organization's list, where there is one, and in
 * that of one of their roles, where any of them has one. What is not an address is in no list.
 */
export function mayComeFrom({ addresses, roleAddresses }: Allowlists, roles: readonly Role[], address: string): boolean {
  const restricted = roles.flatMap((role) => roleAddresses[role] ?? [])
  return [addresses, restricted].every((ranges) => ranges.length === 0 || isWithin(ranges, address))
}

/** How long the prefix is under which IPv6 has the addresses of IPv4 (RFC 4291 §2.5.5.2). */
const mappedBits = 96

function isWithin(ranges: readonly string[], address: string): boolean {
  const plain = unmapped(address.split('%', 1)[0] ?? '')
  const family = isIPv4(plain) ? 'ipv4' : isIPv6(plain) ? 'ipv6' : null
  if (family === null) return false
  const list = new BlockList()
  for (const range of ranges) {
    const [base = '', bits] = range.split('/')
    const kind = isIPv6(base) ? 'ipv6' : 'ipv4'
    // All of IPv6 is not all of IPv4, though that has a place in it: only a range inside that place means addresses of it.
    if (kind === 'ipv6' && family === 'ipv4' && Number(bits ?? 128) < mappedBits) continue
    if (bits === undefined) list.addAddress(base, kind)
    else list.addSubnet(base, Number(bits), kind)
  }
  // A range may have been written down in the mapped form as well.
  return list.check(plain, family) || (family === 'ipv4' && list.check(`::ffff:${plain}`, 'ipv6'))
}
