import type { OrganizationId, UserId, VisitId } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import type { Database } from '../database/database.ts'
import type { StaffActor } from '../users/schema.ts'
import type { VisitChanges } from './changes.ts'
import { mayPlanVisits, visitReach } from './policy.ts'
import { staffOf } from './store.ts'

export type Following = ReturnType<typeof createFollowing>

/** Tells members of staff which visits change: those within their reach alone, since whoever knows an id can come. */
export function createFollowing({ database, changes }: { database: Database; changes: VisitChanges }) {
  /** What is asked at this moment for several listeners to one change. */
  const asked = new Map<VisitId, Promise<ReadonlySet<UserId>>>()

  function askStaffOf(organizationId: OrganizationId, visitId: VisitId): Promise<ReadonlySet<UserId>> {
    const known = asked.get(visitId)
    if (known !== undefined) return known
    const answer = database.inOrganization(organizationId, async (tx) => new Set(await staffOf(tx, visitId)))
    asked.set(visitId, answer)
    // A change tells all its listeners at once; the next one may have another answer.
    queueMicrotask(() => asked.delete(visitId))
    return answer
  }

  return {
    /**
     * @param onChange is called with the id of each visit that changed
     * @param onFailure is called when it could not be asked whose visit changed
     * @returns the function that stops following
     * @throws AppError `forbidden`
     */
    async follow(
      actor: StaffActor,
      onChange: (visitId: VisitId) => void,
      onFailure: () => void,
    ): Promise<() => void> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.follow')
      const { organizationId, userId } = actor
      if (visitReach(actor) === 'all') return changes.subscribe(organizationId, onChange)
      return changes.subscribe(organizationId, (visitId) => {
        askStaffOf(organizationId, visitId).then((staff) => staff.has(userId) && onChange(visitId), onFailure)
      })
    },
  }
}
