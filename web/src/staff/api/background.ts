const background = new WeakSet<AbortSignal>()

/**
 * Marks what is asked with a signal as asked by the page alone, not caused by a person: it does not keep the session from
 * ending. Part of the signal, so that calls need not say it a second time.
 */
export function inBackground(signal: AbortSignal): AbortSignal {
  background.add(signal)
  return signal
}

export function isInBackground(signal: AbortSignal): boolean {
  return background.has(signal)
}
