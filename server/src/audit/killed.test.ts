import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readVerifier, verifyExport } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { killedPass, passByStep, sharedKeys, type Step } from '../../../tests/support/killed-sequencer.ts'
import { createOrganization } from '../organizations/service.ts'
import { createTurns } from '../turns.ts'
import { exportLog } from './export.ts'
import { record } from './record.ts'
import { createSequencer } from './sequencer.ts'
import { logKey } from './signing.ts'

let world: TestDatabase
let made = 0

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())

/** An organization with a log that is signed, and ten events that wait for their place in it. */
async function withWaiting(): Promise<OrganizationId> {
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made++}@harbor.example`, password: null }
  const { organizationId } = await createOrganization(world, input, new Date())
  await createSequencer({ database: world.database, keys: sharedKeys }).pass(organizationId, { signNow: true })
  await world.database.inOrganization(organizationId, async (tx) => {
    for (let i = 0; i < 10; i++) await record(tx, { type: 'visit.read', organizationId, target: `t${i}` })
  })
  return organizationId
}

async function exported(organizationId: OrganizationId) {
  const key = (await world.database.inOrganization(organizationId, logKey)) ?? ''
  const lines: Buffer[] = []
  for await (const text of exportLog(world.database, organizationId, key)) lines.push(Buffer.from(text))
  const targets = [...Buffer.concat(lines).toString().matchAll(/"target":"(t\d)"/g)].map(([, target]) => target)
  return { targets, report: await verifyExport(lines, { key: readVerifier(key) }) }
}

const ten = Array.from({ length: 10 }, (_, index) => `t${index}`)

test('a sequencer that is killed (SIGKILL) at whichever step leaves no gap, nothing double and nothing lost', async () => {
  const steps: Step[] = []
  await passByStep(world.database, await withWaiting(), (step) => steps.push(step))
  expect(steps.length).toBeGreaterThan(8)
  const killedAt = async (step: Step) => {
    const organizationId = await withWaiting()
    const child = spawn(process.execPath, killedPass({ connection: world.roles.server, organizationId, step }), { stdio: 'ignore' })
    expect(await once(child, 'exit'), `step ${step}`).toEqual([null, 'SIGKILL'])

    // What is there by then is whole already: all of it, or nothing.
    const before = await exported(organizationId)
    expect(before.report, `step ${step}`).toMatchObject({ outcome: 'sound', entries: step === 'committed' ? 12 : 2 })

    const next = createSequencer({ database: world.database, keys: sharedKeys })
    // PostgreSQL may not have noticed yet that the other is gone, and keeps its lock so long.
    while (!(await next.pass(organizationId, { signNow: true })).isDone);
    const { targets, report } = await exported(organizationId)
    expect(report, `step ${step}`).toMatchObject({ outcome: 'sound', entries: 12 })
    expect(targets, `step ${step}`).toEqual(ten)
  }
  // Two at a time: all at once wait so long for a slow machine that their connections are given up.
  const takeTurn = createTurns(2)
  await Promise.all(steps.map((step) => takeTurn(() => killedAt(step))))
})
