import type { UserId } from '@curtain/protocol'
import type { StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who sees what is to be reviewed, and how far that has come: those who watch over access, and those who check that they do. */
export function mayReadReviews({ roles }: Roles): boolean {
  return roles.includes('security-officer') || roles.includes('auditor')
}

/** Who reviews, and says what comes up for it. */
export function mayReview({ roles }: Roles): boolean {
  return roles.includes('security-officer')
}

/** Who reads what was written about it: it may say something of a patient. */
export function mayReadComments(actor: Roles): boolean {
  return mayReview(actor)
}

/** Who signs something off: never what they did themselves. */
export function maySignOff(actor: Roles & { userId: UserId }, doneBy: UserId): boolean {
  return mayReview(actor) && actor.userId !== doneBy
}
