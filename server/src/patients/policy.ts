import type { Reach, StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Whose names somebody may see: front-desk staff register everybody, clinicians have patients of their own. */
export function patientReach({ roles }: Roles): Reach {
  if (roles.includes('scheduler')) return 'all'
  return roles.includes('clinician') ? 'own' : 'none'
}

/** Who may see patients at all, and add one. */
export function mayKeepPatients(actor: Roles): boolean {
  return patientReach(actor) !== 'none'
}

/** @param isOwn whether they added the patient, or have a visit with them */
export function mayReachPatient(actor: Roles, isOwn: boolean): boolean {
  const reach = patientReach(actor)
  return reach === 'all' || (reach === 'own' && isOwn)
}
