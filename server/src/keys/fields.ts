import { createCipheriv, createDecipheriv, randomBytes as cryptographicBytes } from 'node:crypto'

/** Where a sealed value belongs. It opens nowhere else. */
export interface FieldAddress {
  table: 'patients' | 'visits' | 'participants'
  column: 'name' | 'reason' | 'display_name'
  rowId: string
}

/** The one way protected health information goes into a row and comes out of it. */
export interface FieldSealer {
  seal(address: FieldAddress, plaintext: string): Buffer
  /** @throws Error when the value was changed, belongs elsewhere, or was sealed with another key */
  open(address: FieldAddress, sealed: Buffer): string
}

const version = 1
const nonceBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. A sealed value is
 * `version (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`; the additional data is the version and the address.
 * @param key 32 bytes
 */
export function createFieldSealer(key: Uint8Array, randomBytes: (size: number) => Buffer = cryptographicBytes): FieldSealer {
  return {
    seal(address, plaintext) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(additionalData(address))
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(version), nonce, ciphertext, cipher.getAuthTag()])
    },
    open(address, sealed) {
      if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) throw new Error('not a sealed field')
      const nonce = sealed.subarray(1, 1 + nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(additionalData(address))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      const ciphertext = sealed.subarray(1 + nonceBytes, -tagBytes)
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
    },
  }
}

/** Each part with its length before it, so that no two addresses read the same. */
function additionalData({ table, column, rowId }: FieldAddress): Buffer {
  const parts = [Buffer.of(version)]
  for (const text of [table, column, rowId]) {
    const part = Buffer.from(text, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    parts.push(length, part)
  }
  return Buffer.concat(parts)
}
