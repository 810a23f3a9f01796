import type { OrganizationId } from '@curtain/protocol'
import { Kysely, PostgresDialect, sql, type Transaction as KyselyTransaction } from 'kysely'
import pg from 'pg'
import { AppError } from '../errors.ts'
import { listen, type ListeningOptions } from './listening.ts'
import { createLookUps, type LookUps } from './look-ups.ts'
import { withPreparedInserts } from './prepared.ts'
import type { Tables } from './tables.ts'

/** A transaction inside one organization. */
export type Transaction = KyselyTransaction<Tables>

/** The server's way to its data. Rows of another organization cannot be reached through it. */
export interface Database {
  /**
   * Runs one transaction that sees and writes the rows of one organization only (row-level security).
   * @throws AppError `not-ready` when PostgreSQL cannot be reached
   */
  inOrganization<Result>(
    organizationId: OrganizationId,
    run: (tx: Transaction) => Promise<Result>,
  ): Promise<Result>
  /** The few questions asked before the organization is known. */
  readonly lookUps: LookUps
  /**
   * Hears what changes of every server on this database tell, from now on and over broken connections.
   * @returns the function that stops it
   */
  listen(options: ListeningOptions): Promise<() => Promise<void>>
  /** Whether a query is answered now. */
  isReachable(): Promise<boolean>
  close(): Promise<void>
}

/** How to reach PostgreSQL as one role. */
export interface DatabaseConnection {
  /** A folder with a socket in it, or a host. */
  host: string
  port: number
  user: string
  password?: string
  database: string
  ssl?: pg.PoolConfig['ssl']
}

/**
 * Opens the pool of the server's own role, which owns no table and cannot go around row-level security.
 * @param whenReady waited for before each transaction: resolves while PostgreSQL is up, and rejects if it stays away
 */
export function openDatabase(
  connection: DatabaseConnection,
  options: { poolSize?: number; whenReady?: () => Promise<void> } = {},
): Database {
  const pool = new pg.Pool({
    ...connection,
    max: options.poolSize ?? 16,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'curtain',
    options: '-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000',
  })
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {})
  // The same for one that breaks between two queries of a transaction: the next query fails, and so the transaction.
  pool.on('connect', (client) => client.on('error', () => {}))
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: withPreparedInserts(pool) }) })
  const lookUps = createLookUps(kysely)

  async function reach<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      await options.whenReady?.()
      return await run()
    } catch (cause) {
      throw isUnreachable(cause) ? new AppError('not-ready', { cause }) : cause
    }
  }

  return {
    inOrganization: (organizationId, run) =>
      reach(() =>
        kysely.transaction().execute(async (tx) => {
          await sql`select set_config('curtain.organization', ${organizationId}, true)`.execute(tx)
          return await run(tx)
        }),
      ),
    lookUps: {
      organizationExists: () => reach(() => lookUps.organizationExists()),
      session: (tokenHash) => reach(() => lookUps.session(tokenHash)),
      user: (email) => reach(() => lookUps.user(email)),
      signInLink: (secretHash) => reach(() => lookUps.signInLink(secretHash)),
      visitLink: (secretHash) => reach(() => lookUps.visitLink(secretHash)),
      apiKey: (id) => reach(() => lookUps.apiKey(id)),
      roomToken: (id) => reach(() => lookUps.roomToken(id)),
      participantSession: (tokenHash) => reach(() => lookUps.participantSession(tokenHash)),
      visitsInProgress: () => reach(() => lookUps.visitsInProgress()),
      expiredBreakGlass: (now) => reach(() => lookUps.expiredBreakGlass(now)),
      identityDomain: (domain) => reach(() => lookUps.identityDomain(domain)),
      identityProvider: (id) => reach(() => lookUps.identityProvider(id)),
      identityFlow: (cookieHash) => reach(() => lookUps.identityFlow(cookieHash)),
      signUp: (confirmationHash) => reach(() => lookUps.signUp(confirmationHash)),
      waitingMails: () => reach(() => lookUps.waitingMails()),
      waitingAlerts: () => reach(() => lookUps.waitingAlerts()),
      quietAlerts: () => reach(() => lookUps.quietAlerts()),
      overdueWebhookSecrets: (now) => reach(() => lookUps.overdueWebhookSecrets(now)),
      organizationKeys: () => reach(() => lookUps.organizationKeys()),
      pendingLogs: () => reach(() => lookUps.pendingLogs()),
      undelivered: (destination) => reach(() => lookUps.undelivered(destination)),
      logChecks: () => reach(() => lookUps.logChecks()),
    },
    listen: (listening) => listen(connection, () => options.whenReady?.() ?? Promise.resolve(), listening),
    async isReachable() {
      try {
        await reach(() => sql`select 1`.execute(kysely))
        return true
      } catch {
        return false
      }
    },
    close: () => kysely.destroy(),
  }
}

const connectionGone =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed))/
const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND'])

/** Whether an error means that PostgreSQL is away, not that it refused what was asked. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AppError) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Class 08: connection exceptions; 57P0x: shutting down, crashed, starting up (PostgreSQL appendix A); the driver has
  // no code for a connection that ended or could not be had in time.
  return (
    unreachable.has(code) ||
    /^(08|57P0)/.test(code) ||
    (code === '' && connectionGone.test(error.message))
  )
}
