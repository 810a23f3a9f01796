import { readVerifier, verifyExport } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { createOrganization } from '../organizations/service.ts'
import { exportLog } from './export.ts'
import { record } from './record.ts'
import { createSequencer, type Sequencer } from './sequencer.ts'
import { replaceKey, signerOf } from './signing.ts'

let world: TestDatabase
let organizationId: OrganizationId
let now: number
let sequencer: Sequencer
let made = 0

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  now = Date.parse('2026-03-01T12:00:00.000Z')
  made++
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made}@harbor.example`, password: null }
  organizationId = (await createOrganization(world, input, new Date(now))).organizationId
  sequencer = newSequencer()
})

const newSequencer = () => createSequencer({ database: world.database, keys: world.keys, now: () => new Date(now) })
const log = (target: string) =>
  world.database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId, target }))

async function keyOf() {
  const fields = await world.keys.sealer(organizationId)
  const signer = await world.database.inOrganization(organizationId, (tx) => signerOf(tx, organizationId, fields, new Date(now)))
  return readVerifier(signer.encoded)
}

/** Passes until nothing waits, with time for a checkpoint in between. */
async function settle(by: Sequencer = sequencer) {
  while (!(await by.pass(organizationId)).isDone) now += 2000
}

async function exported() {
  const key = await keyOf()
  const lines: Buffer[] = []
  for await (const text of exportLog(world.database, organizationId, key.encoded)) lines.push(Buffer.from(text))
  return { report: await verifyExport(lines, { key }), text: Buffer.concat(lines).toString() }
}

test('every event gets one place, and the export of it is sound', async () => {
  for (let i = 0; i < 20; i++) await log(`t${i}`)
  await settle()
  const { report, text } = await exported()
  expect(report).toMatchObject({ outcome: 'sound', entries: 22, pruned: 0 })
  for (let i = 0; i < 20; i++) expect(text.split(`"target":"t${i}"`)).toHaveLength(2)
})

test('an event that is undone with its change never has a place', async () => {
  const undone = world.database.inOrganization(organizationId, async (tx) => {
    await record(tx, { type: 'visit.read', organizationId, target: 'undone' })
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  await settle()
  expect((await exported()).text).not.toContain('undone')
})

test('several at once, and new ones after each other, build one tree', async () => {
  const logging = (async () => {
    for (let i = 0; i < 100; i++) await log(`t${i}`)
  })()
  const others = [sequencer, newSequencer(), newSequencer()]
  const logged = new AbortController()
  const working = Promise.all(
    others.map(async (one) => {
      while (!logged.signal.aborted) await one.pass(organizationId)
    }),
  )
  await logging
  logged.abort()
  await working
  await settle(newSequencer())
  const { report, text } = await exported()
  expect(report).toMatchObject({ outcome: 'sound', entries: 102 })
  for (let i = 0; i < 100; i++) expect(text.split(`"target":"t${i}"`)).toHaveLength(2)
})

test('a transaction that breaks in the middle leaves nothing half done, in the database or in memory', async () => {
  await log('first')
  await settle()
  await log('second')
  const broken = createSequencer({
    database: {
      ...world.database,
      inOrganization: (id, run) =>
        world.database.inOrganization(id, async (tx) => {
          await run(tx)
          throw new Error('the database went away')
        }),
    },
    keys: world.keys,
  })
  await expect(broken.pass(organizationId)).rejects.toThrow('went away')
  await expect(broken.pass(organizationId)).rejects.toThrow('went away')
  now += 2000
  await settle()
  expect((await exported()).report).toMatchObject({ outcome: 'sound', entries: 4 })
})

test('checkpoints come while there is news, not each time, and not only while the clock goes forward', async () => {
  const checkpoints = async () =>
    (await world.query('select size::int from audit_checkpoints where organization_id = $1 order by size', [organizationId])).map(({ size }) => size)
  await sequencer.pass(organizationId)
  await log('a')
  expect(await sequencer.pass(organizationId)).toEqual({ placed: 1, hasMore: false, isDone: false })
  expect(await checkpoints()).toEqual([2])
  now += 2000
  expect(await sequencer.pass(organizationId)).toEqual({ placed: 0, hasMore: false, isDone: true })
  await sequencer.pass(organizationId)
  expect(await checkpoints()).toEqual([2, 3])
  now -= 60_000
  await log('b')
  await sequencer.pass(organizationId)
  expect(await checkpoints()).toEqual([2, 3, 4])
})

test('more than fits into one pass', async () => {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (let i = 0; i < 4200; i++) await record(tx, { type: 'visit.read', organizationId, target: `t${i}` })
  })
  expect(await sequencer.pass(organizationId)).toMatchObject({ placed: 4096, hasMore: true, isDone: false })
  await settle(newSequencer())
  expect((await exported()).report).toMatchObject({ outcome: 'sound', entries: 4202 })
})

test('the server’s role can neither change nor remove what is in the log', async () => {
  await settle()
  for (const table of ['audit_events', 'audit_leaves', 'audit_nodes', 'audit_checkpoints', 'audit_keys'] as const) {
    const remove = world.database.inOrganization(organizationId, (tx) => tx.deleteFrom(table).execute())
    await expect(remove, table).rejects.toThrow('permission denied')
    const change = world.database.inOrganization(organizationId, (tx) => tx.updateTable(table).set({ organization_id: organizationId }).execute())
    await expect(change, table).rejects.toThrow('permission denied')
  }
})

test('a row that somebody put on top of the log’s key is in the way of nobody who replaces it', async () => {
  await log('t1')
  await settle()
  const key = await keyOf()
  await world.query(`insert into audit_keys (organization_id, version, seed, key, created_at) values ($1, 7, 'nobody', 'nobody', now())`, [organizationId])
  await log('t2')
  await expect(sequencer.pass(organizationId, { signNow: true })).rejects.toThrow('does not open')
  const fields = await world.keys.sealer(organizationId)
  const replaced = await world.database.inOrganization(organizationId, (tx) => replaceKey(tx, organizationId, fields, new Date(now)))
  expect(replaced.isVouchedFor).toBe(true)
  await settle()
  const lines: Buffer[] = []
  for await (const text of exportLog(world.database, organizationId, replaced.key)) lines.push(Buffer.from(text))
  expect(await verifyExport(lines, { key })).toMatchObject({ outcome: 'sound', keysReplaced: [{ isVouchedFor: true }] })
})

test('an event that somebody put into the line again has one place, and keeps no other waiting', async () => {
  await log('t1')
  await settle()
  await log('t2')
  await world.database.inOrganization(organizationId, async (tx) => {
    const again = tx.selectFrom('audit_events').select(['organization_id', 'id'])
    await tx.insertInto('audit_pending').columns(['organization_id', 'event_id']).expression(again).execute()
    await tx.insertInto('audit_pending').columns(['organization_id', 'event_id']).expression(again).execute()
  })
  await log('t3')
  await settle()
  expect((await exported()).report).toMatchObject({ outcome: 'sound', entries: 5 })
})
