import type { ParticipantId } from '@curtain/protocol'

/**
 * Who was reported for a change of keys that could not be followed. The server cannot tell who of the two is at fault, so
 * this decides only who is asked first: somebody who reports everybody counts once with each.
 */
export class Suspicion {
  readonly #reporters = new Map<ParticipantId, Set<ParticipantId>>()

  /** @returns whether this is news */
  report(suspect: ParticipantId, reporter: ParticipantId): boolean {
    const reporters = this.#reporters.get(suspect) ?? new Set()
    if (suspect === reporter || reporters.has(reporter)) return false
    this.#reporters.set(suspect, reporters.add(reporter))
    return true
  }

  /** By how many others. */
  of(id: ParticipantId): number {
    return this.#reporters.get(id)?.size ?? 0
  }
}
