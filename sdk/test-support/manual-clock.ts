import type { Clock } from '../src/clock.ts'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 0
  #timers: { at: number; callback: () => void }[] = []
  #setting = Promise.withResolvers<void>()

  now(): number {
    return this.#now
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback }
    this.#timers.push(timer)
    this.#setting.resolve()
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Resolves when a timer is running. */
  async nextTimer(): Promise<void> {
    while (this.#timers.length === 0) {
      this.#setting = Promise.withResolvers()
      await this.#setting.promise
    }
  }

  /** Moves on by `ms`, ringing what is due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = next.at
      next.callback()
    }
    this.#now = end
  }
}
