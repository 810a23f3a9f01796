import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Knows the declared reverse proxies: only what they say about a client's address is believed. */
export interface TrustedProxies {
  isTrusted(address: string): boolean
  /** The client's address: the last one in the chain that is no proxy of ours. */
  addressOf(request: IncomingMessage): string
}

/** @param ranges addresses and CIDR ranges */
export function createTrustedProxies(ranges: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const range of ranges) {
    const [base = '', bits] = range.split('/')
    const family = isIPv6(base) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(base, family)
    else list.addSubnet(base, Number(bits), family)
  }
  const isTrusted = (address: string) => {
    const plain = unmapped(address)
    return isIPv4(plain) ? list.check(plain, 'ipv4') : isIPv6(plain) && list.check(plain, 'ipv6')
  }
  return {
    isTrusted,
    addressOf(request) {
      const socket = request.socket.remoteAddress ?? ''
      const header = request.headers['x-forwarded-for']
      const told = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((part) => part.trim())
      const chain = [...told.filter((part) => part !== ''), socket]
      while (chain.length > 1 && isTrusted(chain.at(-1) ?? '')) chain.pop()
      return unmapped(chain.at(-1) ?? '')
    },
  }
}

/** What limits count by: an IPv4 address, or the /64 that one subscriber of IPv6 has. */
export function addressGroup(address: string): string {
  const plain = unmapped(address)
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const before = head.split(':').filter((part) => part !== '')
  const after = (tail ?? '').split(':').filter((part) => part !== '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':')
}

/** An IPv4 address as such, also where a socket of both families has it inside an IPv6 one (RFC 4291 §2.5.5.2). */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
