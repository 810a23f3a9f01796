import type { MlsGroupId, NotificationBody, RequestBody, VisitId } from '@curtain/protocol'
import type { Authority } from '@curtain/e2ee/authority'
import type { After } from '../after-timeout.ts'
import { AppError } from '../errors.ts'
import { KeyPackages, type KeyPackage, type ReadKeyPackage } from './key-packages.ts'
import { MlsGroup } from './mls-group.ts'
import { proposeRound, rosterMember, type Round } from './mls-round.ts'
import { createQueue } from './queue.ts'
import { Seats, type Party, type Seat } from './seats.ts'

export interface DeliveryOptions {
  visitId: VisitId
  authority: Authority
  readKeyPackage: ReadKeyPackage
  /** How long somebody who is asked to make or to change a group has, in milliseconds. */
  commitMs: number
  /** Unix time in milliseconds. */
  now: () => number
  /** Runs something later; returns what calls it off. */
  after: After
  /** From a cryptographic generator. */
  randomBytes: (size: number) => Uint8Array
  log: Record<'warn' | 'error', (fields: object, message: string) => void>
}

/** Somebody was asked to make a group. */
interface Founding {
  readonly groupId: MlsGroupId
  readonly seat: Seat
  readonly keyPackage: KeyPackage
  /** Their time is over: whoever else could gets to do it. */
  isOverdue: boolean
  stopWaiting: () => void
}

/** Messages from before the end of an epoch may come after it, but not much later. */
const epochsOfGrace = 4
/** After so many setbacks in a row the time to answer grows no longer. */
const mostDoublings = 3

/**
 * The MLS delivery service of one room (RFC 9750 §5): it says who is to be in the group, proposes that as the group's
 * external sender, asks one member to commit, and puts the commits into order. What is in them it never reads.
 *
 * Everything runs in its queue, one after the other. The methods that say what happened in the room enter the queue by
 * themselves. The requests are run in the queue by whoever answers them, so that an answer is out before the next begins.
 */
