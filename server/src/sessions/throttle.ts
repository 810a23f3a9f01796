import { createHash } from 'node:crypto'

/** Slows down whoever guesses passwords. Counts failures only, forgets them after a while, and locks nobody out for good. */
export interface SignInThrottle {
  isBlocked(email: string, address: string): boolean
  failed(email: string, address: string): void
  /** What was counted as a failure was none; those of this account from this address are forgotten. */
  succeeded(email: string, address: string): void
}

const windowMs = 15 * 60_000
/**
 * How many failures within the window stop further attempts. Somebody who guesses at an account from elsewhere must try
 * hard before its owner notices, so the count over all addresses is the highest.
 */
const most = { accountAndAddress: 8, address: 40, account: 80 }
const mostKept = 20_000

/** Kept in memory, bounded, and under hashes only. */
export function createSignInThrottle(now: () => number = Date.now): SignInThrottle {
  const failures = new Map<string, { count: number; since: number }>()

  const keys = (email: string, address: string) =>
    [
      [hashed(`both ${email} ${address}`), most.accountAndAddress],
      [hashed(`address ${address}`), most.address],
      [hashed(`account ${email}`), most.account],
    ] as const

  function count(key: string): number {
    const entry = failures.get(key)
    if (entry === undefined) return 0
    if (now() - entry.since < windowMs) return entry.count
    failures.delete(key)
    return 0
  }

  return {
    isBlocked: (email, address) => keys(email, address).some(([key, limit]) => count(key) >= limit),
    failed(email, address) {
      for (const [key] of keys(email, address)) {
        const soFar = count(key)
        const since = failures.get(key)?.since ?? now()
        failures.delete(key) // so that the map stays in order of last use
        failures.set(key, { count: soFar + 1, since })
      }
      for (const key of failures.keys()) {
        if (failures.size <= mostKept) break
        failures.delete(key)
      }
    },
    succeeded(email, address) {
      const [both, ...wider] = keys(email, address)
      failures.delete(both[0])
      // A whole clinic may come from one address: whoever knows their password does not bring the limit nearer.
      for (const [key] of wider) {
        const entry = failures.get(key)
        if (entry !== undefined) entry.count = Math.max(0, entry.count - 1)
      }
    },
  }
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
