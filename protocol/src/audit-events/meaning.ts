import type { IdKind } from '../ids.ts'

/** What a type of audit event says, for docs/audit-events.md and for alerts. */
export interface AuditEventMeaning {
  /** What happened, as a sentence without its subject: who did it stands in the event. */
  means: string
  /** Whose id the event has as its target; left out where there is none. */
  target?: IdKind | 'any'
  /** Each fact that it may carry beside who, what, outcome, target and when, and what it holds. */
  facts: Readonly<Record<string, string>>
}

// What several events say in the same way.
export const count = 'how many there were'
export const fields = 'the names of what was changed, never what it is'
export const roles = 'the roles from now on'
export const participantId = 'of whom it was about'
export const patientIds = 'every patient who was shown'
