import type { Clock } from '../clock.ts'

/** A key frame is many times the size of another one. */
const leastMs = 1000

/**
 * Asks for a key frame of one video stream once frames pass again after some were dropped: those that follow build on
 * what is missing. Once in a while at most, whatever comes.
 */
export class KeyFrameWish {
  readonly #clock: Pick<Clock, 'now'>
  readonly #ask: () => Promise<unknown> | undefined
  #isMissing = false
  #askedAt = -Infinity

  /** @param ask answers undefined where the browser cannot. */
  constructor(clock: Pick<Clock, 'now'>, ask: () => Promise<unknown> | undefined) {
    this.#clock = clock
    this.#ask = ask
  }

  dropped(): void {
    this.#isMissing = true
  }

  passed(isKey: boolean): void {
    if (!this.#isMissing) return
    const now = this.#clock.now()
    if (isKey) this.#isMissing = false
    if (isKey || now - this.#askedAt < leastMs) return
    this.#isMissing = false
    this.#askedAt = now
    // One that the browser cannot ask for now, a decoder asks for by itself a little later.
    this.#ask()?.catch(() => {})
  }
}
