import { createHmac, timingSafeEqual } from 'node:crypto'
import { newSecret } from '../keys/secrets.ts'
import type { FlowSecrets } from './provider-client.ts'

/** Time for a password, a second factor and a phone that has to be found first. */
export const flowMs = 10 * 60_000

/**
 * A new way to a provider and back. All that holds it together is made of the browser's cookie: whoever comes back without it
 * has nothing that this server would take, and the database holds nothing that anybody could go that way with.
 */
export function newFlow(): { cookie: string; cookieHash: Buffer; secrets: FlowSecrets } {
  const { secret, hash } = newSecret()
  return { cookie: secret, cookieHash: hash, secrets: secretsOf(secret) }
}

export function secretsOf(cookie: string): FlowSecrets {
  const derived = (purpose: string) => createHmac('sha256', cookie).update(purpose).digest('base64url')
  return { state: derived('state'), nonce: derived('nonce'), verifier: derived('verifier') }
}

/** Whether what came back belongs to the browser that it came back to. */
export function isOfFlow({ state }: FlowSecrets, returned: string | undefined): boolean {
  const [ours, theirs] = [Buffer.from(state), Buffer.from(returned ?? '')]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}
