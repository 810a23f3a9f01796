import { type AuditEventType, auditEvents, auditEventType } from '@curtain/protocol'
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

/**
 * What stands in a patient's access log: what was done with the record. Who watches over it, and what has to be kept for a
 * court, is for those who read the whole log: who is looked at must not see it coming.
 */
export const accessLogTypes: readonly AuditEventType[] = Object.keys(auditEvents).flatMap((name) => {
  const type = auditEventType.parse(name)
  return /^(audit|log)\./.test(type) || type === 'patient.glass-reviewed' ? [] : type
})
