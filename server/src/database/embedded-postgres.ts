import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '../errors.ts'
import type { DatabaseConnection } from './database.ts'
import { stopOrphanedPostgres } from './orphaned-postgres.ts'
import { findPostgresAccount } from './postgres-account.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { clusterPath, clusterProcess, clusterRoles, ensureCluster, socketFolder } from './postgres-cluster.ts'

/** A PostgreSQL of our own, run and looked after by this process. */
export interface EmbeddedPostgres {
  /** As the owner of the tables, for migrations. */
  owner(database?: string): DatabaseConnection
  /** As the server's own role. */
  server(database?: string): DatabaseConnection
  /** As the one who made the cluster: for tests, which clone databases. */
  superuser(database?: string): DatabaseConnection
  /**
   * Resolves while PostgreSQL is up; waits a little while it comes back.
   * @throws AppError `not-ready`
   */
  whenReady(): Promise<void>
  /** The process id of the running server, if any. */
  readonly pid: number | undefined
  /** Stops it and waits for its end. May be called twice. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** More settings, `name=value`; tests switch fsync off. */
  settings?: readonly string[]
  log?: { warn(fields: object, message: string): void; error(fields: object, message: string): void }
}

export const databaseName = 'curtain'
const readyPatienceMs = 5_000
const stopPatienceMs = 20_000
/** After a kill, what it leaves in shared memory may keep the next start out for a few seconds. */
const startAttempts = 60

/**
 * Starts PostgreSQL on the cluster in `<dataDir>/postgres`, made at first, with a Unix socket in it and no TCP port.
 * It is started again whenever it dies. The caller holds the data folder's lock.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  { settings = [], log }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const folder = join(dataDir, 'postgres')
  const account = findPostgresAccount()
  const binaries = await findPostgresBinaries(account)
  await ensureCluster(folder, binaries, account, { sync: !settings.includes('fsync=off') })

  const socket = socketFolder(folder)
  const all = [
    'listen_addresses=', `unix_socket_directories=${clusterPath}`, 'unix_socket_permissions=0777', 'port=5432',
    'max_connections=60', 'logging_collector=off', 'log_destination=stderr', 'lc_messages=C',
    // Rows and statements never go to the log: they hold what is confidential.
    'log_error_verbosity=terse', 'log_min_error_statement=panic', 'log_parameter_max_length=0',
    ...settings,
  ]
  let child: ChildProcess | undefined
  let ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {})
  let stopping = false
  let supervisor = Promise.resolve()

  async function start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      // Each time: one that was launched the moment Curtain was killed says only now that it is there.
      if (await stopOrphanedPostgres(folder)) log?.warn({}, 'stopped the PostgreSQL of an earlier Curtain that was killed')
      const started = launch(binaries.postgres, ['-D', clusterPath, ...all.flatMap((one) => ['-c', one])])
      child = started.process
      const complaint = await started.ready
      if (complaint === null) break
      if (stopping || attempt >= startAttempts || !/shared memory block|lock file/.test(complaint)) {
        throw new Error(`PostgreSQL did not start: ${complaint}`)
      }
      await delay(250)
    }
    ready.resolve()
    if (hasEnded(child)) onUnexpectedEnd()
    else child.once('exit', onUnexpectedEnd)
  }

  function onUnexpectedEnd(): void {
    if (stopping) return
    ready = Promise.withResolvers<void>()
    ready.promise.catch(() => {})
    log?.error({}, 'PostgreSQL ended unexpectedly; starting it again')
    supervisor = recover()
  }

  async function recover(): Promise<void> {
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        if (!stopping) await start()
        return
      } catch (error) {
        log?.error({ error }, 'PostgreSQL could not be started again')
        await delay(pauseMs)
      }
    }
  }

  function launch(program: string, args: string[]) {
    // Detached: a Ctrl-C in the terminal reaches us alone, and we stop PostgreSQL when everything above it has ended.
    const launched = spawn(program, args, {
      ...clusterProcess(folder, account),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    let recent = ''
    const isReady = new Promise<string | null>((resolve) => {
      launched.stderr?.setEncoding('utf8').on('data', (text: string) => {
        recent = (recent + text).slice(-2_000)
        if (recent.includes('database system is ready to accept connections')) resolve(null)
      })
      launched.once('error', (error) => resolve(error.message))
      launched.once('exit', () => resolve(recent.trim() || 'it ended at once'))
    })
    return { process: launched, ready: isReady }
  }

  const connection = (user: string, database: string): DatabaseConnection => ({
    host: socket.path,
    port: 5432,
    user,
    database,
  })
  async function stop(): Promise<void> {
    stopping = true
    ready.reject(new AppError('not-ready'))
    if (child !== undefined) await terminate(child)
    await supervisor
    if (child !== undefined) await terminate(child)
    socket.release()
  }

  try {
    await start()
    await prepareCluster(connection(clusterRoles.superuser, 'postgres'))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    owner: (database = databaseName) => connection(clusterRoles.owner, database),
    server: (database = databaseName) => connection(clusterRoles.server, database),
    superuser: (database = databaseName) => connection(clusterRoles.superuser, database),
    async whenReady() {
      const patience = new AbortController()
      try {
        await Promise.race([
          ready.promise,
          delay(readyPatienceMs, undefined, { signal: patience.signal, ref: false }).then(() => {
            throw new AppError('not-ready')
          }),
        ])
      } finally {
        patience.abort()
      }
    },
    get pid() {
      return child?.pid
    },
    stop,
  }
}

/** Makes the two roles and the database; what is there stays as it is. */
async function prepareCluster(superuser: DatabaseConnection): Promise<void> {
  const client = new pg.Client(superuser)
  client.on('error', () => {}) // a connection that breaks fails the query that is under way
  await client.connect()
  try {
    for (const role of [clusterRoles.owner, clusterRoles.server]) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
      if (rowCount === 0) await client.query(`create role ${role} login nosuperuser nobypassrls`)
    }
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName} owner ${clusterRoles.owner}`)
  } finally {
    await client.end()
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

function onceEnded(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

async function terminate(child: ChildProcess): Promise<void> {
  const ended = onceEnded(child)
  child.kill('SIGINT') // fast shutdown: does not wait for clients
  const patience = new AbortController()
  const late = delay(stopPatienceMs, true, { signal: patience.signal }).catch(() => false)
  if (await Promise.race([ended.then(() => false), late])) child.kill('SIGQUIT')
  await ended
  patience.abort()
}
