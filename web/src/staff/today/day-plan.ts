import type { Visit, VisitParticipant } from '@curtain/protocol'

/** Those who sit in a visit's waiting room at this moment. */
export function waitingIn(visit: Visit): VisitParticipant[] {
  return visit.participants.filter((person) => person.present && person.admission === 'waiting')
}

/** Those who are in the visit itself at this moment. */
export function presentIn(visit: Visit): VisitParticipant[] {
  return visit.participants.filter((person) => person.present && person.admission === 'admitted')
}

/** Whether anything can still happen in the visit: ended, cancelled and missed ones are history. */
export function isLive(visit: Visit): boolean {
  return visit.status === 'scheduled' || visit.status === 'open' || visit.status === 'in-progress'
}

/** Cancelling and calling a no-show is possible until somebody has met somebody. */
export function canBeCalledOff(visit: Visit): boolean {
  return visit.status === 'scheduled' || visit.status === 'open'
}

/** When the visit is planned to be over, as Unix time in milliseconds. */
export function endOf(visit: Visit): number {
  return Date.parse(visit.startsAt) + visit.durationMinutes * 60_000
}

/** Its time is over and nobody came, but nobody said so either. */
export function isOverdue(visit: Visit, now: Date): boolean {
  return canBeCalledOff(visit) && endOf(visit) <= now.getTime() && !visit.participants.some((person) => person.present)
}

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
  return [...visits].sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt) || (a.id < b.id ? -1 : 1))
}
