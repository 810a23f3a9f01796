import { createHmac } from 'node:crypto'
import type { z } from 'zod'
import type { iceServer } from '@curtain/protocol'

/**
 * Time-limited TURN credentials, as coturn's `use-auth-secret` checks them (draft-uberti-behave-turn-rest-00): the
 * user name is `<expiry>:<subject>`, the password its HMAC-SHA1 under the shared secret, in base64.
 * @param turn the relay's URLs and the secret it shares with us
 * @param subject an opaque id for the relay's own log
 * @param now Unix time in milliseconds
 * @param lifetimeMs how long a relay may be asked for; one that is in use goes on
 */
export function turnServer(
  turn: { urls: readonly string[]; secret: string },
  subject: string,
  now: number,
  lifetimeMs = 12 * 60 * 60 * 1000,
): z.infer<typeof iceServer> {
  const username = `${Math.floor((now + lifetimeMs) / 1000)}:${subject}`
  return { urls: [...turn.urls], username, credential: createHmac('sha1', turn.secret).update(username).digest('base64') }
}
