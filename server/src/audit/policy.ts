import type { StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who reads the log: those who watch over access, and those who look at what is on record from outside. */
export function mayReadLog({ roles }: Roles): boolean {
  return roles.includes('security-officer') || roles.includes('auditor')
}

/** Which of the sealed values of an event somebody is shown. */
export interface LogSight {
  /** What people wrote as their reasons. */
  reasons: boolean
  /** Where events come from: of everybody, of staff, or of nobody. */
  addresses: 'all' | 'staff' | 'none'
}

/** Auditors see nothing that says something about a patient: no reason, and no address but those of staff. */
export function logSight({ roles }: Roles): LogSight {
  if (roles.includes('security-officer')) return { reasons: true, addresses: 'all' }
  return { reasons: false, addresses: roles.includes('auditor') ? 'staff' : 'none' }
}

/** Who reads the access log of every patient; clinicians read those of their own patients. */
export function mayReadEveryAccessLog(actor: Roles): boolean {
  return mayReadLog(actor)
}

/** Who may ask for the access log of some patient at all. */
export function mayReadAccessLogs(actor: Roles): boolean {
  return mayReadLog(actor) || actor.roles.includes('clinician')
}
