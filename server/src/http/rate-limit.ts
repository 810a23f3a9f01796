/** How many requests one address may make: at once, and per minute in the long run. */
export interface RateLimit {
  burst: number
  perMinute: number
}

const mostKept = 50_000

/**
 * A token bucket per key, in memory, bounded.
 * @param now Unix time in milliseconds
 * @returns whether one more request of the key is within the limit
 */
export function createRateLimiter({ burst, perMinute }: RateLimit, now: () => number = Date.now): (key: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return (key) => {
    const at = now()
    const bucket = buckets.get(key) ?? { tokens: burst, at }
    const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) * perMinute) / 60_000)
    const allowed = tokens >= 1
    buckets.delete(key) // so that the map stays in order of last use
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at })
    for (const oldest of buckets.keys()) {
      if (buckets.size <= mostKept) break
      buckets.delete(oldest)
    }
    return allowed
  }
}
