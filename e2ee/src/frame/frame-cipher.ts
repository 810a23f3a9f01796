import { EncryptionError } from '../errors.ts'
import { authenticatedBytesOf, type ProtectedFrame } from './frame-layout.ts'
import { encodeHeader, type FrameHeader } from './sframe-header.ts'
import { nonceOf, type FrameSecrets } from './sframe-keys.ts'

function gcm(secrets: FrameSecrets, counter: bigint, additionalData: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv: nonceOf(secrets.salt, counter), additionalData, tagLength: 128 }
}

/**
 * Encrypts one frame (RFC 9605 §4.4.3) into `[clear][SFrame header][ciphertext and tag]`.
 * Whoever calls it never gives the same header twice for the same secrets.
 */
export async function encryptFrame(
  secrets: FrameSecrets,
  { keyId, counter }: FrameHeader,
  clear: Uint8Array,
  plaintext: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = encodeHeader({ keyId, counter })
  const parameters = gcm(secrets, counter, authenticatedBytesOf(header, clear))
  const ciphertext = await crypto.subtle.encrypt(parameters, secrets.key, plaintext)
  const frame = new Uint8Array(clear.length + header.length + ciphertext.byteLength)
  frame.set(clear)
  frame.set(header, clear.length)
  frame.set(new Uint8Array(ciphertext), clear.length + header.length)
  return frame
}

/**
 * Decrypts one frame (RFC 9605 §4.4.4).
 * @throws EncryptionError `not-authentic` if anything of it was changed, the header and the clear bytes included
 */
export async function decryptFrame(secrets: FrameSecrets, frame: ProtectedFrame): Promise<Uint8Array<ArrayBuffer>> {
  const parameters = gcm(secrets, frame.counter, authenticatedBytesOf(frame.header, frame.clear))
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, secrets.key, frame.ciphertext))
  } catch (cause) {
    throw new EncryptionError('not-authentic', { cause })
  }
}
