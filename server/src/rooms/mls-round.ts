import type { NotificationBody, RosterMember, SignedRoster, VisitId } from '@curtain/protocol'
import type { Authority } from '@curtain/e2ee/authority'
import type { KeyPackage } from './key-packages.ts'
import type { Leaf, MlsGroup } from './mls-group.ts'
import type { Party, Seat } from './seats.ts'

/** One change of a group, proposed and not committed yet. */
export class Round {
  readonly removed: readonly Leaf[]
  readonly added: readonly { seat: Seat; party: Party; keyPackage: KeyPackage }[]
  /** Who is in the group once it is done. */
  readonly roster: SignedRoster
  /** Whoever was asked may answer until somebody has. */
  readonly asked = new Set<Party>()
  /** Those who did not answer in time. */
  readonly tried = new Set<Party>()
  /** Who is waited for; null for nobody, or for whoever comes back first. */
  committer: Party | null = null
  isWaiting = false
  /** Nobody who could commit was connected for as long as a committer has. */
  isUnattended = false
  stopWaiting: () => void = () => {}

  constructor(change: Pick<Round, 'removed' | 'added' | 'roster'>) {
    this.removed = change.removed
    this.added = change.added
    this.roster = change.roster
  }
}

/**
 * Proposes what is to change in a group: removes first, then adds, in the order of joining.
 * @returns null when nothing is to change
 */
export async function proposeRound(
  { authority, visitId }: { authority: Authority; visitId: VisitId },
  group: MlsGroup,
  admitted: readonly Seat[],
): Promise<{ round: Round; proposals: NotificationBody } | null> {
  const removed = group.leaving
  const added = admitted.flatMap((seat) => {
    const { party, registered: keyPackage } = seat
    return keyPackage === null ? [] : [{ seat, party, keyPackage }]
  })
  if (removed.length + added.length === 0) return null
  const proposals: Uint8Array[] = []
  for (const { place } of removed) proposals.push(await authority.proposeRemove(group.id, group.epoch, place))
  for (const { keyPackage } of added) proposals.push(await authority.proposeAdd(group.id, group.epoch, keyPackage.message))
  const members = [
    ...group.staying.map(({ party, signatureKey }) => rosterMember(party, signatureKey)),
    ...added.map(({ party, keyPackage }) => rosterMember(party, keyPackage.signatureKey)),
  ]
  const roster = await authority.signRoster({ visitId, groupId: group.id, version: group.nextRosterVersion(), members })
  return {
    round: new Round({ removed, added, roster }),
    proposals: {
      type: 'mls.proposals',
      groupId: group.id,
      epoch: group.epoch,
      proposals: proposals.map((proposal) => Buffer.from(proposal).toString('base64url')),
      roster,
    },
  }
}

export function rosterMember({ id, role, displayName }: Party, signatureKey: string): RosterMember {
  return { participantId: id, role, displayName, signatureKey }
}
