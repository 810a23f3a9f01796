import type { UserId } from '@curtain/protocol'
import { mayHostVisits } from '../visits/policy.ts'
import type { StaffActor } from '../users/schema.ts'

type Roles = Pick<StaffActor, 'roles'>

/** Who may open a patient who is not theirs by giving a reason: those who treat patients. */
export function mayBreakGlass(actor: Roles): boolean {
  return mayHostVisits(actor)
}

/** Who ends what was opened before its time: whoever opened it. */
export function mayEndGlass(actor: Roles & { userId: UserId }, brokenBy: UserId): boolean {
  return mayBreakGlass(actor) && actor.userId === brokenBy
}

/** Who sees what was opened, by whom and why: those who watch over access. */
export function mayListGlass({ roles }: Roles): boolean {
  return roles.includes('security-officer')
}

/** Who says whether it was justified: never about oneself. */
export function mayReviewGlass(actor: Roles & { userId: UserId }, brokenBy: UserId): boolean {
  return mayListGlass(actor) && actor.userId !== brokenBy
}
