/**
 * Bounds how fast one connection may talk. `within` the bound; `over` it, to be refused; `flooding`, to be cut off: it
 * went on for a whole burst after the first refusal.
 */
export class TokenBucket {
  readonly #burst: number
  readonly #perSecond: number
  readonly #now: () => number
  #tokens: number
  #filledAt: number

  /** @param now milliseconds, never going back */
  constructor(options: { burst: number; perSecond: number; now: () => number }) {
    this.#burst = options.burst
    this.#perSecond = options.perSecond
    this.#now = options.now
    this.#tokens = options.burst
    this.#filledAt = options.now()
  }

  take(): 'within' | 'over' | 'flooding' {
    const now = this.#now()
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond)
    this.#filledAt = now
    this.#tokens -= 1
    if (this.#tokens >= 0) return 'within'
    return this.#tokens < -this.#burst ? 'flooding' : 'over'
  }
}
