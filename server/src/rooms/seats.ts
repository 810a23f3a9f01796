import type { MlsGroupId, NotificationBody, ParticipantId, ParticipantRole } from '@curtain/protocol'
import type { KeyPackage } from './key-packages.ts'
import { MessageAllowance } from './message-allowance.ts'
import { Suspicion } from './suspicion.ts'

/** One presence in a room, as the delivery service sees it. A browser that replaces another is another party. */
export interface Party {
  readonly id: ParticipantId
  readonly role: ParticipantRole
  readonly displayName: string
  readonly connected: boolean
  /** Whether messages of the others are for them. */
  readonly chats: boolean
  /** Now, or when the connection is resumed; in order. */
  tell(body: NotificationBody): void
}

/** What is known of a party. */
export interface Seat {
  readonly party: Party
  /** Counts up with each admission; null while they wait. */
  order: number | null
  /** What the next round, or the next group, takes them in with. */
  registered: KeyPackage | null
  /** The last group they were asked to make. */
  offered: MlsGroupId | null
  /** They were told to register anew, so that their next registration is not one too many. */
  wasReset: boolean
  readonly messages: MessageAllowance
}

/** Those who have a part in the keys of one room, and whom to ask first. */
export class Seats {
  readonly #seats = new Map<Party, Seat>()
  readonly #suspicion = new Suspicion()
  readonly #now: () => number
  #admissions = 0

  /** @param now Unix time in milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  find(party: Party): Seat | undefined {
    return this.#seats.get(party)
  }

  /** Makes one where there is none yet. */
  of(party: Party): Seat {
    const known = this.#seats.get(party)
    if (known !== undefined) return known
    const messages = new MessageAllowance(this.#now)
    const seat: Seat = { party, order: null, registered: null, offered: null, wasReset: false, messages }
    this.#seats.set(party, seat)
    return seat
  }

  admit(party: Party): void {
    this.of(party).order ??= ++this.#admissions
  }

  /** They wait again. What they registered is worth nothing any more. */
  sendBack(party: Party): void {
    const seat = this.#seats.get(party)
    if (seat === undefined) return
    seat.order = null
    seat.registered = null
    seat.wasReset = true
  }

  /** What they are in or were asked to make is worth nothing any more: they are to register anew. */
  reset(party: Party): void {
    const seat = this.of(party)
    seat.registered = null
    seat.wasReset = true
    party.tell({ type: 'mls.reset' })
  }

  remove(party: Party): void {
    this.sendBack(party)
    this.#seats.delete(party)
  }

  clear(): void {
    this.#seats.clear()
  }

  /** Those in the visit, in the order of joining. */
  get admitted(): Seat[] {
    const admitted = [...this.#seats.values()].filter(({ order }) => order !== null)
    return admitted.toSorted((one, other) => orderOf(one) - orderOf(other))
  }

  /** Those who could make a group now, the best first. */
  get founders(): Seat[] {
    return this.#byTrust(this.admitted.filter(({ party, registered }) => registered !== null && party.connected))
  }

  /** Of some parties those who are in the visit: the one to be asked first. */
  best(parties: readonly Party[]): Party | undefined {
    return this.#byTrust(this.admitted.filter(({ party }) => parties.includes(party)))[0]?.party
  }

  /** Whether they are under so much suspicion that one of the others is to be asked rather than them. */
  isOutranked({ id }: Party, others: readonly Party[]): boolean {
    return this.#suspicion.isOutranked(id, others.map((other) => other.id))
  }

  /** They did not do what they were asked for: from now on others are asked first. */
  failed({ id }: Party): void {
    this.#suspicion.failed(id)
  }

  /** @returns whether this is news */
  report(suspect: ParticipantId, reporter: Party): boolean {
    return this.#suspicion.report(suspect, reporter.id)
  }

  #byTrust(seats: readonly Seat[]): Seat[] {
    return seats.toSorted((one, other) => this.#suspicion.compare(one.party.id, other.party.id))
  }
}

function orderOf({ order }: Seat): number {
  return order ?? 0
}
