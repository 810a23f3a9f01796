import type { PatientAccess } from '@curtain/protocol'
import { mayChangeThrough, patientAccess, type Bond } from '../patients/policy.ts'
import type { Reach, StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

const isClinician = ({ roles }: Roles) => roles.includes('clinician')

/** Which visits somebody may see and plan: front-desk staff everybody's, clinicians their own. */
export function visitReach(actor: Roles): Reach {
  if (actor.roles.includes('scheduler')) return 'all'
  return isClinician(actor) ? 'own' : 'none'
}

/** Who may plan visits at all, and with whom they like. */
export function mayPlanVisits(actor: Roles): boolean {
  return visitReach(actor) !== 'none'
}

/**
 * By what right somebody sees a visit; null where they may not.
 * @param bond what ties them to it: it is theirs, its patient is a team's of theirs, or they broke the glass
 */
export function visitAccess(actor: Roles, bond: Bond | null): PatientAccess | null {
  return patientAccess(actor, bond)
}

/** Who may move a visit, call it off and make its links. */
export function mayReachVisit(actor: Roles, bond: Bond | null): boolean {
  return mayChangeThrough(visitAccess(actor, bond))
}

/** Who may let somebody come again who was put out: people, never a program that does what it does for everybody. */
export function mayInviteAgain({ kind }: Pick<StaffActor, 'kind'>): boolean {
  return kind === 'staff'
}

/** Who may know why a visit takes place: it is of no use at the front desk. */
export function mayKnowReason(actor: Roles, bond: Bond | null): boolean {
  return isClinician(actor) && bond !== null
}

/** Who may change why a visit takes place. */
export function mayChangeReason(actor: Roles, bond: Bond | null): boolean {
  return isClinician(actor) && mayChangeThrough(bond)
}

/** Who may say why a visit takes place when they make it; also when they make it for a colleague. */
export function mayGiveReason(actor: Roles): boolean {
  return isClinician(actor)
}

/** Who may take part in visits as a host: clinicians, who stand in for each other when they are asked to. */
export function mayHostVisits(actor: Roles): boolean {
  return isClinician(actor)
}

/**
 * Who may come to a visit as its host: its clinician, its patient's team, and whoever was given its address. Who could read that
 * through broken glass was given nothing: the visit and its patient would be their own from then on.
 */
export function mayComeAsHost(actor: Roles, bond: Bond | null, couldReadThroughGlass: boolean): boolean {
  return mayHostVisits(actor) && (mayChangeThrough(bond) || !couldReadThroughGlass)
}

/** Who may end a visit for everybody: those who hold it. */
export function mayEndVisit(actor: Roles, bond: Bond | null): boolean {
  return isClinician(actor) && bond === 'own'
}
