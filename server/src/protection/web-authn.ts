import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { UserId, webAuthnJson } from '@curtain/protocol'
import { z } from 'zod'

/** Who passkeys are for (WebAuthn level 3, §5.4.2): the host that people come to, and the one origin of its pages. */
export interface RelyingParty {
  id: string
  origin: string
}

/** @param publicUrl the origin that people use, such as `https://visits.example.org` */
export function relyingParty(publicUrl: string): RelyingParty {
  return { id: new URL(publicUrl).hostname, origin: publicUrl }
}

export interface NewPasskey {
  credentialId: string
  publicKey: Uint8Array
  counter: number
  transports: string[]
  synced: boolean
}

export interface StoredPasskey {
  credential_id: string
  public_key: Buffer
  transports: string[]
}

type Json = z.infer<typeof webAuthnJson>

/** ES256 and RS256 are what authenticators in use have, Ed25519 what newer ones have. */
const algorithms = [-7, -8, -257]
const timeout = 5 * 60_000
/**
 * The authenticator asks for a finger, a face or its PIN: a passkey alone confirms that it is them, so that a key left in
 * an unlocked computer must not be enough.
 */
const userVerification = 'required'

const base64url = (most: number) => z.string().max(most).regex(/^[\w-]+$/)
const credentialId = base64url(1366) // 1023 bytes, WebAuthn §4
const credential = { id: credentialId, rawId: credentialId, type: z.literal('public-key') }
const clientDataJSON = base64url(8192)
const enrolmentResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON,
    attestationObject: base64url(32_768),
    transports: z.array(z.string().max(32)).max(8).default([]),
  }),
})
const assertionResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: base64url(128).nullish(),
  }),
})

/** What somebody is known by to their authenticators: their id, which says nothing about them. */
const handleOf = (userId: UserId) => new Uint8Array(Buffer.from(userId))

/** What a browser makes a passkey with. */
export async function enrolmentOptions(
  { id }: RelyingParty,
  user: { id: UserId; name: string; email: string },
  existing: readonly StoredPasskey[],
): Promise<{ options: Json; challenge: string }> {
  const options = await generateRegistrationOptions({
    rpName: 'Curtain',
    rpID: id,
    userID: handleOf(user.id),
    userName: user.email,
    userDisplayName: user.name,
    timeout,
    attestationType: 'none',
    excludeCredentials: existing.map(described),
    authenticatorSelection: { residentKey: 'preferred', userVerification },
    supportedAlgorithmIDs: algorithms,
  })
  return { options: { ...options }, challenge: options.challenge }
}

/** What a browser shows one of these passkeys with. */
export async function assertionOptions(
  { id }: RelyingParty,
  passkeys: readonly StoredPasskey[],
): Promise<{ options: Json; challenge: string }> {
  const options = await generateAuthenticationOptions({
    rpID: id,
    allowCredentials: passkeys.map(described),
    timeout,
    userVerification,
  })
  return { options: { ...options }, challenge: options.challenge }
}

const described = ({ credential_id, transports }: StoredPasskey) => ({ id: credential_id, transports })

/** Checks a new passkey (WebAuthn level 3, §7.1). @returns null when it is not what was asked for */
export async function verifyEnrolment({ id, origin }: RelyingParty, challenge: string, response: Json): Promise<NewPasskey | null> {
  const read = enrolmentResponse.safeParse(response)
  if (!read.success) return null
  const verified = await orNull(() =>
    verifyRegistrationResponse({
      response: { ...read.data, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  )
  if (verified?.verified !== true) return null
  const { credential: made, credentialBackedUp } = verified.registrationInfo
  return {
    credentialId: made.id,
    publicKey: made.publicKey,
    counter: made.counter,
    transports: read.data.response.transports,
    synced: credentialBackedUp,
  }
}

/** The id of the credential that a response says it is from; null where it is no response. */
export function credentialIn(response: Json): string | null {
  return assertionResponse.safeParse(response).data?.id ?? null
}

/**
 * Checks that a passkey signed a challenge (WebAuthn level 3, §7.2), all but its counter.
 * @returns null when it did not
 */
export async function verifyAssertion(
  { id, origin }: RelyingParty,
  challenge: string,
  response: Json,
  passkey: StoredPasskey & { user_id: UserId },
): Promise<{ counter: number; synced: boolean } | null> {
  const read = assertionResponse.safeParse(response)
  if (!read.success || read.data.id !== passkey.credential_id) return null
  const { userHandle, ...signed } = read.data.response
  if (userHandle && userHandle !== Buffer.from(handleOf(passkey.user_id)).toString('base64url')) return null
  const verified = await orNull(() =>
    verifyAuthenticationResponse({
      response: { ...read.data, response: signed, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      // The library would refuse a counter that goes back like any bad signature. It is told apart by whoever calls this.
      credential: { id: passkey.credential_id, publicKey: new Uint8Array(passkey.public_key), counter: 0 },
    }),
  )
  if (verified?.verified !== true) return null
  return { counter: verified.authenticationInfo.newCounter, synced: verified.authenticationInfo.credentialBackedUp }
}

/**
 * Whether a counter is one that a single authenticator cannot have (WebAuthn level 3, §6.1.1): it was copied. Those that
 * do not count always say 0.
 */
export function isCopied(before: number, now: number): boolean {
  return (before > 0 || now > 0) && now <= before
}

/** The library throws at whatever is not as it must be, since it is given what anybody may send. */
async function orNull<Result>(verify: () => Promise<Result>): Promise<Result | null> {
  try {
    return await verify()
  } catch {
    return null
  }
}
