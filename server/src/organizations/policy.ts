import type { StaffActor } from '../users/schema.ts'

/** Who may change how the organization works: those who answer for it. */
export function mayChangeSettings({ roles }: StaffActor): boolean {
  return roles.includes('owner') || roles.includes('administrator')
}
