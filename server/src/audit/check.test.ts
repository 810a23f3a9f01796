import type { OrganizationId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { createOrganization } from '../organizations/service.ts'
import { checkLog } from './check.ts'
import { latestCheckpoint } from './log-store.ts'
import { record } from './record.ts'
import { createSequencer } from './sequencer.ts'
import { signerOf } from './signing.ts'

let world: TestDatabase
let organizationId: OrganizationId
let key: string

beforeEach(async () => {
  world = await createTestDatabase()
  const input = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: null }
  organizationId = (await createOrganization(world, input, new Date())).organizationId
  const fields = await world.keys.sealer(organizationId)
  key = await world.database.inOrganization(organizationId, async (tx) => (await signerOf(tx, organizationId, fields, new Date())).encoded)
  await log(20)
})
afterEach(() => world[Symbol.asyncDispose]())

/** Logs so many reads, and gives them their place. */
async function log(count: number): Promise<void> {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (let i = 0; i < count; i++) await record(tx, { type: 'visit.read', organizationId, target: `t${i}`, facts: {} })
  })
  await createSequencer({ database: world.database, keys: world.keys }).pass(organizationId, { signNow: true })
}

const check = (kept: string | null = null, now = new Date()) => checkLog(world.database, organizationId, { key, kept, now })
const keptCheckpoint = async () => (await world.database.inOrganization(organizationId, latestCheckpoint))!.note
/** What whoever owns the database can do. */
const tamper = (text: string) => world.query(text)

test('a log that nobody touched is sound', async () => {
  const kept = await keptCheckpoint()
  await log(5)
  expect(await check(kept)).toMatchObject({ outcome: 'sound', entries: 27, comparedWith: 22, findings: [], altered: [], unplaced: [] })
})

test('an entry that was changed', async () => {
  await tamper(`update audit_events set entry = replace(entry, '"t3"', '"t4"') where target = 't3'`)
  const { outcome, findings, altered } = await check()
  expect(outcome).toBe('broken')
  expect(findings.map(({ code }) => code)).toEqual(['wrong-root'])
  expect(altered).toHaveLength(1)
})

test('what pages show was changed, and the entry was not', async () => {
  await tamper(`update audit_events set user_id = null, target = 'somebody else' where target = 't3'`)
  expect(await check()).toMatchObject({ outcome: 'sound', altered: [expect.stringMatching(/^evt_/)] })
})

test('two entries were exchanged', async () => {
  await tamper(`update audit_leaves set event_id = event_id || '-' where index in (3, 4);
    update audit_leaves a set event_id = rtrim(b.event_id, '-') from audit_leaves b where a.index + b.index = 7 and a.index in (3, 4)`)
  const { outcome, findings, altered } = await check()
  expect([outcome, ...findings.map(({ code }) => code)]).toEqual(['broken', 'wrong-root'])
  expect(altered).toHaveLength(2)
})

test('an event was removed, and its hash left in its place', async () => {
  await tamper(`delete from audit_events where target = 't3'`)
  const { outcome, findings } = await check()
  expect([outcome, ...findings.map(({ code }) => code)]).toEqual(['broken', 'taken-out'])
})

test('the last event was removed, with all that says it was there', async () => {
  const kept = await keptCheckpoint()
  await tamper(`delete from audit_checkpoints; delete from audit_events where id in (select event_id from audit_leaves where index = 21);
    delete from audit_leaves where index = 21`)
  await createSequencer({ database: world.database, keys: world.keys }).pass(organizationId, { signNow: true })
  // Inside the database all is well: what was kept outside tells.
  expect(await check()).toMatchObject({ outcome: 'sound' })
  const { outcome, findings } = await check(kept)
  expect([outcome, ...findings.map(({ code }) => code)]).toEqual(['broken', 'shorter-than-before'])
})

test('an old database was restored, and went on: another history', async () => {
  await log(3)
  const kept = await keptCheckpoint()
  await tamper(`delete from audit_checkpoints; delete from audit_leaves where index > 21; delete from audit_events where id not in (select event_id from audit_leaves)`)
  await log(9)
  const { outcome, findings } = await check(kept)
  expect([outcome, ...findings.map(({ code }) => code)]).toEqual(['broken', 'another-history'])
})

test('all was written anew and signed with a new key', async () => {
  const kept = await keptCheckpoint()
  await tamper(`delete from audit_keys; delete from audit_checkpoints`)
  await createSequencer({ database: world.database, keys: world.keys }).pass(organizationId, { signNow: true })
  expect((await check(kept)).findings.map(({ code }) => code)).toContain('checkpoint-broken')
})

test('an event that was taken out of the line before it had a place', async () => {
  await world.database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId, target: 'hidden' }))
  await world.database.inOrganization(organizationId, (tx) => tx.deleteFrom('audit_pending').execute())
  expect((await check()).unplaced).toEqual([])
  expect((await check(null, new Date(Date.now() + 10 * 60_000))).unplaced).toEqual([expect.stringMatching(/^evt_/)])
})
