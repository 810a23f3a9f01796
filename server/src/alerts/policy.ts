import type { StaffActor } from '../users/schema.ts'

/** Who decides what is told to whom: those who watch over access. Whoever runs the accounts could make themselves unseen. */
export function mayManageAlerts({ roles }: Pick<StaffActor, 'roles'>): boolean {
  return roles.includes('security-officer')
}
