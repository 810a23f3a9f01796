import { decodeBytes, type RosterBody } from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'
import type { Leaf } from './group.ts'
import type { GroupMember } from './session-types.ts'

/**
 * Compares who is in a group with who the roster says is: the same people, each with the key the roster has for them,
 * nobody more, nobody less. Places do not matter.
 * @throws EncryptionError `roster-mismatch`
 */
export function checkMembers(members: readonly Omit<Leaf, 'leaf'>[], roster: RosterBody): void {
  // A roster names nobody twice, so that as many, each found, are the same.
  const isSame =
    members.length === roster.members.length &&
    new Set(members.map((member) => member.participantId)).size === members.length &&
    members.every((member) => findMember(member, roster) !== undefined)
  if (!isSame) throw new EncryptionError('roster-mismatch')
}

/**
 * Those in a group with what the roster says of them, in order of their leaves.
 * @throws EncryptionError `roster-mismatch`
 */
export function namedMembers(leaves: readonly Leaf[], roster: RosterBody): GroupMember[] {
  checkMembers(leaves, roster)
  return leaves.flatMap((leaf) => {
    const member = findMember(leaf, roster)
    return member === undefined ? [] : [{ ...member, leaf: leaf.leaf }]
  })
}

function findMember({ participantId, signatureKey }: Omit<Leaf, 'leaf'>, roster: RosterBody) {
  return roster.members.find(
    (member) => member.participantId === participantId && bytesEqual(decodeBytes(member.signatureKey), signatureKey),
  )
}