export class Delivery {
  readonly queue = createQueue()
  readonly #options: DeliveryOptions
  readonly #keyPackages: KeyPackages
  readonly #seats: Seats
  #founding: Founding | null = null
  #group: MlsGroup | null = null
  #round: Round | null = null
  /** Those who are not suspected get the time to register before somebody who is makes a group. */
  #patience: { isOver: boolean; stop: () => void } | null = null
  /** How often in a row nobody did in time what they were asked for. */
  #setbacks = 0
  #willAdvance = false
  #stopRetrying: () => void = () => {}
  #closed = false

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#seats = new Seats(options.now)
    this.#keyPackages = new KeyPackages(options.readKeyPackage, options.now)
  }

  /** What rosters and proposals are signed with: raw Ed25519, base64url. */
  get rosterKey(): string {
    return Buffer.from(this.#options.authority.publicKey).toString('base64url')
  }

  /** They are in the visit, and so to be in the group. */
  admitted(party: Party): void {
    this.#happened(() => this.#seats.admit(party))
  }

  /** They wait again; they register anew. */
  sentBack(party: Party): void {
    this.#happened(() => {
      this.#group?.markLeaving(party)
      this.#seats.sendBack(party)
    })
  }

  /** Their place is given up. */
  gone(party: Party): void {
    this.#happened(() => {
      this.#group?.markLeaving(party)
      this.#seats.remove(party)
    })
  }

  /** Somebody's connection dropped, or is back. */
  connectionChanged(): void {
    this.#happened(() => undefined)
  }

  /** @throws AppError `rate-limited`, `key-package-invalid`, `key-package-reused` */
  async register(party: Party, { keyPackage, lost }: RequestBody<'mls.register'>): Promise<void> {
    const seat = this.#seats.of(party)
    const counts = !seat.wasReset
    seat.wasReset = false
    const accepted = await this.#keyPackages.accept(party.id, keyPackage, counts)
    if (this.#round?.committer === party) this.#seats.failed(party)
    const group = this.#group
    const leaf = group?.leafOf(party)
    if (group !== null && leaf !== undefined) {
      const suspect = group.id === lost?.groupId ? group.blameFor(lost.epoch, leaf) : undefined
      if (suspect !== undefined && this.#seats.report(suspect, party)) {
        const { log, visitId } = this.#options
        log.warn({ visitId, participantId: suspect }, 'a change of keys could not be followed')
      }
      group.markLeaving(party)
    }
    seat.registered = accepted
    this.#advanceSoon()
  }

  /** @throws AppError `mls-not-asked`, `mls-epoch` when it is too late */
  created(party: Party, { groupId }: RequestBody<'mls.created'>): void {
    const founding = this.#founding
    if (founding === null || founding.seat.party !== party || founding.groupId !== groupId || !isStanding(founding)) {
      throw new AppError(this.#seats.find(party)?.offered === groupId ? 'mls-epoch' : 'mls-not-asked')
    }
    this.#endFounding()
    founding.seat.registered = null
    this.#group = new MlsGroup(groupId, party, founding.keyPackage)
    this.#advanceSoon()
  }

  /**
   * Ends the epoch, if it is the first for it.
   * @throws AppError `mls-epoch`, `mls-not-asked`, `invalid-message` when a welcome is missing or too much
   */
  commit(party: Party, { groupId, epoch, commit, welcome }: RequestBody<'mls.commit'>): void {
    const group = this.#groupOf(party, groupId)
    if (group.epoch !== epoch) throw new AppError('mls-epoch')
    const round = this.#round
    if (round === null || !round.asked.has(party)) throw new AppError('mls-not-asked')
    if ((welcome === null) !== (round.added.length === 0)) throw new AppError('invalid-message')
    this.#endRound()
    this.#setbacks = 0
    const others = group.staying.filter((leaf) => leaf.party !== party)
    group.advance(round, party)
    for (const leaf of others) leaf.party.tell({ type: 'mls.commit', groupId, epoch, commit })
    for (const { seat, party: newcomer, keyPackage } of round.added) {
      // Who left or registered anew in the meantime cannot follow: the next round removes them again.
      if (seat.registered !== keyPackage || welcome === null) group.markLeaving(newcomer)
      else {
        seat.registered = null
        newcomer.tell({ type: 'mls.welcome', groupId, epoch: group.epoch, welcome, roster: round.roster })
      }
    }
    this.#advanceSoon()
  }

  /** Passes a message on to everybody who can read it. @throws AppError `mls-epoch`, `rate-limited` */
  data(party: Party, { groupId, epoch, message }: RequestBody<'mls.data'>): void {
    const group = this.#groupOf(party, groupId)
    const since = group.leafOf(party)?.since ?? 0
    if (epoch > group.epoch || epoch < Math.max(since, group.epoch - epochsOfGrace)) throw new AppError('mls-epoch')
    if (!this.#seats.of(party).messages.take(message.length)) throw new AppError('rate-limited')
    const body: NotificationBody = { type: 'mls.data', participantId: party.id, groupId, epoch, message }
    for (const { party: other, since: from } of group.staying) {
      if (other !== party && other.chats && from <= epoch) other.tell(body)
    }
  }

  /** Calls off whatever is under way. Twice is fine. */
  close(): void {
    this.#closed = true
    this.#endFounding()
    this.#endPatience()
    this.#stopRetrying()
    this.#endGroup()
    this.#seats.clear()
  }

  #happened(change: () => void): void {
    this.#run(() => {
      change()
      this.#advanceSoon()
    })
  }

  /** In a task of its own: the answer to a request is out before, and changes that come together are one round. */
  #advanceSoon(): void {
    if (this.#willAdvance) return
    this.#willAdvance = true
    this.#run(() => {
      this.#willAdvance = false
      return this.#advance()
    }, () => this.#advanceLater())
  }

  /** What failed, such as a signature, may go well a moment later. */
  #advanceLater(): void {
    this.#stopRetrying()
    if (!this.#closed) this.#stopRetrying = this.#afterCommitMs(() => undefined)
  }

  #run(task: () => Promise<void> | void, failed: () => void = () => undefined): void {
    this.queue
      .run(() => (this.#closed ? undefined : task()))
      .catch((error: unknown) => {
        this.#options.log.error({ visitId: this.#options.visitId, error }, 'keys could not be changed')
        failed()
      })
  }

  /** Does what is to be done next, if anything is. */
  async #advance(): Promise<void> {
    if (this.#group?.staying.length === 0) this.#endGroup()
    const group = this.#group
    if (group === null) return this.#found()
    this.#round ??= await this.#propose(group)
    if (this.#round !== null) await this.#attend(group, this.#round)
  }

  /** Asks somebody to make the group. */
  async #found(): Promise<void> {
    const asked = this.#founding
    if (asked !== null) {
      const { party } = asked.seat
      if (isStanding(asked)) {
        const isInTime = !asked.isOverdue && party.connected
        // Nor is there a hurry when nobody else could do it.
        if (isInTime || this.#seats.founders.every((seat) => seat === asked.seat)) return
        this.#warn('a group was not made in time', party)
        this.#seats.reset(party)
      }
      // Who registers anew instead, or leaves to come again, did not make it either.
      this.#seats.failed(party)
      if (asked.seat.order !== null) this.#setbacks++
    }
    this.#endFounding()
    const [seat] = this.#seats.founders
    const keyPackage = seat?.registered ?? null
    if (seat === undefined || keyPackage === null || !this.#isTurnOf(seat)) return
    this.#endPatience()
    const { visitId, authority, randomBytes } = this.#options
    const groupId: MlsGroupId = `${visitId}.${Buffer.from(randomBytes(16)).toString('base64url')}`
    const members = [rosterMember(seat.party, keyPackage.signatureKey)]
    const roster = await authority.signRoster({ visitId, groupId, version: 1, members })
    if (this.#closed) return
    const founding: Founding = { groupId, seat, keyPackage, isOverdue: false, stopWaiting: () => {} }
    founding.stopWaiting = this.#afterCommitMs(() => {
      founding.isOverdue = true
    })
    this.#founding = founding
    seat.offered = groupId
    seat.party.tell({ type: 'mls.create', groupId, roster })
  }

  /** Somebody under suspicion makes a group only when those who are above it did not register in time. */
  #isTurnOf({ party }: Seat): boolean {
    if (this.#patience?.isOver === true) return true
    const others = this.#seats.admitted.filter((seat) => seat.registered === null && seat.party.connected)
    if (!this.#seats.isOutranked(party, others.map((seat) => seat.party))) return true
    if (this.#patience === null) {
      const patience = { isOver: false, stop: () => {} }
      patience.stop = this.#afterCommitMs(() => {
        patience.isOver = true
      })
      this.#patience = patience
    }
    return false
  }

  async #propose(group: MlsGroup): Promise<Round | null> {
    const proposed = await proposeRound(this.#options, group, this.#seats.admitted)
    if (proposed === null || this.#closed) return null
    for (const { party } of group.staying) party.tell(proposed.proposals)
    return proposed.round
  }

  /** Sees to it that somebody is asked for the commit who can give it. */
  async #attend(group: MlsGroup, round: Round): Promise<void> {
    const { committer } = round
    if (committer !== null && committer.connected && group.leafOf(committer) !== undefined) return
    const staying = group.staying.map(({ party }) => party)
    const next = this.#seats.best(staying.filter((party) => party.connected && !round.tried.has(party)))
    const newcomers = this.#seats.founders.map(({ party }) => party)
    if (next !== undefined) {
      if (this.#seats.isOutranked(next, newcomers)) return this.#reset(group, 'only those under suspicion could commit')
      this.#waitFor(round, next)
      if (round.asked.has(next)) return
      round.asked.add(next)
      return next.tell({ type: 'mls.commit-wanted', groupId: group.id, epoch: group.epoch })
    }
    if (staying.some((party) => round.tried.has(party))) return this.#reset(group, 'nobody committed')
    if (round.isUnattended && newcomers.length > 0) return this.#reset(group, 'nobody who could commit came back')
    // They may be back in a moment, and there is no hurry until somebody wants to come in.
    if (!round.isUnattended && (committer !== null || !round.isWaiting)) this.#waitFor(round, null)
  }

  /** @param committer null for whoever comes back first */
  #waitFor(round: Round, committer: Party | null): void {
    round.stopWaiting()
    round.committer = committer
    round.isWaiting = true
    round.isUnattended = false
    round.stopWaiting = this.#afterCommitMs(() => {
      if (this.#round !== round || round.committer !== committer) return
      round.isWaiting = false
      round.committer = null
      round.isUnattended = committer === null
      if (committer === null) return
      round.tried.add(committer)
      this.#seats.failed(committer)
      this.#warn('a commit did not come in time', committer)
    })
  }

  /** Where all are slow the time grows, else they would take the keys out of each other's hands for ever. */
  #afterCommitMs(change: () => void): () => void {
    const ms = this.#options.commitMs * 2 ** Math.min(this.#setbacks, mostDoublings)
    return this.#options.after(ms, () => this.#happened(change))
  }

  /** Gives the group up: everybody in it registers anew. */
  #reset(group: MlsGroup, reason: string): Promise<void> {
    const { log, visitId } = this.#options
    log.warn({ visitId, count: group.staying.length, reason }, 'a group was given up')
    for (const { party } of group.staying) this.#seats.reset(party)
    this.#setbacks++
    this.#endGroup()
    return this.#found()
  }

  #endGroup(): void {
    this.#endRound()
    this.#group = null
  }

  #endRound(): void {
    this.#round?.stopWaiting()
    this.#round = null
  }

  #endFounding(): void {
    this.#founding?.stopWaiting()
    this.#founding = null
  }

  #endPatience(): void {
    this.#patience?.stop()
    this.#patience = null
  }

  /** The group, if it is the one that the party means and is in. @throws AppError `mls-epoch` */
  #groupOf(party: Party, groupId: MlsGroupId): MlsGroup {
    const group = this.#group
    if (group === null || group.id !== groupId || group.leafOf(party) === undefined) throw new AppError('mls-epoch')
    return group
  }

  #warn(message: string, { id }: Party): void {
    this.#options.log.warn({ visitId: this.#options.visitId, participantId: id }, message)
  }
}

/** Whether what they were asked to make could still become the group. */
function isStanding({ seat, keyPackage }: Founding): boolean {
  return seat.order !== null && seat.registered === keyPackage
}
