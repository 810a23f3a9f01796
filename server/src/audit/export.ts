import { writeCheckpoint, writeEvent, writeHeader, writePruned } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { latestCheckpoint } from './log-store.ts'
import { logOrigin } from './signing.ts'
import { LogGapError } from './tree.ts'

/** Entries read at once: an export of millions holds only these in memory. */
const batch = 2000

/** Entries of the log from an index on, in order; of those that were pruned, the hash. */
async function entriesFrom(tx: Transaction, { first, end, most }: { first: number; end: number; most: number }) {
  const { rows } = await sql<{ index: string; hash: Buffer; entry: string | null }>`
    select l.index, l.hash, e.entry from audit_leaves l left join audit_events e on e.id = l.event_id
    where l.index >= ${first} and l.index < ${Math.min(end, first + most)} order by l.index`.execute(tx)
  return rows.map(({ index, hash, entry }) => ({ index: Number(index), hash, entry }))
}

/**
 * The whole log up to its last checkpoint, as `curtain audit verify` reads it (docs/audit-log.md). Nothing before the first
 * checkpoint.
 * @param key of the log, as it is written down
 * @param most entries in one piece
 */
export async function* exportLog(database: Database, organizationId: OrganizationId, key: string, most = batch): AsyncGenerator<string> {
  const read = () => database.inOrganization(organizationId, latestCheckpoint)
  let checkpoint = await read()
  if (checkpoint === null) return
  yield writeHeader({ organizationId, origin: logOrigin(organizationId), key })
  let hasPruned = false
  for (let next = 0; next < checkpoint.size; ) {
    const { size } = checkpoint
    const entries = await database.inOrganization(organizationId, (tx) => entriesFrom(tx, { first: next, end: size, most }))
    if (entries.length === 0) throw new LogGapError()
    yield entries.map(({ index, hash, entry }) => (entry === null ? writePruned(index, hash) : writeEvent(index, entry))).join('')
    next += entries.length
    hasPruned ||= entries.some(({ entry }) => entry === null)
    if (next < size || !hasPruned) continue
    // Pruned just now, perhaps: then the entry that says so is under a later checkpoint than the one that was begun with.
    checkpoint = (await read()) ?? checkpoint
    hasPruned = false
  }
  yield writeCheckpoint(checkpoint.note)
}
