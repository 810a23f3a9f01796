import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Clinic } from '../support/clinic.ts'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { Browser } from '../support/server.ts'
import { setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'

const commandLine = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url))

let folder: TemporaryFolder
let curtain: Curtain | undefined

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await curtain?.stop()
  curtain = undefined
  folder[Symbol.dispose]()
})

const startEnvironment = () => ({
  ...process.env,
  CURTAIN_DATA_DIR: folder.path,
  CURTAIN_PORT: '0',
  CURTAIN_MEDIA_WORKERS: '1',
})

/** `curtain start` that is expected to end by itself: its exit code and what it printed on the error output. */
async function start(environment: Record<string, string>): Promise<{ code: unknown; complaint: string }> {
  const child = spawn(process.execPath, [commandLine, 'start'], {
    env: { ...startEnvironment(), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  return { code, complaint }
}

/** Whether a process still does something; one that ended and that nobody has waited for does not. */
const runs = (pid: number) => existsSync(`/proc/${pid}/cwd`)
const whichRun = (pids: readonly number[]) => pids.filter(runs)
const pidFileOf = (dataFolder: string) => join(dataFolder, 'postgres/postmaster.pid')
const postgresOf = (dataFolder: string) => Number(readFileSync(pidFileOf(dataFolder), 'utf8').split('\n', 1)[0])

async function setUp({ url, line }: Curtain): Promise<Clinic> {
  const staff = new Browser(url)
  const [, secret] = await line(/\/setup#([\w-]{43})/)
  await setUpRelaxed(staff, { secret, ...owner })
  return new Clinic(url, staff)
}

test('a second start on the same data folder is refused with a sentence, and harms nothing', async () => {
  curtain = await startCurtain(folder.path)
  const clinic = await setUp(curtain)
  const { visitId } = await clinic.twoInVisit()
  const postgres = postgresOf(folder.path)
  const { code, complaint } = await start({})
  expect(code).toBe(1)
  expect(complaint).toBe(
    'Another Curtain is running on this data folder. Stop it first, or set CURTAIN_DATA_DIR to another folder.\n',
  )
  expect(runs(postgres)).toBe(true)
  expect(await clinic.readVisit(visitId)).toMatchObject({ status: 'in-progress' })
})

test('a port that is taken is named, and nothing that was started stays', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, complaint } = await start({ CURTAIN_PORT: String(port) })
  other.close()
  expect(code).toBe(1)
  expect(complaint).toBe(
    `Port ${port} is in use by another program. Stop that program, or set CURTAIN_PORT to a free port.\n`,
  )
  expect(existsSync(pidFileOf(folder.path))).toBe(false)
})

test('a setting that is wrong is named, without its value', async () => {
  const { code, complaint } = await start({ CURTAIN_DATABASE_URL: 'mysql://root:hunter2@db', CURTAIN_HOST: '0.0.0.0' })
  expect(code).toBe(1)
  expect(complaint).toContain('CURTAIN_DATABASE_URL')
  expect(complaint).not.toContain('hunter2')
  expect(existsSync(join(folder.path, 'postgres'))).toBe(false)
})

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
test.each(signals)('%s in the middle of a visit tells the clients and leaves no process', async (signal) => {
  curtain = await startCurtain(folder.path)
  const clinic = await setUp(curtain)
  const { host, patient } = await clinic.twoInVisit()
  const pids = [curtain.pid(), ...curtain.processes().map(({ pid }) => pid)]
  expect(pids.length).toBeGreaterThan(3)
  expect(pids).toContain(postgresOf(folder.path))
  process.kill(curtain.pid(), signal)
  for (const { client } of [host, patient]) {
    expect(await client.closed()).toBe(1012)
    expect(client.received.at(-1)).toMatchObject({ type: 'draining' })
  }
  await expect.poll(() => whichRun(pids)).toEqual([])
  expect(existsSync(pidFileOf(folder.path))).toBe(false)
})

test('a signal while it still starts stops it as well', async () => {
  const child = spawn(process.execPath, [commandLine, 'start'], {
    env: startEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data') // the media workers are up; the database is being made
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(existsSync(pidFileOf(folder.path))).toBe(false)
})

test('after kill -9 the media workers end, the next start takes the database over, and the visit goes on', async () => {
  curtain = await startCurtain(folder.path)
  const clinic = await setUp(curtain)
  const { visitId, patient } = await clinic.twoInVisit()
  const unopened = await clinic.inviteGuest(visitId)
  const workers = curtain.mediaWorkers().map(({ pid }) => pid)
  const orphan = postgresOf(folder.path)
  await curtain.kill()
  await expect.poll(() => whichRun(workers)).toEqual([])
  expect(runs(orphan)).toBe(true)

  await curtain.start()
  expect(runs(orphan)).toBe(false)
  expect(postgresOf(folder.path)).not.toBe(orphan)
  const host = await clinic.arrive(visitId, clinic.staff)
  const back = await clinic.arrive(visitId, patient.browser)
  expect(back.hello.participant.admission).toBe('admitted')
  await host.client.notified('participant.joined', (one) => one.participant.id === patient.id)
  await clinic.comeByLink(unopened)
  expect(await clinic.readVisit(visitId)).toMatchObject({ status: 'in-progress' })
})

test('after kill -9 of both, the next start recovers what was acknowledged', async () => {
  curtain = await startCurtain(folder.path)
  const clinic = await setUp(curtain)
  const { visit } = await clinic.makeVisit()
  process.kill(curtain.pid(), 'SIGKILL')
  process.kill(postgresOf(folder.path), 'SIGKILL')
  await curtain.kill()
  await curtain.start()
  expect(await clinic.readVisit(visit.id)).toMatchObject({ id: visit.id, status: 'scheduled' })
})

test('the data folder is for its system user alone', async () => {
  curtain = await startCurtain(join(folder.path, 'made'))
  for (const path of ['', 'keys', 'postgres']) {
    expect(statSync(join(folder.path, 'made', path)).mode & 0o777, path).toBe(0o700)
  }
})
