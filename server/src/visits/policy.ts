import type { StaffActor } from '../users/schema.ts'

/** Who may see the day's visits and plan them: everybody who works with patients or runs the practice. */
export function mayPlanVisits({ roles }: StaffActor): boolean {
  return roles.some((role) => role === 'owner' || role === 'administrator' || role === 'clinician' || role === 'scheduler')
}

/** Who may make a visit. It is held by whoever made it, so it takes a clinician. */
export function mayCreateVisit({ roles }: StaffActor): boolean {
  return roles.includes('clinician')
}

/** Who may take part in a visit as its host, and end it for everybody: clinicians, who stand in for each other. */
export function mayHostVisit({ roles }: StaffActor): boolean {
  return roles.includes('clinician')
}
