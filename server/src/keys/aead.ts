import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes as cryptographicBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16
export const keyBytes = 32

/** Nothing sealed is shorter than this. */
export const overheadBytes = nonceBytes + tagBytes

/** Bytes that are used as a key again and again are made ready for it once: that costs more than what is done with them. */
const prepared = new WeakMap<Uint8Array, KeyObject>()

function prepare(key: Uint8Array): KeyObject {
  const known = prepared.get(key)
  if (known !== undefined) return known
  const made = createSecretKey(key)
  prepared.set(key, made)
  return made
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.
 * @param key 32 bytes
 * @returns `nonce (12) ‖ ciphertext ‖ tag (16)`
 */
export function sealBytes(
  key: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
  randomBytes: (size: number) => Buffer = cryptographicBytes,
): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', prepare(key), nonce, { authTagLength: tagBytes })
  cipher.setAAD(additionalData)
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** @throws Error when it was changed, or sealed with another key or other additional data */
export function openBytes(key: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < overheadBytes) throw new Error('not a sealed value')
  const decipher = createDecipheriv('aes-256-gcm', prepare(key), sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(additionalData)
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
}

/** Texts one after the other, each with its length (4 bytes, big-endian) before it, so that no two lists read the same. */
export function frameTexts(texts: readonly string[]): Buffer {
  const framed = Buffer.alloc(texts.reduce((bytes, text) => bytes + 4 + Buffer.byteLength(text, 'utf8'), 0))
  let at = 0
  for (const text of texts) {
    const written = framed.write(text, at + 4, 'utf8')
    framed.writeUInt32BE(written, at)
    at += 4 + written
  }
  return framed
}

/**
 * Another key of a key, by HKDF-SHA-256 (RFC 5869).
 * @param salt what the key belongs to
 * @param purpose what the new key is for; the same list gives the same key
 */
export function deriveKey(key: Uint8Array, salt: string, purpose: readonly string[]): Buffer {
  return Buffer.from(hkdfSync('sha256', prepare(key), salt, frameTexts(purpose), keyBytes))
}
