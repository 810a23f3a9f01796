import { reviewKindByName, type ReviewKind, type UserId } from '@curtain/protocol'
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

/** What of the queue somebody is not shown: those who see no patients, what tells a patient's name. */
export function hiddenKinds(actor: Roles): readonly ReviewKind[] {
  return mayReview(actor) ? [] : reviewKindByName.options
}

/**
 * Who signs something off: never what they did themselves, or a program of theirs.
 * @param maker whose key it was done with, where it was a program
 */
export function maySignOff(actor: Roles & { userId: UserId }, doneBy: UserId, maker: UserId | null): boolean {
  return mayReview(actor) && actor.userId !== doneBy && actor.userId !== maker
}
