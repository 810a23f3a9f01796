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
 * Who may see a visit, move it, call it off and make its links.
 * @param isOwn whether they are its clinician, or have come to it as its host
 */
export function mayReachVisit(actor: Roles, isOwn: boolean): boolean {
  const reach = visitReach(actor)
  return reach === 'all' || (reach === 'own' && isOwn)
}

/** Who may know and change why a visit takes place: it is of no use at the front desk. */
export function mayKnowReason(actor: Roles, isOwn: boolean): boolean {
  return isClinician(actor) && isOwn
}

/** Who may say why a visit takes place when they make it; also when they make it for a colleague. */
export function mayGiveReason(actor: Roles): boolean {
  return isClinician(actor)
}

/** Who may take part in visits as a host: clinicians, who stand in for each other when they are asked to. */
export function mayHostVisits(actor: Roles): boolean {
  return isClinician(actor)
}

/** Who may end a visit for everybody: those who hold it. */
export function mayEndVisit(actor: Roles, isOwn: boolean): boolean {
  return isClinician(actor) && isOwn
}
