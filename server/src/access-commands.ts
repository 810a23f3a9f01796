import type { OrganizationId } from '@curtain/protocol'
import { record } from './audit/record.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { ensureDataFolder } from './database/data-folder.ts'
import { lockDataFolder } from './database/data-lock.ts'
import { newId } from './database/new-id.ts'
import { startDatabase } from './database/start-database.ts'
import { createPublicAddress } from './http/public-address.ts'
import { newSecret } from './keys/secrets.ts'
import { createLog } from './log.ts'
import { clearAllowlists } from './organizations/store.ts'
import { deleteFactors } from './protection/store.ts'
import { endSessionsOf, endSignInLinks, insertSignInLink } from './sessions/store.ts'
import { clearPassword, lockUser } from './users/store.ts'

/** The same as for the link of the first start: what was printed may stay in a terminal's memory. */
const linkMs = 24 * 60 * 60_000

/** The database, while no server runs on it; closed with the cleanup. @throws Error with a sentence that says what to do */
async function openStopped(config: Config, cleanup: AsyncDisposableStack): Promise<Database> {
  ensureDataFolder(config.dataDir)
  cleanup.defer(await lockDataFolder(config.dataDir))
  const started = await startDatabase(config.dataDir, config.databaseUrl, { log: createLog(config.logLevel) })
  cleanup.defer(() => started.stop())
  return started.database
}

/**
 * Lets staff come from everywhere again: for an organization that nobody gets into any more, because its network has another
 * address now. On record, and for whoever has the data folder alone. The server must not run meanwhile.
 * @returns those that had allowlists
 * @throws Error with a sentence that says what to do
 */
export async function openAccess(config: Config): Promise<OrganizationId[]> {
  await using cleanup = new AsyncDisposableStack()
  const database = await openStopped(config, cleanup)
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

/**
 * Takes password and second factors off an account, ends its sessions, and makes a link that leads through setting it up anew:
 * for the only owner, whose account nobody else may reset. On record, and for whoever has the data folder alone. The server
 * must not run meanwhile.
 * @returns the link
 * @throws Error with a sentence that says what to do
 */
export async function resetAccess(config: Config, email: string): Promise<string> {
  await using cleanup = new AsyncDisposableStack()
  const database = await openStopped(config, cleanup)
  const found = await database.lookUps.user(email.trim().toLowerCase())
  if (found === null) throw new Error('There is no account with this e-mail address.')
  const { organizationId, id: userId } = found
  const { secret, hash: secretHash } = newSecret()
  await database.inOrganization(organizationId, async (tx) => {
    const user = (await lockUser(tx, userId))?.user
    if (user === undefined) throw new Error('There is no account with this e-mail address.')
    if (user.suspended_at !== null) throw new Error('This account is suspended. An owner can let it sign in again under People.')
    const now = new Date()
    await endSessionsOf(tx, userId, now)
    await endSignInLinks(tx, userId, now)
    await deleteFactors(tx, userId)
    await clearPassword(tx, userId)
    const [id, expiresAt] = [newId('signInLink', now), new Date(now.getTime() + linkMs)]
    await insertSignInLink(tx, { id, organizationId, userId, visitId: null, secretHash, opens: 'set-up', expiresAt })
    await record(tx, { type: 'user.access-reset', organizationId, target: userId }, now)
  })
  return `${createPublicAddress(config).origin()}/welcome#${secret}`
}
