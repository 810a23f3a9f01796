import { grant, participantId, roomTokenId, visitId, type Grant, type ParticipantId, type VisitId } from '@curtain/protocol'
import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { RoomTokenId } from './schema.ts'
import type { SigningKey } from './signing-key.ts'

/** What a room token says. Instants in seconds, as in all JWTs (RFC 7519 §2). */
export interface RoomTokenClaims {
  id: RoomTokenId
  visitId: VisitId
  participantId: ParticipantId
  /** Null: all that the person's role may. */
  grants: readonly Grant[] | null
  issuedAt: number
  expiresAt: number
}

const algorithm = 'EdDSA'
/** Its own type (RFC 8725 §3.11), so that no other token signed here is ever taken for one. */
const type = 'curtain-room+jwt'
const audience = 'curtain-room'
/** The longest that a token may live. */
const longestSeconds = 300
/** How far another server's clock may be behind ours. The end holds to the second. */
const skewSeconds = 30

const header = z.strictObject({ alg: z.literal(algorithm), typ: z.literal(type), kid: z.string().regex(/^[1-9]\d{0,8}$/) })
const seconds = z.number().int().positive()
const payload = z.strictObject({
  iss: z.string(),
  aud: z.literal(audience),
  sub: participantId,
  jti: roomTokenId,
  visit: visitId,
  grants: z.array(grant).optional(),
  iat: seconds,
  nbf: seconds,
  exp: seconds,
})

/** @param issuer the server's own address */
export function signRoomToken(claims: RoomTokenClaims, issuer: string, key: SigningKey): Promise<string> {
  const { id, visitId: visit, participantId: sub, grants, issuedAt: iat, expiresAt: exp } = claims
  const body = { iss: issuer, aud: audience, sub, jti: id, visit, ...(grants && { grants: [...grants] }), iat, nbf: iat, exp }
  return new SignJWT(body).setProtectedHeader({ alg: algorithm, typ: type, kid: key.id }).sign(key.privateKey)
}

/**
 * What a token says of itself, before it is known who wrote it: good for finding the key that it must be signed with, and
 * for nothing else.
 * @returns null for what has not the shape of a room token
 */
export function readUnverified(token: string): { id: RoomTokenId; keyVersion: number } | null {
  try {
    const { kid } = header.parse(decodeProtectedHeader(token))
    return { id: payload.parse(decodeJwt(token)).jti, keyVersion: Number(kid) }
  } catch {
    return null
  }
}

/**
 * Checks signature, issuer, audience and times. The algorithm is ours to say, never the token's (RFC 8725 §3.1).
 * @param now Unix time in milliseconds
 * @returns null for whatever is not, at this moment, a token that this server signed with this key
 */
export async function verifyRoomToken(token: string, issuer: string, key: SigningKey, now: number): Promise<RoomTokenClaims | null> {
  try {
    const { protectedHeader, payload: body } = await jwtVerify(token, key.publicKey, {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      currentDate: new Date(now),
      maxTokenAge: longestSeconds,
      clockTolerance: skewSeconds,
    })
    if (header.parse(protectedHeader).kid !== key.id) return null
    const { jti: id, visit, sub, grants = null, iat, exp } = payload.parse(body)
    if (exp * 1000 <= now || exp - iat > longestSeconds) return null
    return { id, visitId: visit, participantId: sub, grants, issuedAt: iat, expiresAt: exp }
  } catch {
    return null
  }
}
