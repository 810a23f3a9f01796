import type { StaffActor } from '../users/schema.ts'

/** Who may see how everybody signs in: those who watch over access, and nobody who could cover something up by it. */
export function mayListSignIns({ roles }: Pick<StaffActor, 'roles'>): boolean {
  return roles.includes('security-officer')
}
