import { open } from 'node:fs/promises'
import type { OrganizationId } from '@curtain/protocol'
import { exportLog } from './audit/export.ts'
import { holdLog, latestCheckpoint } from './audit/log-store.ts'
import { record } from './audit/record.ts'
import { createSequencer } from './audit/sequencer.ts'
import { logKey, replaceKey } from './audit/signing.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { ensureDataFolder } from './database/data-folder.ts'
import { DataFolderInUseError, lockDataFolder } from './database/data-lock.ts'
import { attachDatabase, startDatabase } from './database/start-database.ts'
import { openKeys } from './keys/open-keys.ts'
import { createLog } from './log.ts'
import { adoptLegacyFields } from './visits/adoption.ts'

/** What is to be kept of a log outside of it. */
export interface KeptOfLog {
  organizationId: OrganizationId
  size: number
  /** The signed note. */
  note: string
  key: string
}

/** The database, of a server that runs or of one that is stopped; closed with the cleanup. */
async function openDatabaseOf(config: Config, cleanup: AsyncDisposableStack): Promise<Database> {
  ensureDataFolder(config.dataDir)
  const unlock = await lockDataFolder(config.dataDir).catch((error: unknown) => {
    if (error instanceof DataFolderInUseError) return null
    throw error
  })
  if (unlock !== null) cleanup.defer(unlock)
  const started =
    unlock === null
      ? attachDatabase(config.dataDir, config.databaseUrl)
      : await startDatabase(config.dataDir, config.databaseUrl, { log: createLog(config.logLevel) })
  cleanup.defer(() => started.stop())
  return started.database
}

async function organizationsIn(database: Database): Promise<OrganizationId[]> {
  return (await database.lookUps.organizationKeys()).map(({ organizationId }) => organizationId)
}

/** The one that is named, or the only one there is. @throws Error with a sentence that says what to do */
async function chosen(database: Database, named: string | null): Promise<OrganizationId> {
  const all = await organizationsIn(database)
  const found = named === null && all.length === 1 ? all[0] : all.find((id) => id === named)
  if (found !== undefined) return found
  if (all.length === 0) throw new Error('There is no organization yet, and so no log.')
  throw new Error(`Say whose log with --organization, one of: ${all.join(', ')}`)
}

async function keptOf(database: Database, organizationId: OrganizationId): Promise<KeptOfLog | null> {
  return database.inOrganization(organizationId, async (tx) => {
    const [checkpoint, key] = [await latestCheckpoint(tx), await logKey(tx)]
    return checkpoint === null || key === null ? null : { organizationId, size: checkpoint.size, note: checkpoint.note, key }
  })
}

/** The last checkpoint of every log that has one. The server may run. */
export async function latestCheckpoints(config: Config): Promise<KeptOfLog[]> {
  await using cleanup = new AsyncDisposableStack()
  const database = await openDatabaseOf(config, cleanup)
  const kept: KeptOfLog[] = []
  for (const organizationId of await organizationsIn(database)) {
    const one = await keptOf(database, organizationId)
    if (one !== null) kept.push(one)
  }
  return kept
}

/**
 * Writes an organization's whole log into a new file, for the system user alone; that it was is in the log after that. The
 * server may run.
 * @param organization whose; null: the only one's
 * @throws Error with a sentence that says what to do; a file that is there is left as it is
 */
export async function exportAudit(config: Config, file: string, organization: string | null): Promise<KeptOfLog> {
  await using cleanup = new AsyncDisposableStack()
  const database = await openDatabaseOf(config, cleanup)
  const organizationId = await chosen(database, organization)
  const kept = await keptOf(database, organizationId)
  if (kept === null) throw new Error('Nothing of this log is signed yet. Start the server, and try again.')
  const output = await open(file, 'wx', 0o600)
  cleanup.defer(() => output.close())
  for await (const text of exportLog(database, organizationId, kept.key)) await output.appendFile(text)
  await output.sync()
  const facts = { format: 'log', count: kept.size }
  await database.inOrganization(organizationId, (tx) => record(tx, { type: 'audit.exported', organizationId, facts }))
  return kept
}

/**
 * Gives an organization's log another signing key, and signs the log with it: where the key is lost, or somebody else may have
 * it. The server must not run meanwhile.
 * @param organization whose; null: the only one's
 * @returns whether the key before it vouches for it: otherwise whoever knows that one learns of the new one from the log alone
 * @throws Error with a sentence that says what to do
 */
export async function replaceLogKey(
  config: Config,
  organization: string | null,
): Promise<{ organizationId: OrganizationId; key: string; isVouchedFor: boolean }> {
  ensureDataFolder(config.dataDir)
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(await lockDataFolder(config.dataDir))
  const started = await startDatabase(config.dataDir, config.databaseUrl, { log: createLog(config.logLevel) })
  cleanup.defer(() => started.stop())
  const { database } = started
  const keys = await openKeys({ config, database, adopt: adoptLegacyFields })
  const organizationId = await chosen(database, organization)
  const fields = await keys.sealer(organizationId)
  const replaced = await database.inOrganization(organizationId, async (tx) => {
    if (!(await holdLog(tx, organizationId))) throw new Error('A server is writing this log. Stop every server on this database first.')
    return replaceKey(tx, organizationId, fields, new Date())
  })
  const sequencer = createSequencer({ database, keys })
  while (!(await sequencer.pass(organizationId, { signNow: true })).isDone);
  return { organizationId, ...replaced }
}
