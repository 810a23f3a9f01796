import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresAccount } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'

/** The major version of PostgreSQL whose clusters we read. */
const majorVersion = '18'
/** The longest path of a Unix socket: `sun_path` less its final NUL (unix(7)). */
const longestSocketPath = 107

/** Roles of the cluster: who made it, who owns the tables, and who serves. */
export const clusterRoles = { superuser: 'postgres', owner: 'curtain_owner', server: 'curtain_app' } as const

/**
 * How a program of PostgreSQL is run: as its own account, in the cluster's folder. The folder is given as
 * `/proc/self/cwd`, because its parents are closed to that account and this link needs no way through them.
 */
export function clusterProcess(folder: string, { uid, gid }: PostgresAccount) {
  return {
    cwd: folder,
    ...(uid === undefined ? {} : { uid, gid }),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  }
}
export const clusterPath = '/proc/self/cwd'

/**
 * Makes the cluster if there is none, whole or not at all.
 * @throws Error where the folder belongs to another user or another version of PostgreSQL
 */
export async function ensureCluster(
  folder: string,
  binaries: PostgresBinaries,
  account: PostgresAccount,
  { sync = true }: { sync?: boolean } = {},
): Promise<void> {
  if (existsSync(folder)) {
    const owner = statSync(folder).uid
    if (owner !== (account.uid ?? process.getuid?.())) {
      throw new Error(`${folder} belongs to another system user (${owner}). Start Curtain as the user that made it.`)
    }
    const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
    if (version !== majorVersion) {
      throw new Error(`${folder} was made by PostgreSQL ${version}; this Curtain has ${majorVersion}.`)
    }
    return
  }
  const staging = `${folder}.new`
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { mode: 0o700 })
  if (account.uid !== undefined && account.gid !== undefined) chownSync(staging, account.uid, account.gid)

  await run(binaries.initdb, [
    '--pgdata', clusterPath, '--username', clusterRoles.superuser, '--auth', 'peer', '--encoding', 'UTF8',
    '--locale', 'C.UTF-8', '--no-instructions', ...(sync ? [] : ['--no-sync']),
  ], staging, account)
  // Nobody but Curtain's own system user gets in: the kernel vouches for who is at the other end of the socket. Written
  // by the account itself, as we never write as root into a folder of another user's.
  await write(staging, account, 'pg_hba.conf', 'local all all peer map=curtain\n')
  const roles = Object.values(clusterRoles)
  await write(staging, account, 'pg_ident.conf', roles.map((role) => `curtain "${account.clientName}" ${role}\n`).join(''))
  renameSync(staging, folder)
}

function write(folder: string, account: PostgresAccount, file: string, content: string): Promise<void> {
  return run('/bin/sh', ['-c', 'umask 077 && cat > "$0"', file], folder, account, content)
}

async function run(program: string, args: string[], folder: string, account: PostgresAccount, input = ''): Promise<void> {
  const child = spawn(program, args, { ...clusterProcess(folder, account), stdio: ['pipe', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
  child.stdin.on('error', () => {}) // a program that does not read its input
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} failed: ${complaint.trim()}`)
}

/** A folder path by which this process reaches the cluster's socket, however deep the data folder lies. */
export function socketFolder(folder: string): { path: string; release(): void } {
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= longestSocketPath) return { path: folder, release() {} }
  const descriptor = openSync(folder, 'r')
  let open = true
  return {
    path: `/proc/self/fd/${descriptor}`,
    release() {
      if (open) closeSync(descriptor)
      open = false
    },
  }
}
