import { randomInt } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readVerifier, verifyExport } from '@curtain/audit-log'
import { expect, test } from 'vitest'
import { exportAudit, readConfig } from '../../server/src/main.ts'
import { startCurtain } from '../support/curtain.ts'
import { mixOperations } from '../support/mixed-operations.ts'
import { Browser } from '../support/server.ts'
import { setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** `OPERATIONS=10000 KILLS=40 node_modules/.bin/node node_modules/vitest/vitest.mjs run --project integration tests/integration/audit-kills.test.ts` */
const operations = Number(process.env['OPERATIONS'] ?? 300)
const kills = Number(process.env['KILLS'] ?? 2)

test(
  'while a server and its database are killed again and again, every operation that was answered is on record exactly once',
  async () => {
    await using cleanup = new AsyncDisposableStack()
    const folder = cleanup.use(temporaryFolder())
    const curtain = await startCurtain(folder.path, { CURTAIN_TRUSTED_PROXIES: '127.0.0.1,::1' })
    cleanup.defer(() => curtain.stop())
    const browser = new Browser(curtain.url)
    const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
    await setUpRelaxed(browser, { secret, ...owner })

    const ahead = Array.from({ length: kills }, () => randomInt(1, operations)).toSorted((a, b) => a - b)
    let up = Promise.resolve()
    let killed = 0
    const killAndStart = async () => {
      // Every other time the database as well, in the middle of whatever it writes.
      if (killed++ % 2 === 1) process.kill(Number(readFileSync(join(folder.path, 'postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]), 'SIGKILL')
      await curtain.kill()
      await curtain.start()
    }
    const done = await mixOperations(browser, {
      count: operations,
      clients: 8,
      whenUp: () => up,
      onAnswer(answered) {
        if (ahead[0] === undefined || answered < ahead[0]) return
        ahead.shift()
        up = up.then(killAndStart)
      },
    })
    await up
    expect(killed).toBe(kills)
    await curtain.stop()

    const file = join(folder.path, 'log.ndjson')
    const config = readConfig({}, { ...process.env, CURTAIN_DATA_DIR: folder.path, CURTAIN_LOG_LEVEL: 'silent' })
    const { key, size } = await exportAudit(config, file, null)
    const report = await verifyExport(createReadStream(file), { key: readVerifier(key) })
    expect(report).toMatchObject({ outcome: 'sound', entries: size, findings: [] })

    const counts = new Map<string, number>()
    const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const [, type] = /"type":"([^"]+)"/.exec(line) ?? []
      const [, target] = /"target":"([^"]+)"/.exec(line) ?? []
      if (type !== undefined) count(type)
      if (type !== undefined && target !== undefined) count(`${type} ${target}`)
    }
    const onRecord = ({ type, target }: { type: string; target: string }) => counts.get(`${type} ${target}`) ?? 0
    expect(done.acknowledged.length).toBeGreaterThanOrEqual(operations)
    expect(done.acknowledged.filter((one) => onRecord(one) !== 1)).toEqual([])
    expect(done.unanswered.filter((one) => onRecord(one) > 1)).toEqual([])
    for (const type of new Set(done.acknowledged.map((one) => one.type))) {
      const answered = done.acknowledged.filter((one) => one.type === type).length
      const perhaps = [...done.unanswered.map((one) => one.type), ...done.madeUnanswered].filter((one) => one === type).length
      expect(counts.get(type), type).toBeGreaterThanOrEqual(answered)
      expect(counts.get(type), type).toBeLessThanOrEqual(answered + perhaps)
    }
  },
  30 * 60_000,
)
