import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { patientList, protectionChanged, securityState, signInLinkResult } from '@curtain/protocol'
import { openRootFile } from '../../server/src/keys/root-file.ts'
import { Clinic } from '../support/clinic.ts'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { Browser } from '../support/server.ts'
import { ask, setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const commandLine = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url))
const folder = temporaryFolder()
const keysFolder = join(folder.path, 'keys')
const rootFile = join(keysFolder, 'root.key')

let curtain: Curtain
let clinic: Clinic

beforeAll(async () => {
  curtain = await startCurtain(folder.path)
  const staff = new Browser(curtain.url)
  const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
  await setUpRelaxed(staff, { secret, ...owner })
  clinic = new Clinic(curtain.url, staff)
  for (let count = 0; count < 12; count++) await clinic.makeVisit()
})
afterAll(async () => {
  await curtain?.stop()
  folder[Symbol.dispose]()
})

function command(words: string): ChildProcess {
  return spawn(process.execPath, [commandLine, ...words.split(' ')], {
    env: { ...process.env, CURTAIN_DATA_DIR: folder.path, CURTAIN_PORT: '0', CURTAIN_MEDIA_WORKERS: '1' },
  })
}

/** A command that ends by itself, with what it is given to read. */
async function run(words: string, input = ''): Promise<{ code: unknown; output: string; complaint: string }> {
  const child = command(words)
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
  stdin.end(input)
  const [output, complaint, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')])
  return { code, output, complaint }
}

const groupsIn = (sheet: string) => sheet.match(/^ {2}([0-9A-Z]{4} ?){7}$/gm)?.join('\n') ?? ''
const patientNames = async () =>
  patientList.parse(await (await clinic.staff.request('GET', '/v1/patients')).json()).patients.map(({ name }) => name)
const versionsOnDisk = () => {
  const patients = join(folder.path, 'keys/patients')
  const [organization = ''] = readdirSync(patients)
  return readdirSync(join(patients, organization))
    .filter((name) => /^pat_\w+$/.test(name))
    .map((name) => readFileSync(join(patients, organization, name)).readUInt32BE())
}

/** Everything under a folder, by its path: what it is, who may read it, and what it holds. */
function treeOf(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => {
      const { mode } = lstatSync(name)
      const holds = lstatSync(name).isFile() ? createHash('sha256').update(readFileSync(name)).digest('base64url') : ''
      return `${name} ${mode.toString(8)} ${holds}`
    })
    .toSorted()
}

test('the first start points to the recovery sheet, and prints and logs nothing of the key', () => {
  expect(curtain.output.join('\n')).toContain('curtain keys sheet')
  const groups = readFileSync(rootFile, 'utf8').split(/\s+/).filter((group) => group !== '')
  expect(groups).toHaveLength(14)
  expect(groups.filter((group) => curtain.output.some((line) => line.includes(group)))).toEqual([])
})

test('a lost root key refuses the start, and comes back from the printed sheet', async () => {
  const names = await patientNames()
  const { output: sheet } = await run('keys sheet')
  await curtain.stop()
  renameSync(rootFile, `${rootFile}.away`)
  const before = treeOf(keysFolder)
  const refused = await run('start')
  expect(refused).toMatchObject({ code: 1, complaint: expect.stringContaining(`${rootFile} is missing`) })
  expect(existsSync(rootFile)).toBe(false)
  expect(treeOf(keysFolder)).toEqual(before)

  expect(groupsIn(sheet)).not.toBe('')
  const mistyped = await run('keys restore', groupsIn(sheet).replace(/\S/, (first) => (first === 'A' ? 'B' : 'A')))
  expect(mistyped).toMatchObject({ code: 1, complaint: expect.stringContaining('The checksum does not match') })
  expect(await run('keys restore', groupsIn(sheet).toLowerCase())).toMatchObject({ code: 0, complaint: '' })
  expect(await run('keys restore', groupsIn(sheet))).toMatchObject({ code: 1, complaint: expect.stringContaining('left as it is') })
  expect(readFileSync(rootFile)).toEqual(readFileSync(`${rootFile}.away`))
  rmSync(`${rootFile}.away`)
  await curtain.start()
  expect(await patientNames()).toEqual(names)
})

