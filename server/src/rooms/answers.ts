/** Remembers the answers to one participant's requests, so that a request sent again after a drop happens once. */
export class Answers<Answer> {
  readonly #capacity: number
  readonly #kept = new Map<string, { answer: Promise<Answer>; settled: boolean }>()

  /** @param capacity how many answers are kept; requests still under way come on top */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#kept.size
  }

  /** The answer of the first request with this type and id, made now if there was none. `make` must not reject. */
  once(request: string, make: () => Promise<Answer>): Promise<Answer> {
    const known = this.#kept.get(request)
    if (known !== undefined) return known.answer
    const entry = { answer: make(), settled: false }
    this.#kept.set(request, entry)
    void entry.answer.finally(() => {
      entry.settled = true
      this.#forgetOldest()
    })
    return entry.answer
  }

  #forgetOldest(): void {
    for (const [request, { settled }] of this.#kept) {
      if (this.#kept.size <= this.#capacity) return
      if (settled) this.#kept.delete(request)
    }
  }
}
