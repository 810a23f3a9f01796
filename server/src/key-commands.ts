import { join } from 'node:path'
import type { OrganizationId } from '@curtain/protocol'
import type { Config } from './config.ts'
import { ensureDataFolder } from './database/data-folder.ts'
import { lockDataFolder } from './database/data-lock.ts'
import { startDatabase } from './database/start-database.ts'
import { openKeys } from './keys/open-keys.ts'
import { readRootFile, restoreRootFile, rootKeyFile } from './keys/root-file.ts'
import type { Rotation } from './keys/rotation.ts'
import { createLog } from './log.ts'
import { adoptLegacyFields } from './visits/adoption.ts'

/** @throws Error where the root key is not in a file */
function keysFolderOf({ dataDir, rootKey }: Config): string {
  const { provider } = rootKey
  if (provider !== 'file') throw new Error(`The root key is not in a file here: CURTAIN_ROOT_KEY=${provider}.`)
  return join(dataDir, 'keys')
}

/**
 * The groups of the recovery sheet, for whoever prints them.
 * @throws Error with a sentence that says what to do
 */
export function recoverySheet(config: Config): { file: string; groups: string } {
  const folder = keysFolderOf(config)
  return { file: rootKeyFile(folder), groups: readRootFile(folder) }
}

/**
 * Makes the root key's file from what was typed in; the next start says whether it is this database's.
 * @returns the file
 * @throws Error with a sentence that says what to do; a file that is there is left as it is
 */
export async function restoreRootKey(config: Config, typed: string): Promise<string> {
  const folder = keysFolderOf(config)
  ensureDataFolder(config.dataDir)
  const unlock = await lockDataFolder(config.dataDir)
  try {
    restoreRootFile(folder, typed)
    return rootKeyFile(folder)
  } finally {
    await unlock()
  }
}

/**
 * Gives every organization a new version of its key, or finishes a rotation that was stopped half-way. The server must
 * not run meanwhile.
 * @throws Error with a sentence that says what to do
 */
export async function rotateKeys(config: Config): Promise<(Rotation & { organizationId: OrganizationId })[]> {
  ensureDataFolder(config.dataDir)
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(await lockDataFolder(config.dataDir))
  const log = createLog(config.logLevel)
  const started = await startDatabase(config.dataDir, config.databaseUrl, { log })
  cleanup.defer(() => started.stop())
  const { database } = started
  const keys = await openKeys({ config, database, adopt: adoptLegacyFields })
  const done: (Rotation & { organizationId: OrganizationId })[] = []
  for (const { organizationId } of await database.lookUps.organizationKeys()) {
    done.push({ organizationId, ...(await keys.rotate(organizationId)) })
  }
  return done
}
