import type { FrameKeys } from '../src/frame/index.ts'

/** A base key as the group's exporter gives it, of 32 bytes that follow from `seed`. */
export function baseKey(seed: number): Promise<CryptoKey> {
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => (seed + index) % 256)
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits'])
}

/**
 * What each member of an epoch installs: they sit in the order given, from leaf 0.
 * @returns the keys by participant
 */
export async function epochOf<Name extends string>(
  names: readonly Name[],
  epoch: number,
  groupId = 'first',
): Promise<Record<Name, FrameKeys>> {
  const key = await baseKey(epoch * 7 + groupId.length)
  const members = names.map((participantId, leaf) => ({ leaf, participantId }))
  const entries = members.map(({ participantId, leaf }) => [
    participantId,
    { groupId, epoch, baseKey: key, self: leaf, members } satisfies FrameKeys,
  ])
  return Object.fromEntries(entries)
}
