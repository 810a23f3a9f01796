import { accountEvents } from './audit-events/accounts.ts'
import { logEvents } from './audit-events/log.ts'
import { organizationEvents } from './audit-events/organization.ts'
import { patientEvents } from './audit-events/patients.ts'
import { visitEvents } from './audit-events/visits.ts'

export type { AuditEventMeaning } from './audit-events/meaning.ts'

/** The vocabulary of the log, as docs/audit-events.md shows it: nothing else can be put on record. */
export const auditEventGroups = {
  'The organization': organizationEvents,
  'Accounts and signing in': accountEvents,
  'Patients': patientEvents,
  'Visits': visitEvents,
  'The log': logEvents,
} as const

/** Every type of audit event: what it means, and which facts it may carry beside who, what, outcome, target and when. */
export const auditEvents = { ...organizationEvents, ...accountEvents, ...patientEvents, ...visitEvents, ...logEvents } as const

export type AuditEventType = keyof typeof auditEvents

/** Of any of several types, where `Type` is a union. */
type FactOf<Type extends AuditEventType> = Type extends AuditEventType ? keyof (typeof auditEvents)[Type]['facts'] : never
/** The facts that an event of this type may carry. */
export type AuditFacts<Type extends AuditEventType> = Partial<Record<FactOf<Type>, string | number | readonly string[]>>
