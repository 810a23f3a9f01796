import type { FrameKeys } from '../src/frame/index.ts'

/** The base key of an epoch as the group exports it: always the same one for the same group and number. */
async function baseKeyOf(groupId: string, epoch: number): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${groupId} ${epoch}`))
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits'])
}

/**
 * An epoch of the named participants, who sit in their order from leaf 0; an empty name is a blank leaf.
 * @returns what each of them installs
 */
export async function epochKeys(
  names: readonly string[],
  epoch: number,
  groupId = 'first group',
): Promise<(name: string) => FrameKeys> {
  const baseKey = await baseKeyOf(groupId, epoch)
  const members = names
    .map((participantId, leaf) => ({ leaf, participantId }))
    .filter(({ participantId }) => participantId !== '')
  return (name) => ({ groupId, epoch, baseKey, self: names.indexOf(name), members })
}
