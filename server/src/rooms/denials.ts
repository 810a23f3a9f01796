/** At most one event for each kind of request in this time; what comes meanwhile is counted in the next. */
const intervalMs = 60_000

/** Counts what one participant was refused, so that whoever asks again and again does not fill the audit log. */
export class Denials {
  readonly #told = new Map<string, { at: number; since: number }>()

  /**
   * Counts one refusal.
   * @param now milliseconds, never going back
   * @returns how many to record now; null when this one is kept for the next event
   */
  count(request: string, now: number): number | null {
    const told = this.#told.get(request)
    if (told !== undefined && now - told.at < intervalMs) {
      told.since++
      return null
    }
    this.#told.set(request, { at: now, since: 0 })
    return (told?.since ?? 0) + 1
  }
}
