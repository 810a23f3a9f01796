import type { MediaSource } from '@curtain/protocol'

/** What a key id stands for: one source of one member in one epoch. */
export interface StreamKeyId {
  source: MediaSource
  /** Place in the group's tree, 0 … 255. */
  leaf: number
  /** The epoch modulo 256. */
  epochByte: number
}

/** The context values of RFC 9605 §5.2. The shortest header goes to what is sent most often. */
const sources = ['microphone', 'camera', 'screen', 'screen-audio'] as const satisfies MediaSource[]

/** The largest leaf that has a key id. */
const largestLeaf = 0xff

/** The part of an epoch's number that is in key ids: the last eight bits. */
export function epochByteOf(epoch: number): number {
  return epoch % 256
}

/**
 * `(source << 16) + (leaf << 8) + (epoch % 256)`: the layout of RFC 9605 §5.2 with S = 8 and E = 8.
 * @throws RangeError for a leaf past 255
 */
export function keyIdOf(source: MediaSource, leaf: number, epoch: number): bigint {
  if (!Number.isInteger(leaf) || leaf < 0 || leaf > largestLeaf) throw new RangeError('A leaf has eight bits')
  return BigInt(sources.indexOf(source) * 0x1_00_00 + leaf * 0x1_00 + epochByteOf(epoch))
}

/** Reads a key id; null if it is of another layout than ours. */
export function readKeyId(keyId: bigint): StreamKeyId | null {
  const source = sources[Number(keyId >> 16n)]
  if (source === undefined) return null
  return { source, leaf: Number((keyId >> 8n) & 0xffn), epochByte: Number(keyId & 0xffn) }
}
