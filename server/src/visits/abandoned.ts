import type { VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import type { LiveRooms } from '../rooms/ports.ts'
import type { VisitChanges } from './changes.ts'
import { lockVisit, updateVisit } from './store.ts'

/**
 * Opens again what an earlier run of this server left in progress and nobody came back to: whoever was in it had no
 * time to leave. To be called once everybody had the time to return.
 * @returns how many there were
 */
export async function reopenAbandonedVisits(
  database: Database,
  live: Pick<LiveRooms, 'isLive'>,
  changes: VisitChanges,
  now: () => Date = () => new Date(),
): Promise<number> {
  const reopened: VisitId[] = []
  for (const { organizationId, id } of await database.lookUps.visitsInProgress()) {
    const done = await database.inOrganization(organizationId, async (tx) => {
      const visit = await lockVisit(tx, id)
      // Asked while the visit is held: an arrival is in its room before it is on record.
      if (visit?.status !== 'in-progress' || live.isLive(id)) return false
      const at = now()
      await updateVisit(tx, id, { status: 'open' })
      await record(tx, { type: 'visit.emptied', organizationId, target: id, facts: { reason: 'server-stopped' } }, at)
      return true
    })
    if (!done) continue
    reopened.push(id)
    changes.publish(organizationId, id)
  }
  return reopened.length
}
