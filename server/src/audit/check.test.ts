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

test('an event that was taken out of the line before it had a place', async () => {
  await world.database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId, target: 'hidden' }))
  await world.database.inOrganization(organizationId, (tx) => tx.deleteFrom('audit_pending').execute())
  expect((await check()).unplaced).toEqual([])
  expect((await check(null, new Date(Date.now() + 10 * 60_000))).unplaced).toEqual([expect.stringMatching(/^evt_/)])
})
