/** Time enough to make another key and to put it where the old one is. */
const soonMs = 14 * 24 * 60 * 60_000

/** How long a key still has: it is over, it ends soon, or neither. */
export function expiryOf(expiresAt: Date, now: Date): 'over' | 'soon' | 'later' {
  const left = expiresAt.getTime() - now.getTime()
  if (left <= 0) return 'over'
  return left <= soonMs ? 'soon' : 'later'
}
