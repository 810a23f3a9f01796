import { type AlertDelivery, auditEvents } from '@curtain/protocol'
import type { PlacedEvent } from '../audit/follow.ts'
import { minuteMs, typesOf } from './counting.ts'
import type { AlertRuleHeld } from './schema.ts'

/** What an alert tells: ids and counts, the names of rules and staff, and no more. Mail and webhooks are read on the way. */
export interface Alert {
  rule: Pick<AlertRuleHeld, 'id' | 'name' | 'topics' | 'types' | 'count' | 'within_minutes'>
  kind: AlertDelivery['kind']
  /** How many events. */
  count: number
  /** The last of them; null where it tells of none in particular. */
  event: PlacedEvent | null
  /** How long it had been quiet. */
  quietMinutes: number
  at: Date
}

/** The search page of the console, with the event it tells of, or with those that it tells of by their number. */
export function logLink({ kind, event, rule, quietMinutes, at }: Alert, publicUrl: string): string {
  if (kind === 'test') return `${publicUrl}/log`
  const [types, since, until] =
    event === null
      ? [typesOf(rule), new Date(at.getTime() - quietMinutes * minuteMs), at]
      : [[event.type], event.at, new Date(event.at.getTime() + 1000)]
  return `${publicUrl}/log?${new URLSearchParams({ kind: types.join(','), since: since.toISOString(), until: until.toISOString() })}`
}

/** In English, as programs get it. */
export function sentenceOf({ kind, count, event, rule, quietMinutes }: Alert): string {
  if (kind === 'test') return 'This is a test. Nothing has happened.'
  if (kind === 'more') return `${count} more in the last ${quietMinutes} minutes, of what you were told of before.`
  const meaning = event === null ? '' : auditEvents[event.type].means
  return count === 1 ? `${meaning}.` : `${count} within ${rule.within_minutes} minutes. The last one: ${meaning}.`
}

/** What is posted, as JSON: docs/integration.md says what stands in it. */
export function webhookBodyOf(alert: Alert, publicUrl: string): string {
  const { rule, kind, count, event, at } = alert
  return JSON.stringify({
    type: kind === 'test' ? 'alert.test' : 'alert.raised',
    timestamp: at.toISOString(),
    data: {
      rule: { id: rule.id, name: rule.name },
      isRepeated: kind === 'more',
      count,
      sentence: sentenceOf(alert),
      event: event && {
        id: event.id,
        index: event.index,
        at: event.at.toISOString(),
        type: event.type,
        outcome: event.outcome,
        userId: event.userId,
        participantId: event.participantId,
        target: event.target,
      },
      link: logLink(alert, publicUrl),
    },
  })
}
