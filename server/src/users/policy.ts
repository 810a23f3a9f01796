import type { StaffActor } from './schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who may know by name with whom a visit can be planned: those who plan visits. */
export function mayListClinicians({ roles }: Roles): boolean {
  return roles.includes('clinician') || roles.includes('scheduler')
}
