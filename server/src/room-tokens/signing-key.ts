import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** What an organization's room tokens are signed and checked with. */
export interface SigningKey {
  /** Which version of the organization's key it is derived from: the `kid` of its tokens. */
  readonly id: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** RFC 8410 §7: what comes before the 32 bytes of an Ed25519 private key in PKCS #8. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** @param seed 32 bytes (RFC 8032 §5.1.5) */
export function signingKeyOf(version: number, seed: Uint8Array): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  return { id: String(version), privateKey, publicKey: createPublicKey(privateKey) }
}
