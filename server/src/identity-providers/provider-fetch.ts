import type { CustomFetch } from 'openid-client'
import { isLoopback } from '../config.ts'

/** Well above what any provider says at once, and nothing to this server's memory. */
export const mostBytes = 256 * 1024

/** An answer of a provider that is too large to read on, or an address that is not asked. */
class RefusedAnswer extends Error {}

/**
 * Whether a provider, or what it names as its own, may be asked at an address: by TLS, but on this machine alone. Addresses
 * of a private network may be: there is where the identity providers of hospitals are. An owner chooses them, what comes back
 * is shown to nobody, and the metadata services of clouds, which speak plain HTTP, are out of reach.
 */
export function mayBeAsked(address: string): boolean {
  const { protocol, hostname, username, password } = new URL(address)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replaceAll(/[[\]]/g, '')))
}

/** How the OpenID Connect library talks to providers: it follows no redirect, and reads no more than it must. */
export const providerFetch: CustomFetch = async (url, { body, ...options }) => {
  if (!mayBeAsked(url)) throw new RefusedAnswer('not an address to ask')
  const response = await fetch(url, { ...options, ...(body !== undefined && body !== null && { body: bytesOf(body) }) })
  const read = await readBounded(response)
  const { status, headers } = response
  return new Response(read.length === 0 ? null : read, { status, headers })
}

/** What the library sends are forms, all of them. */
function bytesOf(body: unknown): URLSearchParams | string {
  if (body instanceof URLSearchParams || typeof body === 'string') return body
  throw new RefusedAnswer('not a body to send')
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    // Leaving the loop cancels the rest.
    if (size > mostBytes) throw new RefusedAnswer('too large an answer')
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}
