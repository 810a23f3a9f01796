import type { Visit } from '@curtain/protocol'
import { isLive, isOverdue } from '../visit/standing.ts'

export interface DayPlan {
  /** Somebody waits or talks, or it is the visit's time. */
  now: Visit[]
  next: Visit[]
  earlier: Visit[]
}

/** A day's visits by what they ask of the reader at this moment, each part in order of time. */
export function planDay(visits: readonly Visit[], now: Date): DayPlan {
  const plan: DayPlan = { now: [], next: [], earlier: [] }
  for (const visit of inOrder(visits)) plan[partOf(visit, now)].push(visit)
  return plan
}

function partOf(visit: Visit, now: Date): keyof DayPlan {
  if (!isLive(visit)) return 'earlier'
  if (visit.status === 'in-progress' || visit.participants.some((person) => person.present)) return 'now'
  if (isOverdue(visit, now)) return 'earlier'
  return Date.parse(visit.startsAt) <= now.getTime() ? 'now' : 'next'
}

/** By time; visits of the same time in the order in which they were made. */
export function inOrder(visits: readonly Visit[]): Visit[] {
  const ordered = [...visits]
  ordered.sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt) || (a.id < b.id ? -1 : 1))
  return ordered
}
