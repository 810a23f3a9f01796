import { alertTopics, type AuditEventType } from '@curtain/protocol'
import type { PlacedEvent } from '../audit/follow.ts'
import type { AlertRuleHeld } from './schema.ts'

export const minuteMs = 60_000
/** How long a rule is quiet once it was told, and how long at most while it goes on. */
const firstQuietMinutes = 10
const longestQuietMinutes = 240

type Selection = Pick<AlertRuleHeld, 'topics' | 'types' | 'outcome' | 'user_id' | 'target' | 'watches_since'>

/** Every type of event that a rule is about. */
export function typesOf({ topics, types }: Pick<AlertRuleHeld, 'topics' | 'types'>): AuditEventType[] {
  return [...new Set([...topics.flatMap((topic): readonly AuditEventType[] => alertTopics[topic]), ...types])]
}

/** The events that a rule is about. */
export function eventsOf(rule: Selection, events: readonly PlacedEvent[]): PlacedEvent[] {
  const types = new Set(typesOf(rule))
  return events.filter((event) =>
    event.at >= rule.watches_since
    && types.has(event.type)
    && (rule.outcome === null || rule.outcome === event.outcome)
    && (rule.user_id === null || rule.user_id === event.userId)
    && (rule.target === null || rule.target === event.target),
  )
}

/** With whose events one is counted together. */
export function personOf({ count_by }: Pick<AlertRuleHeld, 'count_by'>, { userId, participantId }: PlacedEvent): string {
  return count_by === 'everybody' ? '' : (userId ?? participantId ?? '')
}

/**
 * Counts one more.
 * @param times those that count already
 * @returns those that count from now on, and whether they have become enough: then counting begins anew
 */
export function countOne(
  { count, within_minutes }: Pick<AlertRuleHeld, 'count' | 'within_minutes'>,
  times: readonly Date[],
  at: Date,
): { times: Date[]; isEnough: boolean } {
  // Both ways: with a clock that was set back, what came after must not count for ever.
  const counts = (one: Date) => Math.abs(at.getTime() - one.getTime()) < within_minutes * minuteMs
  const within = [...times.filter(counts), at]
  return within.length >= count ? { times: [], isEnough: true } : { times: within, isEnough: false }
}

export type Quiet = Pick<AlertRuleHeld, 'quiet_until' | 'quiet_minutes' | 'more'>

/** It has become enough: told at once, unless it was told a moment ago; then it is counted, and told with what else comes. */
export function onEnough({ count, ...quiet }: Quiet & Pick<AlertRuleHeld, 'count'>, now: Date): { quiet: Quiet; isTold: boolean } {
  if (quiet.quiet_until !== null) return { quiet: { ...quiet, more: quiet.more + count }, isTold: false }
  return { quiet: quietFor(firstQuietMinutes, now), isTold: true }
}

/** The quiet is over. While it goes on, it is told ever more rarely. @returns how many are to be told, which may be none */
export function onQuietEnd({ quiet_minutes, more }: Quiet, now: Date): { quiet: Quiet; told: number } {
  if (more === 0) return { quiet: { quiet_until: null, quiet_minutes: 0, more: 0 }, told: 0 }
  return { quiet: quietFor(Math.min(longestQuietMinutes, quiet_minutes * 2), now), told: more }
}

function quietFor(minutes: number, now: Date): Quiet {
  return { quiet_until: new Date(now.getTime() + minutes * minuteMs), quiet_minutes: minutes, more: 0 }
}
