/** At once, and per second after that. A conversation needs far less. */
const messages = { burst: 20, perSecond: 4 }
/**
 * In base64url. All others together may be 11 times the burst ahead of a slow phone, which is less than what a
 * connection may be behind (1 MiB) before it is cut.
 */
const length = { burst: 64 * 1024, perSecond: 32 * 1024 }

/** Bounds how much one member may say to all others. What is refused costs nothing: who slows down is heard again. */
export class MessageAllowance {
  readonly #now: () => number
  #filledAt: number
  #messages = messages.burst
  #length = length.burst

  /** @param now Unix time in milliseconds */
  constructor(now: () => number) {
    this.#now = now
    this.#filledAt = now()
  }

  /** @returns whether a message of this length in base64url is within the bounds */
  take(size: number): boolean {
    this.#fill()
    if (this.#messages < 1 || this.#length < size) return false
    this.#messages -= 1
    this.#length -= size
    return true
  }

  #fill(): void {
    const now = this.#now()
    // A clock that was set back gives nothing and takes nothing.
    const seconds = Math.max(0, now - this.#filledAt) / 1000
    this.#filledAt = now
    this.#messages = Math.min(messages.burst, this.#messages + seconds * messages.perSecond)
    this.#length = Math.min(length.burst, this.#length + seconds * length.perSecond)
  }
}
