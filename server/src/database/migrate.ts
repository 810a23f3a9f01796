import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import type { DatabaseConnection } from './database.ts'
import { migrations } from './migrations/index.ts'

/** The role that the server works as. It owns nothing, and row-level security binds it. */
export const serverRole = 'curtain_app'

/** The database was made by a later Curtain than this one. */
class NewerDatabaseError extends Error {
  constructor(names: readonly string[]) {
    super(
      `This database belongs to a newer Curtain (it has ${names.join(', ')}). ` +
        'Start the newer version, or restore a backup from before the upgrade.',
    )
    this.name = 'NewerDatabaseError'
  }
}

/**
 * Brings the database to the form this code needs, as the owner of the tables: all missing migrations in one
 * transaction, each recorded. Does nothing where all is done.
 * @throws NewerDatabaseError where it has migrations this code does not know
 */
export async function migrate(owner: DatabaseConnection): Promise<void> {
  const pool = new pg.Pool({ ...owner, max: 2, connectionTimeoutMillis: 10_000, application_name: 'curtain-migrate' })
  // A connection that breaks fails the query that is under way; without listeners it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const kysely = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve(migrations) } })
    const { error } = await migrator.migrateToLatest().catch((cause: unknown) => ({ error: cause }))
    if (error === undefined) return
    const unknown = await unknownMigrations(kysely)
    if (unknown.length > 0) throw new NewerDatabaseError(unknown)
    throw new Error('The database could not be migrated.', { cause: error })
  } finally {
    await kysely.destroy()
  }
}

async function unknownMigrations(kysely: Kysely<never>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(kysely)
  return rows.map((row) => row.name).filter((name) => !Object.hasOwn(migrations, name))
}

/**
 * Makes the server's role in a PostgreSQL that is not ours alone, or sets its password to the one given where it has
 * another. The owner needs CREATEROLE for that, so the first time.
 * @throws Error when there is such a role that could go around row-level security
 */
export async function provideServerRole(owner: DatabaseConnection, password: string): Promise<void> {
  const client = new pg.Client({ ...owner, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ unbound: boolean }>(
      'select rolsuper or rolbypassrls as unbound from pg_roles where rolname = $1',
      [serverRole],
    )
    const [role] = rows
    if (role?.unbound === true) {
      throw new Error(`its role ${serverRole} may go around row-level security; take that from it`)
    }
    if (role !== undefined && (await isAccepted({ ...owner, user: serverRole, password }))) return
    // Such statements take no parameters; the driver's own quoting is used, and the password is base64url anyway.
    const secret = `password ${pg.escapeLiteral(password)}`
    // Of a role that there is, only a superuser may name these, not even to leave them as they are.
    const rights = 'login nosuperuser nobypassrls nocreatedb nocreaterole'
    await client.query(
      role === undefined
        ? `create role ${serverRole} with ${rights} ${secret}`
        : `alter role ${serverRole} with ${secret}`,
    )
  } finally {
    await client.end()
  }
}

async function isAccepted(connection: DatabaseConnection): Promise<boolean> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** A password for the server's role. */
export function makeRolePassword(): string {
  return randomBytes(32).toString('base64url')
}
