import { createHash, randomBytes } from 'node:crypto'

/**
 * A secret that somebody will show us: 32 random bytes in base64url, and the SHA-256 under which we know it. With that
 * much randomness a plain hash is enough; there is nothing to guess.
 */
export function newSecret(): { secret: string; hash: Buffer } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, hash: hashSecret(secret) }
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest()
}
