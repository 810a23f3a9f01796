import type { StaffActor } from '../users/schema.ts'

/** Who may know for how long the log is kept, and what is held: those who read it. */
export function mayReadRetention({ roles }: StaffActor): boolean {
  return roles.includes('security-officer') || roles.includes('auditor')
}

/** Who may read why something is held: it may name people, and auditors see none. */
export function mayReadHoldReasons({ roles }: StaffActor): boolean {
  return roles.includes('security-officer')
}

/** Who may decide it: those who watch over the log, and are not whom it watches most. */
export function mayChangeRetention({ roles }: StaffActor): boolean {
  return roles.includes('security-officer')
}
