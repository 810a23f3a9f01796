import type { PatientAccess } from '@curtain/protocol'
import type { Reach, StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Whose names somebody may see: front-desk staff register everybody, clinicians have patients of their own. */
export function patientReach({ roles }: Roles): Reach {
  if (roles.includes('scheduler')) return 'all'
  return roles.includes('clinician') ? 'own' : 'none'
}

/** Who may see patients at all. */
export function mayKeepPatients(actor: Roles): boolean {
  return patientReach(actor) !== 'none'
}

/** Who may add one: of programs those alone that may add patients, whatever else they do it with. */
export function mayAddPatients(actor: StaffActor): boolean {
  return mayKeepPatients(actor) && (actor.kind === 'staff' || actor.scopes.includes('patients:write'))
}

/** What ties a clinician to a patient or a visit: their own work, a team of theirs, or broken glass. */
export type Bond = Exclude<PatientAccess, 'all'>

export function strongestBond(there: Readonly<Record<Bond, unknown>>): Bond | null {
  return (['own', 'team', 'break-glass'] as const).find((bond) => Boolean(there[bond])) ?? null
}

/** By what right somebody sees a patient; null where they may not. What ties a clinician to one is nothing without that role. */
export function patientAccess(actor: Roles, bond: Bond | null): PatientAccess | null {
  const sees = actor.roles.includes('clinician') ? bond : null
  if (sees === 'own' || sees === 'team') return sees
  return patientReach(actor) === 'all' ? 'all' : sees
}

/** Whether what is seen by this right may also be changed, planned with, handed on: broken glass is for reading. */
export function mayChangeThrough(access: PatientAccess | null): boolean {
  return access !== null && access !== 'break-glass'
}
