import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** An address that a name stands for. */
export interface HostAddress {
  address: string
  family: 4 | 6
}

/** Finds the addresses of a name, as every other program on this machine does; of an address, that address. */
export async function resolveHost(host: string): Promise<HostAddress[]> {
  const found = await lookup(host, { all: true })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}

/** What is not globally reachable, or is a way to what is not (IANA IPv4 Special-Purpose Address Registry, RFC 6890). */
const special4 = blocks('ipv4', [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
])
/** The one block of IPv6 that global addresses are given from (RFC 4291 §2.4), and what in it is none: tunnels lead to IPv4. */
const global6 = blocks('ipv6', ['2000::/3'])
const special6 = blocks('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])
const loopback4 = blocks('ipv4', ['127.0.0.0/8'])
const loopback6 = blocks('ipv6', ['::1/128'])

/** Whether an address is one of the internet, and not of this machine, this network, or a cloud's own services. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special4.check(address, 'ipv4')
    case 6:
      return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
    default:
      return false
  }
}

/** Whether an address is this machine's own. */
export function isOwnAddress(address: string): boolean {
  const family = isIP(address)
  return family === 4 ? loopback4.check(address, 'ipv4') : family === 6 && loopback6.check(address, 'ipv6')
}

function blocks(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
