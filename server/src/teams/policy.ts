import type { PatientAccess, UserId } from '@curtain/protocol'
import { mayChangeThrough, mayKeepPatients } from '../patients/policy.ts'
import type { StaffActor } from '../users/schema.ts'
import { mayListUsers, mayManageUsers } from '../users/policy.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who may know which teams there are and who is in them: whoever runs or watches over accounts, and whoever sees patients. */
export function mayListTeams(actor: Roles): boolean {
  return mayListUsers(actor) || mayKeepPatients(actor)
}

/** Who may make teams, and say who is in them. They see no patients by it. */
export function mayManageTeams(actor: Roles): boolean {
  return mayManageUsers(actor)
}

/** Who may add somebody to a team: nobody lets themselves see its patients, but an owner, who answers for it. */
export function mayAddMember(actor: Roles & { userId: UserId }, member: UserId): boolean {
  return mayManageTeams(actor) && (actor.userId !== member || actor.roles.includes('owner'))
}

/** Whose patients a team sees, somebody may say at all. */
export function mayAssignPatients(actor: Roles): boolean {
  return mayKeepPatients(actor)
}

/**
 * Who may hand a patient to a team, or take them from it: whoever registers everybody, and a member of the team who may
 * change what is known of the patient.
 */
export function mayAssignPatient(actor: Roles, access: PatientAccess | null, isMember: boolean): boolean {
  return mayChangeThrough(access) && (isMember || actor.roles.includes('scheduler'))
}
