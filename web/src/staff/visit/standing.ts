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
