import type { StaffActor } from '../users/schema.ts'

/** Who may change how the organization works: those who answer for it. */
export function mayChangeSettings({ roles }: StaffActor): boolean {
  return roles.includes('owner') || roles.includes('administrator')
}

/** Who may know how accounts are protected and from where staff may come: those who run or watch over access. */
export function mayReadSecurity({ roles }: StaffActor): boolean {
  return roles.some((role) => role === 'owner' || role === 'security-officer' || role === 'administrator')
}

/** Who may change it: owners alone, since everybody's protection hangs on it. */
export function mayChangeSecurity({ roles }: StaffActor): boolean {
  return roles.includes('owner')
}
