import type { OrganizationId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { announce, holdPruning, isPruningAhead, pruneEvents, readDue } from './store.ts'

/** Events that are removed in one transaction. */
const batch = 2000
const everyMs = 60 * 60_000
/** A server that was just started has something else to do. */
const firstMs = 60_000

/**
 * Prunes an organization's log as far as that was announced, and announces what can be pruned next. The entry `log.pruned`
 * comes first, and events go once a signed checkpoint is over it: whoever reads the log at any moment finds it said before it
 * is so. Safe to be stopped anywhere, and to run on several servers.
 * @returns how many events were removed, and how many will be
 */
export async function pruneLog(
  database: Pick<Database, 'inOrganization'>,
  organizationId: OrganizationId,
  now: Date = new Date(),
): Promise<{ removed: number; announced: number }> {
  let removed = 0
  for (let gone = batch; gone === batch; removed += gone) {
    gone = await database.inOrganization(organizationId, async (tx) =>
      (await holdPruning(tx, organizationId)) ? pruneEvents(tx, batch) : 0,
    )
  }
  const announced = await database.inOrganization(organizationId, async (tx) => {
    if (!(await holdPruning(tx, organizationId)) || (await isPruningAhead(tx))) return 0
    const { before, due, pruned } = await readDue(tx)
    if (due === 0) return 0
    await record(tx, { type: 'log.pruned', organizationId, facts: { before, count: pruned + due } }, now)
    await announce(tx, organizationId)
    return due
  })
  return { removed, announced }
}

/** Prunes all logs every hour. @returns the function that stops it, once what is under way is done */
export function startPruning({ database, log }: { database: Database; log: Log }): () => Promise<void> {
  let isStopping = false
  let running = Promise.resolve()
  async function round(): Promise<void> {
    try {
      for (const { organizationId } of await database.lookUps.organizationKeys()) {
        if (!isStopping) await pruneLog(database, organizationId)
      }
    } catch (error) {
      log.error({ error }, 'what is older than the audit log keeps could not be removed; it is tried again in an hour')
    }
    if (!isStopping) timer = setTimeout(start, everyMs).unref()
  }
  const start = () => {
    running = round()
  }
  let timer = setTimeout(start, firstMs).unref()
  return async () => {
    isStopping = true
    clearTimeout(timer)
    await running
  }
}
