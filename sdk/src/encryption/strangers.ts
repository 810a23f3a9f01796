import type { ParticipantId } from '@curtain/protocol'
import type { Clock } from '../clock.ts'

/** Whoever goes has their keys taken away within this time: a round, with some members who do not answer. */
const strangerAfterMs = 10_000

/**
 * Notices who still holds keys and is not in the visit's list any more: a server that tells that somebody left, and
 * does not have them removed from the group, would let them see and hear unnoticed.
 */
export class Strangers {
  readonly #clock: Clock
  readonly #onChange: () => void
  /** Since when each of them is missing from the list. */
  #missingSince: ReadonlyMap<ParticipantId, number> = new Map()
  #cancel: () => void = () => {}

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /**
   * Takes up who holds keys and who is listed now; `onChange` follows when a wait is over. Between two groups it need
   * not be called: whoever is missing then and has keys afterwards was missing all the time.
   */
  look(holders: readonly ParticipantId[], listed: readonly ParticipantId[]): void {
    const now = this.#clock.now()
    const before = this.#missingSince
    const missing = holders.filter((id) => !listed.includes(id))
    this.#missingSince = new Map(missing.map((id) => [id, before.get(id) ?? now]))
    this.#cancel()
    const waits = [...this.#missingSince.values()].map((since) => since + strangerAfterMs - now)
    const next = waits.filter((ms) => ms > 0)
    this.#cancel = next.length === 0 ? () => {} : this.#clock.after(Math.min(...next), this.#onChange)
  }

  has(id: ParticipantId): boolean {
    const since = this.#missingSince.get(id)
    return since !== undefined && this.#clock.now() - since >= strangerAfterMs
  }

  /** Waits no longer. May be called twice. */
  close(): void {
    this.#cancel()
    this.#missingSince = new Map()
  }
}
