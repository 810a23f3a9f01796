/** What encrypts or decrypts the frames of one key id; the key cannot be read out. */
export interface FrameSecrets {
  /** AES-256-GCM, for one of the two directions. */
  readonly key: CryptoKey
  /** 12 bytes: the nonce of counter 0. */
  readonly salt: Uint8Array<ArrayBuffer>
}

/** AES_256_GCM_SHA512_128 in the registry of RFC 9605 §8.1. */
const cipherSuite = 0x0005
const nonceBytes = 12

/** HKDF-Extract with an empty salt, then HKDF-Expand with this label: one step of WebCrypto's HKDF. */
function labelled(label: string, keyId: bigint): HkdfParams {
  const text = new TextEncoder().encode(label)
  const info = new Uint8Array(text.length + 10)
  info.set(text)
  const view = new DataView(info.buffer)
  view.setBigUint64(text.length, keyId)
  view.setUint16(text.length + 8, cipherSuite)
  return { name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(), info }
}

/**
 * The key and salt of one key id (RFC 9605 §4.4.2).
 * @param baseKey an HKDF key of an epoch (§5.2) with the usages `deriveKey` and `deriveBits`
 * @param use a key id either encrypts or decrypts, never both (§4.4.1)
 */
export async function deriveSecrets(
  baseKey: CryptoKey,
  keyId: bigint,
  use: 'encrypt' | 'decrypt',
): Promise<FrameSecrets> {
  const aes = { name: 'AES-GCM', length: 256 }
  const [key, salt] = await Promise.all([
    crypto.subtle.deriveKey(labelled('SFrame 1.0 Secret key ', keyId), baseKey, aes, false, [use]),
    crypto.subtle.deriveBits(labelled('SFrame 1.0 Secret salt ', keyId), baseKey, nonceBytes * 8),
  ])
  return { key, salt: new Uint8Array(salt) }
}

/** The salt XOR the counter as a big-endian number of 12 bytes (RFC 9605 §4.4.3). */
export function nonceOf(salt: Uint8Array, counter: bigint): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(salt)
  const view = new DataView(nonce.buffer)
  view.setBigUint64(nonceBytes - 8, view.getBigUint64(nonceBytes - 8) ^ counter)
  return nonce
}
