import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { endGlass } from './store.ts'

/**
 * Puts on record what ended by itself. That it opens nothing any more needs no sweep: each question looks at the time.
 * @returns how many there were
 */
export async function recordExpiredGlass(database: Database, now: Date): Promise<number> {
  let recorded = 0
  for (const { organizationId, id } of await database.lookUps.expiredBreakGlass(now)) {
    const ended = await database.inOrganization(organizationId, async (tx) => {
      const glass = await endGlass(tx, id, now)
      if (glass === null) return false
      const facts = { breakGlassId: id, reason: 'time' }
      await record(tx, { type: 'patient.glass-ended', organizationId, target: glass.patient_id, facts }, now)
      return true
    })
    if (ended) recorded++
  }
  return recorded
}
