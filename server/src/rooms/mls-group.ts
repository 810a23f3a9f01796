import type { MlsGroupId, ParticipantId } from '@curtain/protocol'
import type { KeyPackage } from './key-packages.ts'
import { LeafPlaces } from './leaf-places.ts'
import type { Party } from './seats.ts'

/** A leaf of the group's tree. */
export interface Leaf {
  readonly party: Party
  /** Place in the tree, from 0. */
  readonly place: number
  /** Raw Ed25519, base64url. */
  readonly signatureKey: string
  /** The first epoch they are in. */
  readonly since: number
  /** To be removed by the next round; whoever holds it gets nothing more. */
  isLeaving: boolean
}

/** How many past epochs are remembered by who ended them: reports of a bad change come soon after it. */
const rememberedEpochs = 16

/** One MLS group as the server needs to know it: who is in it, in which epoch, and who brought that epoch about. */
export class MlsGroup {
  readonly id: MlsGroupId
  readonly #leaves = new LeafPlaces<Leaf>()
  /** Who ended an epoch, by epoch. */
  readonly #committers = new Map<number, ParticipantId>()
  #epoch = 0
  #rosterVersion = 1

  /** @param founder who made it and is alone in it */
  constructor(id: MlsGroupId, founder: Party, { signatureKey }: KeyPackage) {
    this.id = id
    this.#leaves.take((place) => ({ party: founder, place, signatureKey, since: 0, isLeaving: false }))
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Everybody but those who are to be removed. */
  get staying(): Leaf[] {
    return this.#leaves.holders.filter(({ isLeaving }) => !isLeaving)
  }

  get leaving(): Leaf[] {
    return this.#leaves.holders.filter(({ isLeaving }) => isLeaving)
  }

  leafOf(party: Party): Leaf | undefined {
    return this.staying.find((leaf) => leaf.party === party)
  }

  /** From here on they get nothing of the group any more; the next round removes them. */
  markLeaving(party: Party): void {
    const leaf = this.leafOf(party)
    if (leaf !== undefined) leaf.isLeaving = true
  }

  nextRosterVersion(): number {
    return ++this.#rosterVersion
  }

  /** The epoch is over by a commit of `committer`. */
  advance(
    { removed, added }: { removed: readonly Leaf[]; added: readonly { party: Party; keyPackage: KeyPackage }[] },
    committer: Party,
  ): void {
    this.#committers.set(this.#epoch, committer.id)
    this.#committers.delete(this.#epoch - rememberedEpochs)
    this.#epoch++
    for (const { place } of removed) this.#leaves.blank(place)
    const since = this.#epoch
    for (const { party, keyPackage: { signatureKey } } of added) {
      this.#leaves.take((place) => ({ party, place, signatureKey, since, isLeaving: false }))
    }
  }

  /**
   * Whose change it was, if any, that somebody in this group could not follow in an epoch. Who cannot follow the very
   * epoch they began with was welcomed into another one than everybody else is in, as far as anybody can tell.
   */
  blameFor(epoch: number, { since }: Leaf): ParticipantId | undefined {
    return this.#committers.get(epoch === since ? epoch - 1 : epoch)
  }
}
