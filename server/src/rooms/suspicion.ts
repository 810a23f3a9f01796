import type { ParticipantId } from '@curtain/protocol'

/**
 * Who was reported for a change of keys that could not be followed, and who did not do what they were asked for. The
 * server cannot tell who is at fault, so this decides only who is asked first. It is the participant who is remembered:
 * another browser of theirs is no better. Reporting many people counts against the reporter, as does failing: nobody
 * alone can so make themselves the only one who is left to be asked, nor be asked again and again.
 */
export class Suspicion {
  readonly #reporters = new Map<ParticipantId, Set<ParticipantId>>()
  readonly #reported = new Map<ParticipantId, number>()
  readonly #failures = new Map<ParticipantId, number>()

  /** @returns whether this is news */
  report(suspect: ParticipantId, reporter: ParticipantId): boolean {
    const reporters = this.#reporters.get(suspect) ?? new Set()
    if (suspect === reporter || reporters.has(reporter)) return false
    this.#reporters.set(suspect, reporters.add(reporter))
    this.#reported.set(reporter, this.#reportedBy(reporter) + 1)
    return true
  }

  /** They did not make a group or a commit that they were asked for: not in time, or not at all. */
  failed(id: ParticipantId): void {
    this.#failures.set(id, (this.#failures.get(id) ?? 0) + 1)
  }

  /** By how many others they were reported, and how many they reported beyond the first. */
  of(id: ParticipantId): number {
    return (this.#reporters.get(id)?.size ?? 0) + Math.max(0, this.#reportedBy(id) - 1)
  }

  /** Whether the suspicion on them is more than all that is held against some other. That they are slow is no matter. */
  isOutranked(id: ParticipantId, others: readonly ParticipantId[]): boolean {
    return others.some((other) => this.#against(other) < this.of(id))
  }

  /** For sorting: whom to ask first. Where it is one word against another, not the one who reported. */
  compare(one: ParticipantId, other: ParticipantId): number {
    return this.#against(one) - this.#against(other) || this.#reportedBy(one) - this.#reportedBy(other)
  }

  #against(id: ParticipantId): number {
    return this.of(id) + (this.#failures.get(id) ?? 0)
  }

  #reportedBy(id: ParticipantId): number {
    return this.#reported.get(id) ?? 0
  }
}
