import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, type Database, type DatabaseConnection } from './database.ts'
import { databaseName, startEmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts'
import { makeRolePassword, migrate, provideServerRole, serverRole } from './migrate.ts'
import { socketFolder } from './postgres-cluster.ts'

/** A PostgreSQL that runs already, as two roles: tests clone databases in one. */
export interface DatabaseRoles {
  owner: DatabaseConnection
  server: DatabaseConnection
}

export interface StartedDatabase {
  database: Database
  /** Closes the pool, and stops PostgreSQL if it is ours. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts or finds PostgreSQL, brings its tables up to date, and opens it as the server's role.
 * @param from the URL of the owner's role in a PostgreSQL of the operator's, the roles of a running one, or null: the
 *   embedded one in the data folder
 */
export async function startDatabase(
  dataDir: string,
  from: string | DatabaseRoles | null,
  options: EmbeddedPostgresOptions = {},
): Promise<StartedDatabase> {
  if (from === null) {
    const postgres = await startEmbeddedPostgres(dataDir, options)
    try {
      await migrate(postgres.owner())
    } catch (error) {
      await postgres.stop()
      throw error
    }
    const database = openDatabase(postgres.server(), { whenReady: () => postgres.whenReady() })
    let stopped: Promise<void> | undefined
    return { database, stop: () => (stopped ??= database.close().then(() => postgres.stop())) }
  }
  const roles = typeof from === 'string' ? await rolesByUrl(from, dataDir) : from
  await migrate(roles.owner)
  const database = openDatabase(roles.server)
  let stopped: Promise<void> | undefined
  return { database, stop: () => (stopped ??= database.close()) }
}

/** Opens the database of a Curtain that runs on this data folder, as the server's role: nothing is started, made or migrated. */
export function attachDatabase(dataDir: string, from: string | null): StartedDatabase {
  if (from === null) {
    const socket = socketFolder(join(dataDir, 'postgres'))
    const database = openDatabase({ host: socket.path, port: 5432, user: serverRole, database: databaseName }, { poolSize: 1 })
    return { database, stop: () => database.close().finally(() => socket.release()) }
  }
  const password = serverRolePassword(join(dataDir, 'keys', 'database-role.password'))
  const database = openDatabase({ ...connectionOf(from), user: serverRole, password }, { poolSize: 1 })
  return { database, stop: () => database.close() }
}

async function rolesByUrl(url: string, dataDir: string): Promise<DatabaseRoles> {
  const owner = connectionOf(url)
  const password = serverRolePassword(join(dataDir, 'keys', 'database-role.password'))
  try {
    await provideServerRole(owner, password)
  } catch (cause) {
    // PostgreSQL's own words name roles and addresses, never the password.
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : 'it does not answer'
    throw new Error(`The PostgreSQL of CURTAIN_DATABASE_URL cannot be used: ${reason}.`, { cause })
  }
  return { owner, server: { ...owner, user: serverRole, password } }
}

/**
 * Reads a PostgreSQL URL (libpq §34.1.1.2). TLS with a verified certificate is the rule for another machine, and
 * `sslmode=disable` the explicit exception.
 */
function connectionOf(url: string): DatabaseConnection {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const host = searchParams.get('host') ?? decodeURIComponent(hostname.replace(/^\[|\]$/g, ''))
  const local = host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host)
  const mode = searchParams.get('sslmode') ?? (local ? 'disable' : 'verify-full')
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: mode === 'disable' ? false : { rejectUnauthorized: true },
  }
}

function serverRolePassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const password = makeRolePassword()
    writeFileSync(file, `${password}\n`, { mode: 0o600, flag: 'wx' })
    return password
  }
}
