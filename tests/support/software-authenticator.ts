import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { z } from 'zod'

const creationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
  excludeCredentials: z.array(z.object({ id: z.string() })).default([]),
})
const requestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  allowCredentials: z.array(z.object({ id: z.string() })).default([]),
})

interface Credential {
  id: Buffer
  key: KeyObject
  userHandle: string
  counter: number
}

/** What is said otherwise than it is, by an authenticator or browser that does not do as it should. */
export interface Deceit {
  origin?: string
  rpId?: string
  challenge?: string
  /** The counter that an assertion says. */
  counter?: number
  userVerified?: boolean
  type?: 'webauthn.create' | 'webauthn.get'
  /** Signs with this credential, whatever was asked for. */
  credentialId?: string
  userHandle?: string
}

type Response = Record<string, unknown> & { id: string }

/**
 * An authenticator and the browser around it, in software: real ES256 keys, attestation `none`, and a counter. It does as
 * it is told, so that every check of the server can be seen to fail.
 */
export class SoftwareAuthenticator {
  readonly #origin: string
  readonly #credentials = new Map<string, Credential>()

  constructor(origin: string) {
    this.#origin = origin
  }

  /** `navigator.credentials.create` (WebAuthn level 3, §6.3.2). */
  create(options: unknown, deceit: Deceit = {}): Response {
    const { challenge, rp, user } = creationOptions.parse(options)
    const id = randomBytes(16)
    const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#credentials.set(id.toString('base64url'), { id, key, userHandle: user.id, counter: 0 })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const cosePublicKey = cbor(
      new Map<number, Encodable>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]),
    )
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cosePublicKey])
    const authData = Buffer.concat([this.#authenticatorData(deceit.rpId ?? rp.id, deceit, 0, 0x40), attested])
    return {
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData('webauthn.create', challenge, deceit).toString('base64url'),
        attestationObject: cbor(new Map<string, Encodable>([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData]])).toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** `navigator.credentials.get` (WebAuthn level 3, §6.3.3). */
  get(options: unknown, deceit: Deceit = {}): Response {
    const { challenge, rpId, allowCredentials } = requestOptions.parse(options)
    const id = deceit.credentialId ?? allowCredentials.map((one) => one.id).find((one) => this.#credentials.has(one))
    const credential = id === undefined ? undefined : this.#credentials.get(id)
    if (credential === undefined) throw new Error('this authenticator has none of those passkeys')
    credential.counter = deceit.counter ?? credential.counter + 1
    const authData = this.#authenticatorData(deceit.rpId ?? rpId, deceit, credential.counter, 0)
    const clientData = this.#clientData('webauthn.get', challenge, deceit)
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
    return {
      id: credential.id.toString('base64url'),
      rawId: credential.id.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(credential.key).toString('base64url'),
        userHandle: deceit.userHandle ?? credential.userHandle,
      },
    }
  }

  #clientData(type: 'webauthn.create' | 'webauthn.get', challenge: string, deceit: Deceit): Buffer {
    const said = { type: deceit.type ?? type, challenge: deceit.challenge ?? challenge, origin: deceit.origin ?? this.#origin, crossOrigin: false }
    return Buffer.from(JSON.stringify(said))
  }

  /** RP id hash, flags (user present, user verified), counter (WebAuthn level 3, §6.1). */
  #authenticatorData(rpId: string, { userVerified = true }: Deceit, counter: number, flags: number): Buffer {
    const tail = Buffer.alloc(5)
    tail.writeUInt8(0x01 | (userVerified ? 0x04 : 0) | flags)
    tail.writeUInt32BE(counter, 1)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), tail])
  }
}

type Encodable = number | string | Buffer | Map<number | string, Encodable>

/** As much of CBOR (RFC 8949) as attestations need. */
function cbor(value: Encodable): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count])
  if (count < 256) return Buffer.from([(major << 5) | 24, count])
  return Buffer.from([(major << 5) | 25, count >> 8, count & 255])
}
