import { hash } from 'node:crypto'

/** SHA-256, 32 bytes. */
export type Hash = Buffer
export const hashBytes = 32

const leafPrefix = Buffer.of(0)
const nodePrefix = 1

/** Of a log with nothing in it (RFC 6962 §2.1). */
export const emptyRoot: Hash = hash('sha256', Buffer.alloc(0), 'buffer')

/** Of one entry (RFC 6962 §2.1): SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Hash {
  return hash('sha256', Buffer.concat([leafPrefix, entry]), 'buffer')
}

/** Of two trees side by side (RFC 6962 §2.1): SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  const both = Buffer.allocUnsafe(1 + 2 * hashBytes)
  both[0] = nodePrefix
  both.set(left, 1)
  both.set(right, 1 + hashBytes)
  return hash('sha256', both, 'buffer')
}
