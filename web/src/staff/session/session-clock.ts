import type { Me } from '@curtain/protocol'
import { msBetween, type Moment } from '../time/moment.ts'

/**
 * How long a session lasts: what the server said of it, reckoned on by the time that has passed here since. What this
 * device takes for the date plays no part.
 */
export interface SessionTimes {
  readAt: Moment
  /** At the moment of reading: until it is over in any case, and since it was last used. */
  endsInMs: number
  unusedMs: number
  /** It is over when it was not used for so long. */
  idleMs: number
  /** When it was last used since then, in this browser. */
  usedAt: Moment | null
}

/** @param answeredAt when the server said so, by its own clock */
export function timesOf(session: Me['session'], answeredAt: number, readAt: Moment): SessionTimes {
  return {
    readAt,
    endsInMs: Date.parse(session.endsAt) - answeredAt,
    unusedMs: answeredAt - Date.parse(session.lastUsedAt),
    idleMs: session.idleMinutes * 60_000,
    usedAt: null,
  }
}

/** Why a session is over: it was not used, or it has lasted as long as any may. */
export type SessionLimit = 'idle' | 'end'

/** How long a session still lasts if nobody uses it from now on; 0 or less when it is over. */
export function timeLeft(times: SessionTimes, now: Moment): { ms: number; until: SessionLimit } {
  const sinceReading = msBetween(times.readAt, now)
  // What was done here may not have been told to the server yet, and what was done elsewhere is known to it alone.
  const unusedThere = times.unusedMs + sinceReading
  const unusedHere = times.usedAt === null ? unusedThere : msBetween(times.usedAt, now)
  const idle = times.idleMs - Math.min(unusedThere, unusedHere)
  const end = times.endsInMs - sinceReading
  return end <= idle ? { ms: end, until: 'end' } : { ms: idle, until: 'idle' }
}
