import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { Browser } from '../support/server.ts'
import { setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const commandLine = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url))
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
let curtain: Curtain

beforeAll(async () => {
  curtain = await startCurtain(folder.path)
  const browser = new Browser(curtain.url)
  const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
  await setUpRelaxed(browser, { secret, ...owner })
})
afterAll(async () => {
  await curtain?.stop()
  folder[Symbol.dispose]()
})

/** `curtain audit …`, until it ends. */
async function audit(...words: string[]): Promise<{ code: unknown; output: string; complaint: string }> {
  const child = spawn(process.execPath, [commandLine, 'audit', ...words], {
    env: { ...process.env, CURTAIN_DATA_DIR: folder.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, output, complaint }
}

const keyIn = (output: string) => /^curtain\/org_\w+\+[0-9a-f]{8}\+\S+$/m.exec(output)?.[0] ?? ''

test('a log is exported while the server runs, and checked by its key, by a kept checkpoint, and by nothing', async () => {
  const kept = await audit('checkpoint')
  expect(kept).toMatchObject({ code: 0, output: expect.stringMatching(/^curtain\/org_\w+\n\d+\n\S+\n\n— curtain\/org_\w+ \S+\n$/) })
  writeFileSync(file('kept.note'), kept.output)
  const exported = await audit('export', file('log.ndjson'))
  expect(exported).toMatchObject({ code: 0, output: expect.stringContaining('Keep both away from this machine') })
  expect(statSync(file('log.ndjson')).mode & 0o777).toBe(0o600)
  expect(await audit('export', file('log.ndjson'))).toMatchObject({ code: 1, complaint: expect.stringContaining('file already exists') })

  expect(await audit('verify', file('log.ndjson'), '--key', keyIn(exported.output))).toMatchObject({ code: 0, output: expect.stringContaining('SOUND') })
  expect(await audit('verify', file('log.ndjson'), '--checkpoint', file('kept.note'))).toMatchObject({ code: 0, output: expect.stringContaining('Compared ') })
  expect(await audit('verify', file('log.ndjson'))).toMatchObject({ code: 3, output: expect.stringContaining('NOT CHECKED: WHO SIGNED IT') })

  writeFileSync(file('changed.ndjson'), readFileSync(file('log.ndjson'), 'utf8').replace('"outcome":"success"', '"outcome":"denied"'))
  const changed = await audit('verify', file('changed.ndjson'), '--checkpoint', file('kept.note'))
  expect(changed).toMatchObject({ code: 1, output: expect.stringContaining('BROKEN.') })
  expect(changed.output).toContain('(wrong-root)')
  // What a file says of itself moves no cursor and makes no lines.
  writeFileSync(file('hostile.ndjson'), readFileSync(file('log.ndjson'), 'utf8').replace('"origin":"', '"origin":"\\u001b[2J\\u009b2J\\u202e\\n\\nSOUND. '))
  const hostile = await audit('verify', file('hostile.ndjson'))
  expect(hostile).toMatchObject({ code: 1, output: expect.stringMatching(/^Log +\ufffd\[2J\ufffd2J\ufffd\ufffd\ufffdSOUND\. curtain/) })
  expect(await audit('verify', file('log.ndjson'), '--checkpoint', file('log.ndjson'))).toMatchObject({ code: 2, complaint: expect.stringContaining('Nothing was checked') })
  expect(await audit('verify', file('nothing.ndjson'))).toMatchObject({ code: 2, complaint: expect.stringContaining('Nothing was checked') })
  expect(await audit('new-key')).toMatchObject({ code: 1, complaint: expect.stringContaining('Another Curtain is running') })
})

test('a key that is replaced is followed from the one before; one that was lost shows as lost', async () => {
  await curtain.stop()
  const second = await audit('new-key')
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining('The key before it vouches for it') })

  // The log is written and signed only with a key that opens.
  curtain.forget()
  await curtain.start()
  await spoilSeed()
  await new Browser(curtain.url).post('/v1/sign-in', { email: owner.email, password: 'not this one' })
  await curtain.line(/the audit log cannot go on for now/)
  await curtain.stop()
  const third = await audit('new-key')
  expect(third).toMatchObject({ code: 0, output: expect.stringContaining('The key before it was lost') })
  expect(await audit('export', file('third.ndjson'))).toMatchObject({ code: 0 })
  const checked = await audit('verify', file('third.ndjson'), '--key', keyIn(second.output))
  expect(checked).toMatchObject({ code: 3, output: expect.stringContaining('the key you know was lost') })
  expect(readFileSync(file('third.ndjson'), 'utf8')).toContain('"type":"session.sign-in-failed"')
  const byThird = await audit('verify', file('third.ndjson'), '--key', keyIn(third.output))
  expect(byThird).toMatchObject({ code: 0, output: expect.stringMatching(/replaced by entry \d+.*the one before it says so itself[^]*nothing of the one before it vouches/) })
})

/** As whoever owns the tables: nothing of the server's own can change them. */
async function spoilSeed(): Promise<void> {
  const client = new pg.Client({ host: join(folder.path, 'postgres'), port: 5432, user: 'postgres', database: 'curtain' })
  await client.connect()
  await client.query(`update audit_keys set seed = '\\x00'`)
  await client.end()
}
