import type { Me } from '@curtain/protocol'
import type { Dated } from '../api/ask.ts'
import { msBetween, thisMoment, type Moment } from '../time/moment.ts'
import { timeLeft, timesOf, type SessionLimit, type SessionTimes } from './session-clock.ts'

/** What a page says of the time that is left: nothing, as a rule. */
export type Warning = { until: SessionLimit; seconds: number } | null

export interface SessionWatchParts {
  /** Reads the session again without using it. */
  read: () => Promise<Dated<Me>>
  /** Tells the server that the person uses the page. */
  tellServer: () => void
  /** Tells the browser's other tabs the same. */
  tellTabs: () => void
  onWarning: (warning: Warning) => void
  /** As far as can be told from here the time is over. Whether it is, is the server's to say. */
  onOver: (until: SessionLimit) => void
}

const warnMs = 60_000
/** So long before a warning the server is asked whether there is need of one: a visit in another tab counts as use. */
const askAheadMs = 5_000
const tellServerMs = 60_000
const tellTabsMs = 2_000
/** Two looks are so far apart at least, should page and server not agree. */
const leastMs = 1_000

/** Watches over how long a session lasts: takes note of its use, warns in the last minute, and says when it is over. */
export class SessionWatch {
  readonly #parts: SessionWatchParts
  #times: SessionTimes
  #toldServerAt: Moment
  #toldTabsAt: Moment | null = null
  #isWarning = false
  #hasAsked = false
  #look: ReturnType<typeof setTimeout> | undefined
  #tell: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor({ value, at }: Dated<Me>, parts: SessionWatchParts) {
    this.#parts = parts
    const now = thisMoment()
    this.#times = timesOf(value.session, at, now)
    this.#toldServerAt = now
    this.#look = setTimeout(() => this.look(), leastMs)
  }

  /** The person did something on this page. While there is a warning, only its own buttons say what it means. */
  used(): void {
    if (this.#isWarning || this.#closed) return
    const now = thisMoment()
    // Sleep may have ended with this very key press.
    if (timeLeft(this.#times, now).ms <= 0) return this.look()
    this.#times.usedAt = now
    if (this.#toldTabsAt === null || msBetween(this.#toldTabsAt, now) >= tellTabsMs) {
      this.#toldTabsAt = now
      this.#parts.tellTabs()
    }
    // At once, or when a minute has passed since it was told last, so that the server's count is never the shorter one for long.
    const wait = tellServerMs - msBetween(this.#toldServerAt, now)
    this.#tell ??= setTimeout(() => this.#tellServer(), Math.max(0, wait))
  }

  /** The person did something in another tab. */
  usedElsewhere(): void {
    this.#times.usedAt = thisMoment()
    this.look()
  }

  /** The person wants to go on. */
  stay(): void {
    this.#isWarning = false
    this.#times.usedAt = thisMoment()
    this.#parts.tellTabs()
    this.#tellServer()
    this.look()
  }

  /** Looks at the clock; at once when a page comes back into sight, since its timers may have slept. */
  look(): void {
    if (this.#closed) return
    clearTimeout(this.#look)
    const { ms, until } = timeLeft(this.#times, thisMoment())
    if (ms <= 0) {
      this.close()
      this.#parts.onOver(until)
      return
    }
    if (ms > warnMs + askAheadMs) this.#hasAsked = false
    else void this.#ask()
    this.#isWarning = ms <= warnMs
    this.#parts.onWarning(this.#isWarning ? { until, seconds: Math.ceil(ms / 1000) } : null)
    const next = ms > warnMs + askAheadMs ? ms - warnMs - askAheadMs : ms > warnMs ? ms - warnMs : ms % 1000 || 1000
    // A timer holds 32 bits; nothing is lost by looking once a day.
    this.#look = setTimeout(() => this.look(), Math.min(next, 86_400_000))
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#look)
    clearTimeout(this.#tell)
  }

  #tellServer(): void {
    clearTimeout(this.#tell)
    this.#tell = undefined
    this.#toldServerAt = thisMoment()
    this.#parts.tellServer()
  }

  async #ask(): Promise<void> {
    if (this.#hasAsked) return
    this.#hasAsked = true
    try {
      const { value, at } = await this.#parts.read()
      const { usedAt } = this.#times
      this.#times = { ...timesOf(value.session, at, thisMoment()), usedAt }
      this.look()
    } catch {
      // What was known before still holds.
    }
  }
}
