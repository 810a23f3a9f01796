import { createHash } from 'node:crypto'

/** Slows down whoever guesses. Counts failures only, forgets them after a while, and locks nobody out for good. */
export interface Throttle {
  isBlocked(account: string, address: string): boolean
  /**
   * The same for a browser that the account was signed in to from before, by what was done wrong with it alone: so nobody keeps
   * its user out, from elsewhere or from the same network.
   */
  isBrowserBlocked(account: string, browser: string): boolean
  /** @param browser what the browser keeps; it counts like an address of its own */
  failed(account: string, address: string, browser?: string): void
  /** What was counted as a failure was none; those of this account from this address, and this browser, are forgotten. */
  succeeded(account: string, address: string, browser?: string): void
}

/** So many failures within so long stop further attempts. */
export interface ThrottleLimit {
  of: 'account-and-address' | 'address' | 'account'
  most: number
  withinMs: number
}

const quarterMs = 15 * 60_000
const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

/**
 * For passwords, by e-mail address. Somebody who guesses at an account from elsewhere must try hard before its owner
 * notices, so the count over all addresses is the highest.
 */
export const passwordLimits: readonly ThrottleLimit[] = [
  { of: 'account-and-address', most: 8, withinMs: quarterMs },
  { of: 'address', most: 40, withinMs: quarterMs },
  { of: 'account', most: 80, withinMs: quarterMs },
]

/**
 * For codes of authenticator apps, by user. Three of a million codes are right at any time (the step before, this one, the
 * next): fifty guesses a day hit one in eighteen years or so, whoever makes them and from wherever.
 */
export const codeLimits: readonly ThrottleLimit[] = [
  { of: 'account-and-address', most: 5, withinMs: quarterMs },
  { of: 'account-and-address', most: 20, withinMs: dayMs },
  { of: 'address', most: 40, withinMs: quarterMs },
  { of: 'account', most: 20, withinMs: quarterMs },
  { of: 'account', most: 50, withinMs: dayMs },
]

/**
 * For recovery codes, by user. Nobody guesses one; there is no limit over all addresses, so that nobody can keep the
 * owner from the way in that is left when everything else is lost.
 */
export const recoveryCodeLimits: readonly ThrottleLimit[] = [
  { of: 'account-and-address', most: 8, withinMs: quarterMs },
  { of: 'address', most: 40, withinMs: quarterMs },
]

/** For links to a new password, by e-mail address; each counts, as nothing is ever told of them. The last one that was mailed works. */
const forgottenLimits: readonly ThrottleLimit[] = [
  { of: 'account-and-address', most: 5, withinMs: hourMs },
  { of: 'address', most: 40, withinMs: hourMs },
  { of: 'account', most: 10, withinMs: hourMs },
]

/** Those of the ways in; the same ones count when somebody shows again that it is them. */
export interface Throttles {
  passwords: Throttle
  codes: Throttle
  recoveryCodes: Throttle
  forgotten: Throttle
}

export function createThrottles(now?: () => number): Throttles {
  return {
    passwords: createThrottle(passwordLimits, now),
    codes: createThrottle(codeLimits, now),
    recoveryCodes: createThrottle(recoveryCodeLimits, now),
    forgotten: createThrottle(forgottenLimits, now),
  }
}

const mostKept = 20_000
/** For so long an address counts as one that somebody comes from. */
const knownMs = 30 * dayMs

/**
 * Kept in memory, bounded, and under hashes only. An address from which somebody got into an account is not stopped by
 * what others do to that account from elsewhere: a guesser cannot keep its owner out.
 */
export function createThrottle(limits: readonly ThrottleLimit[], now: () => number = Date.now): Throttle {
  const failures = new Map<string, { count: number; since: number }>()
  const known = new Map<string, number>()

  const counters = (account: string, address: string) =>
    limits.map(({ of, most, withinMs }) => {
      const whose = of === 'account' ? account : of === 'address' ? address : `${account} ${address}`
      return { of, most, withinMs, key: hashed(`${of} ${withinMs} ${whose}`) }
    })
  const browserCounters = (account: string, browser: string | undefined) =>
    browser === undefined
      ? []
      : limits
          .filter(({ of }) => of === 'account-and-address')
          .map(({ of, most, withinMs }) => ({ of, most, withinMs, key: hashed(`browser ${withinMs} ${account} ${browser}`) }))
  const isKnown = (account: string, address: string) => now() - (known.get(hashed(`${account} ${address}`)) ?? -Infinity) < knownMs

  function count(key: string, withinMs: number): number {
    const entry = failures.get(key)
    if (entry === undefined) return 0
    if (now() - entry.since < withinMs) return entry.count
    failures.delete(key)
    return 0
  }

  return {
    isBlocked(account, address) {
      const passes = isKnown(account, address)
      return counters(account, address).some(
        ({ of, most, withinMs, key }) => !(passes && of === 'account') && count(key, withinMs) >= most,
      )
    },
    isBrowserBlocked(account, browser) {
      return browserCounters(account, browser).some(({ most, withinMs, key }) => count(key, withinMs) >= most)
    },
    failed(account, address, browser) {
      for (const { key, withinMs } of [...counters(account, address), ...browserCounters(account, browser)]) {
        const soFar = count(key, withinMs)
        keep(failures, key, { count: soFar + 1, since: failures.get(key)?.since ?? now() })
      }
    },
    succeeded(account, address, browser) {
      keep(known, hashed(`${account} ${address}`), now())
      for (const { of, key } of [...counters(account, address), ...browserCounters(account, browser)]) {
        const entry = failures.get(key)
        if (entry === undefined) continue
        // A whole clinic may come from one address: whoever knows their password does not bring the limit nearer.
        if (of === 'account-and-address') failures.delete(key)
        else entry.count = Math.max(0, entry.count - 1)
      }
    },
  }
}

/** Puts an entry last, so that a map stays in order of last use, and forgets the oldest ones beyond the bound. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= mostKept) break
    map.delete(oldest)
  }
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
