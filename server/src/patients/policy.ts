import type { StaffActor } from '../users/schema.ts'

/** Who may see the patients' names, and add a patient: those who plan and hold visits. */
export function mayKeepPatients({ roles }: StaffActor): boolean {
  return roles.some((role) => role === 'owner' || role === 'administrator' || role === 'clinician' || role === 'scheduler')
}
