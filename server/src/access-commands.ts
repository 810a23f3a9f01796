import type { OrganizationId } from '@curtain/protocol'
import { record } from './audit/record.ts'
import type { Config } from './config.ts'
import { ensureDataFolder } from './database/data-folder.ts'
import { lockDataFolder } from './database/data-lock.ts'
import { startDatabase } from './database/start-database.ts'
import { createLog } from './log.ts'
import { clearAllowlists } from './organizations/store.ts'

/**
 * Lets staff come from everywhere again: for an organization that nobody gets into any more, because its network has another
 * address now. On record, and for whoever has the data folder alone. The server must not run meanwhile.
 * @returns those that had allowlists
 * @throws Error with a sentence that says what to do
 */
export async function openAccess(config: Config): Promise<OrganizationId[]> {
  ensureDataFolder(config.dataDir)
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(await lockDataFolder(config.dataDir))
  const started = await startDatabase(config.dataDir, config.databaseUrl, { log: createLog(config.logLevel) })
  cleanup.defer(() => started.stop())
  const { database } = started
  const opened: OrganizationId[] = []
  for (const { organizationId } of await database.lookUps.organizationKeys()) {
    const had = await database.inOrganization(organizationId, async (tx) => {
      if (!(await clearAllowlists(tx, organizationId))) return false
      await record(tx, { type: 'organization.access-opened', organizationId, target: organizationId })
      return true
    })
    if (had) opened.push(organizationId)
  }
  return opened
}
