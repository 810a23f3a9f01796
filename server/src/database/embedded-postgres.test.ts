import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { DataFolderInUseError, lockDataFolder } from './data-lock.ts'
import { openDatabase } from './database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { findPostgresAccount } from './postgres-account.ts'

const settings = ['fsync=off', 'shared_buffers=16MB']
const isRoot = process.getuid?.() === 0

let folder: TemporaryFolder
let postgres: EmbeddedPostgres | undefined

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await postgres?.stop()
  postgres = undefined
  folder[Symbol.dispose]()
})

test('it listens on no TCP port, and nobody but its own system user gets to its socket', async () => {
  postgres = await startEmbeddedPostgres(folder.path, { settings })
  const lines = readFileSync(join(folder.path, 'postgres/postmaster.pid'), 'utf8').split('\n')
  expect(lines[5]).toBe('') // where PostgreSQL writes the TCP address that it listens on
  if (!isRoot) return
  const asNobody = promisify(execFile)('ls', [join(folder.path, 'postgres')], { uid: 65534, gid: 65534 })
  await expect(asNobody).rejects.toThrow(/Permission denied/)
})

test.runIf(isRoot)('the database’s system user cannot read the keys beside it', async () => {
  mkdirSync(join(folder.path, 'keys'), { mode: 0o700 })
  writeFileSync(join(folder.path, 'keys/field.key'), 'secret', { mode: 0o644 })
  postgres = await startEmbeddedPostgres(folder.path, { settings })
  const { uid, gid } = findPostgresAccount()
  const read = promisify(execFile)('cat', ['../keys/field.key'], { uid, gid, cwd: join(folder.path, 'postgres') })
  await expect(read).rejects.toThrow(/Permission denied/)
})

test('after kill -9 of PostgreSQL it comes back, with what was acknowledged', async () => {
  postgres = await startEmbeddedPostgres(folder.path, { settings: ['shared_buffers=16MB'] })
  await migrate(postgres.owner())
  const database = openDatabase(postgres.server(), { whenReady: () => postgres?.whenReady() ?? Promise.resolve() })
  await database.inOrganization('org_1', (tx) =>
    tx.insertInto('organizations').values({ id: 'org_1', name: 'Harbor', created_at: new Date() }).execute(),
  )
  const killed = postgres.pid ?? 0
  process.kill(killed, 'SIGKILL')
  const seen = async (): Promise<string[]> => {
    try {
      return await database.inOrganization('org_1', async (tx) =>
        (await tx.selectFrom('organizations').select('name').execute()).map(({ name }) => name),
      )
    } catch (error) {
      expect(error).toMatchObject({ code: 'not-ready' })
      return seen()
    }
  }
  // A connection that was open may answer once more before its process notices.
  while (postgres.pid === killed) expect(await seen()).toEqual(['Harbor'])
  expect(await seen()).toEqual(['Harbor'])
  await database.close()
})

test('a PostgreSQL left by a killed Curtain is stopped, and the data taken over', async () => {
  const code = `import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))}
    const { pid } = await startEmbeddedPostgres(process.argv[1], { settings: ${JSON.stringify(settings)} })
    console.log(pid)`
  const first = spawn(process.execPath, ['--input-type=module-typescript', '-e', code, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(first.stdout, 'data')
  const orphan = Number(String(printed))
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(existsSync(`/proc/${orphan}`)).toBe(true)

  postgres = await startEmbeddedPostgres(folder.path, { settings })
  expect(postgres.pid).not.toBe(orphan)
  expect(existsSync(`/proc/${orphan}/cwd`)).toBe(false)
})

test('a stale pid file that names another living process harms neither', async () => {
  const first = await startEmbeddedPostgres(folder.path, { settings })
  const file = join(folder.path, 'postgres/postmaster.pid')
  const content = readFileSync(file, 'utf8')
  process.kill(first.pid ?? 0, 'SIGKILL')
  await first.stop()
  const bystander = spawn('sleep', ['60'])
  writeFileSync(file, content.replace(/^\d+/, String(bystander.pid)))

  postgres = await startEmbeddedPostgres(folder.path, { settings })
  expect(bystander.exitCode).toBeNull()
  bystander.kill()
})

test('a data folder deeper than a socket path may be long works as well', async () => {
  const deep = join(folder.path, 'a'.repeat(100))
  mkdirSync(deep, { mode: 0o700 })
  postgres = await startEmbeddedPostgres(deep, { settings })
  await migrate(postgres.owner())
})

test('a second start on the same data folder is refused, until the first has ended', async () => {
  const unlock = await lockDataFolder(folder.path)
  await expect(lockDataFolder(folder.path)).rejects.toThrow(DataFolderInUseError)
  await unlock()
  await (await lockDataFolder(folder.path))()
})

test('without a system user for PostgreSQL, root is told how to make one', () => {
  expect(() => findPostgresAccount(0, () => 'root:x:0:0::/root:/bin/sh\n')).toThrow(/useradd --system .*curtain-postgres/)
  expect(findPostgresAccount(0, () => 'postgres:x:70:71:::\ncurtain-postgres:x:990:991:::\n')).toMatchObject({ uid: 990, gid: 991 })
})
