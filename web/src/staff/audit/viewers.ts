import { patientAccess, type AuditEventView, type UserId } from '@curtain/protocol'
import type { z } from 'zod'
import { typesOf } from './kinds.ts'

type Access = z.output<typeof patientAccess>

/** Somebody on the staff who had to do with a patient. */
export interface Viewer {
  userId: UserId
  count: number
  /** When they did last. */
  last: string
  /** By which rights they saw the patient, where events say so. */
  access: readonly Access[]
}

/** Asking the log about a patient is watching over access to them, and shows nothing of theirs. */
const watching: ReadonlySet<string> = new Set([...typesOf('log'), 'patient.log-read', 'patient.glass-reviewed'])

/** Who of the staff had to do with a patient, whoever did last first. What was denied to them does not count. */
export function viewersOf(events: readonly AuditEventView[]): Viewer[] {
  const found = new Map<UserId, Viewer>()
  for (const { type, userId, at, outcome, facts } of events) {
    if (userId === null || outcome === 'denied' || watching.has(type)) continue
    const before = found.get(userId) ?? { userId, count: 0, last: at, access: [] }
    const access = patientAccess.safeParse(facts['access']).data
    found.set(userId, {
      userId,
      count: before.count + 1,
      last: at > before.last ? at : before.last,
      access: access === undefined ? before.access : [...new Set([...before.access, access])],
    })
  }
  return [...found.values()].toSorted((a, b) => b.last.localeCompare(a.last))
}
