import type { VisitStatus } from '@curtain/protocol'

/** What can happen to a visit as a whole. */
export type VisitEvent = 'arrive' | 'start' | 'empty' | 'end' | 'cancel' | 'no-show'

/** The life of a visit, whole: what is not here cannot happen. */
const transitions: Record<VisitStatus, Partial<Record<VisitEvent, VisitStatus>>> = {
  scheduled: { arrive: 'open', cancel: 'cancelled', 'no-show': 'no-show' },
  open: { arrive: 'open', start: 'in-progress', empty: 'open', end: 'ended', cancel: 'cancelled', 'no-show': 'no-show' },
  'in-progress': { arrive: 'in-progress', start: 'in-progress', empty: 'open', end: 'ended' },
  ended: {},
  cancelled: {},
  'no-show': {},
}

/** The status after an event, or null where the event is not possible. */
export function nextStatus(status: VisitStatus, event: VisitEvent): VisitStatus | null {
  return transitions[status][event] ?? null
}

export function isOver(status: VisitStatus): boolean {
  return Object.keys(transitions[status]).length === 0
}
