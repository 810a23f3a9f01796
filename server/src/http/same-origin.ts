import type { IncomingHttpHeaders } from 'node:http'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request may change something: one of our own pages sends it, or something that is no browser. Browsers say
 * where a request comes from by `Sec-Fetch-Site` and `Origin`, and no page can forge either; a request that carries
 * cookies and says neither is refused.
 */
export function isSameOrigin(method: string, headers: IncomingHttpHeaders, isOwn: (origin: string) => boolean): boolean {
  if (safeMethods.has(method)) return true
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  if (headers.origin !== undefined) return isOwn(headers.origin)
  return site === 'same-origin' || headers.cookie === undefined
}
