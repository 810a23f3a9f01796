/** Time as the client uses it; tests bring their own. */
export interface Clock {
  /** Milliseconds that only go forward; no date. */
  now(): number
  /** Calls back once after `ms`. Returns what takes it back. */
  after(ms: number, callback: () => void): () => void
}

export const browserClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
