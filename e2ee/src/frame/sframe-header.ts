import { EncryptionError } from '../errors.ts'

/** What an SFrame header says: which key, and which use of that key. Both are unsigned and have up to 64 bits. */
export interface FrameHeader {
  keyId: bigint
  counter: bigint
}

/** The largest key id and counter there is. */
export const largestUint64 = 2n ** 64n - 1n

/** How many bytes a value takes after the config byte; none if it fits into that one. */
function extendedBytes(value: bigint): number {
  if (value < 0n || value > largestUint64) throw new RangeError('An SFrame key id or counter has 64 bits')
  return value < 8n ? 0 : Math.ceil(value.toString(16).length / 2)
}

/** Four bits of the config byte: the value itself, or the flag and the number of bytes less one. */
function configField(value: bigint, sizeBytes: number): number {
  return sizeBytes === 0 ? Number(value) : 0b1000 | (sizeBytes - 1)
}

function writeField(bytes: Uint8Array, value: bigint, start: number, sizeBytes: number): void {
  let rest = value
  for (let at = start + sizeBytes - 1; at >= start; at--) {
    bytes[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
}

function readField(bytes: Uint8Array, field: number, start: number): { value: bigint; end: number } {
  if (field < 0b1000) return { value: BigInt(field), end: start }
  const end = start + (field & 0b111) + 1
  if (end > bytes.length) throw new EncryptionError('bad-frame')
  let value = 0n
  for (const byte of bytes.subarray(start, end)) value = (value << 8n) | BigInt(byte)
  // RFC 9605 §4.3: the fewest bytes MUST be used. So a key id and counter have one header, and no other is taken.
  if (extendedBytes(value) !== end - start) throw new EncryptionError('bad-frame')
  return { value, end }
}

/**
 * Writes an SFrame header, 1 … 17 bytes (RFC 9605 §4.3).
 * @throws RangeError if a value does not fit into 64 bits
 */
export function encodeHeader({ keyId, counter }: FrameHeader): Uint8Array<ArrayBuffer> {
  const keyIdBytes = extendedBytes(keyId)
  const counterBytes = extendedBytes(counter)
  const header = new Uint8Array(1 + keyIdBytes + counterBytes)
  header[0] = (configField(keyId, keyIdBytes) << 4) | configField(counter, counterBytes)
  writeField(header, keyId, 1, keyIdBytes)
  writeField(header, counter, 1 + keyIdBytes, counterBytes)
  return header
}

/**
 * Reads the SFrame header at the beginning of `bytes` (RFC 9605 §4.3).
 * @throws EncryptionError `bad-frame` if it is cut off, or not in the shortest form
 */
export function decodeHeader(bytes: Uint8Array): FrameHeader & { sizeBytes: number } {
  const config = bytes[0]
  if (config === undefined) throw new EncryptionError('bad-frame')
  const keyId = readField(bytes, config >> 4, 1)
  const counter = readField(bytes, config & 0b1111, keyId.end)
  return { keyId: keyId.value, counter: counter.value, sizeBytes: counter.end }
}
