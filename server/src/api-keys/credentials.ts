import { apiKeyId, secret } from '@curtain/protocol'
import type { ApiKeyId } from './schema.ts'

/** What a program shows for itself. */
export interface Credentials {
  id: ApiKeyId
  secret: string
}

// Base64 of an id, a colon and a secret: 74 bytes. RFC 7235 §2.1 lets the scheme be written in any case.
const basic = /^basic +([A-Za-z0-9+/]{99}=)$/i

/**
 * Reads an Authorization header of HTTP Basic (RFC 7617).
 * @returns null for whatever cannot be a key of ours
 */
export function readCredentials(authorization: string): Credentials | null {
  const encoded = basic.exec(authorization)?.[1]
  if (encoded === undefined) return null
  const [user = '', password = '', ...rest] = Buffer.from(encoded, 'base64').toString('latin1').split(':')
  const read = { id: apiKeyId.safeParse(user), secret: secret.safeParse(password) }
  return read.id.success && read.secret.success && rest.length === 0
    ? { id: read.id.data, secret: read.secret.data }
    : null
}