describe('a root key that is not right', () => {
  const right = `${rootFile}.right`
  const other = temporaryFolder()
  let names: string[]

  beforeAll(async () => {
    names = await patientNames()
    await curtain.stop()
    openRootFile(other.path, true)
    renameSync(rootFile, right)
  })
  afterAll(async () => {
    renameSync(right, rootFile)
    other[Symbol.dispose]()
    await curtain.start()
    expect(await patientNames()).toEqual(names)
  })

  const put = (text: string, mode = 0o600) => {
    writeFileSync(rootFile, text, { mode })
    chmodSync(rootFile, mode)
  }
  const own = () => readFileSync(right, 'utf8')
  // What else a file can be instead of a key: keys/root-file.test.ts.
  test.each([
    ['readable by everybody', () => put(own(), 0o644), `must have mode 0600: chmod 600 '${rootFile}'`, ['start']],
    ['cut off', () => put(own().slice(0, 40)), 'is damaged. Put it back from a backup, or move it away and type in the', ['start']],
    ['of another database', () => put(readFileSync(join(other.path, 'root.key'), 'utf8')), 'is the root key of another database', ['start', 'keys rotate']],
  ] as const)('%s refuses the start with its name and what to do; nothing is overwritten or made', async (_what, spoil, sentence, commands) => {
    spoil()
    const before = treeOf(keysFolder)
    const groups = own().split(/\s+/).filter((group) => group !== '')
    for (const words of commands) {
      const { code, output, complaint } = await run(words)
      expect(complaint, words).toContain(`${rootFile} ${sentence}`)
      expect(code).toBe(1)
      expect(groups.filter((group) => `${output}${complaint}`.includes(group))).toEqual([])
      expect(treeOf(keysFolder)).toEqual(before)
    }
  })
})

test('keys are not rotated under a server that runs', async () => {
  expect(await run('keys rotate')).toMatchObject({ code: 1, complaint: expect.stringContaining('Another Curtain is running') })
  expect(new Set(versionsOnDisk())).toEqual(new Set([1]))
})

test('a rotation that is killed half-way is finished by the next, and everything opens before and after', async () => {
  const names = await patientNames()
  await curtain.stop()
  const child = command('keys rotate')
  const ended = once(child, 'exit')
  await expect.poll(versionsOnDisk, { interval: 1, timeout: 240_000 }).toContain(2)
  child.kill('SIGKILL')
  await ended
  await curtain.start()
  expect(await patientNames()).toEqual(names)
  await curtain.stop()

  const { code, output } = await run('keys rotate')
  expect(code).toBe(0)
  // Killed in time, it is the same version; too late, the one after.
  const [, version] = /version (\d) of the key is in use|finished the rotation to version 2/.exec(output) ?? []
  expect(new Set(versionsOnDisk())).toEqual(new Set([Number(version ?? 2)]))
  await curtain.start()
  expect(await patientNames()).toEqual(names)
})

test('networks that staff may come from are opened from the command line, while the server is stopped', async () => {
  const security = await ask(clinic.staff, securityState, 'GET', '/v1/organization/security')
  // What came before takes longer on a slow machine than its first confirmation lasts.
  expect((await clinic.staff.post('/v1/me/confirmation', { password: owner.password })).ok).toBe(true)
  const narrow = { ...security, addresses: ['127.0.0.1'], roleAddresses: { owner: ['127.0.0.0/8'] } }
  await ask(clinic.staff, securityState, 'PUT', '/v1/organization/security', narrow)
  expect(await run('access open')).toMatchObject({ code: 1, complaint: expect.stringContaining('Another Curtain is running') })
  await curtain.stop()
  const { code, output } = await run('access open')
  expect([code, output]).toEqual([0, expect.stringMatching(/^org_\w+: staff may come from everywhere again/)])
  expect((await run('access open')).output).toBe('Staff may come from everywhere already.\n')
  await curtain.start()
  expect(await ask(clinic.staff, securityState, 'GET', '/v1/organization/security')).toEqual(security)
})

test('the only owner who lost everything comes in again by a link from the command line, and sets up anew', async () => {
  await curtain.stop()
  expect(await run('access reset', 'nobody@harbor.example\n')).toMatchObject({ code: 1, complaint: 'There is no account with this e-mail address.\n' })
  const { code, output } = await run('access reset', `${owner.email.toUpperCase()}\n`)
  expect(code).toBe(0)
  const [, secret] = /\/welcome#([\w-]{43})\n/.exec(output) ?? []
  await curtain.start()
  const { staff } = clinic
  expect(await staff.refusal(staff.request('GET', '/v1/me'))).toBe('not-signed-in')
  expect(await staff.refusal(staff.post('/v1/sign-in', { email: owner.email, password: owner.password }))).toBe('sign-in-failed')
  const { step } = await ask(staff, signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret })
  expect(step).toMatchObject({ next: 'set-up', missing: ['password'], user: { email: owner.email } })
  const changed = await ask(staff, protectionChanged, 'PUT', '/v1/me/password', { password: 'four other words here' })
  expect(changed.step).toMatchObject({ next: 'none', user: { roles: ['owner', 'clinician'] } })
})
