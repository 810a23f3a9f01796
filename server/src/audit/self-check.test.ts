import { PassThrough } from 'node:stream'
import { rmSync } from 'node:fs'
import type { OrganizationId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { createLog } from '../log.ts'
import type { Mail, OutgoingMail } from '../mail/mail.ts'
import { createOrganization } from '../organizations/service.ts'
import { lastCheck } from './check-store.ts'
import { createDelivery } from './delivery.ts'
import type { CheckpointDestination } from './destinations/destination.ts'
import { createFolderDestination } from './destinations/folder.ts'
import { record } from './record.ts'
import { type SelfChecks, startSelfChecks } from './self-check.ts'
import { createSequencer } from './sequencer.ts'

const hourMs = 60 * 60_000

let world: TestDatabase
let organizationId: OrganizationId
let now: number
let folder: ReturnType<typeof temporaryFolder>
let destination: CheckpointDestination
let checks: SelfChecks
let logged: PassThrough
let mails: OutgoingMail[]

beforeEach(async () => {
  world = await createTestDatabase()
  folder = temporaryFolder()
  destination = createFolderDestination(folder.path)
  now = Date.now()
  logged = new PassThrough()
  mails = []
  const input = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: null }
  organizationId = (await createOrganization(world, input, new Date(now))).organizationId
  checks = start()
  await keep()
})
afterEach(async () => {
  await checks.stop()
  folder[Symbol.dispose]()
  await world[Symbol.asyncDispose]()
})

function start(): SelfChecks {
  const mail: Mail = {
    isSetUp: true,
    queue: async (_tx, _organizationId, _fields, message) => void mails.push(message),
  }
  return startSelfChecks({
    database: world.database, keys: world.keys, destinations: [destination], mail,
    publicUrl: () => 'https://harbor.example', log: createLog('warn', logged), now: () => new Date(now),
  })
}

/** Some more events, signed, and kept outside. */
async function keep(): Promise<void> {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (const target of ['t1', 't2', 't3']) await record(tx, { type: 'visit.read', organizationId, target }, new Date(now))
  })
  await createSequencer({ database: world.database, keys: world.keys, now: () => new Date(now) }).pass(organizationId, { signNow: true })
  const delivery = createDelivery({ database: world.database, destination, log: createLog('silent'), onContradiction: () => {}, now: () => new Date(now) })
  await delivery.wake()
  await delivery.stop()
}

const last = () => world.database.inOrganization(organizationId, lastCheck)
const codes = async () => (await last())?.findings.map(({ code }) => code)
const onRecord = async () =>
  (await world.query(`select facts from audit_events where type = 'log.checked' order by id`)).map(({ facts }) => facts)

test('a log is looked at each hour, by one server, and what was found is on record', async () => {
  const other = start()
  await Promise.all([checks.look(), other.look()])
  expect(await last()).toMatchObject({ outcome: 'sound', entries: 5, comparedWith: 5, findings: [] })
  now += hourMs - 1
  await checks.look()
  expect(await onRecord()).toEqual([{ outcome: 'sound', findings: [] }])
  await keep()
  now += 1
  await checks.look()
  expect(await last()).toMatchObject({ outcome: 'sound', entries: 9, comparedWith: 9 })
  expect(await onRecord()).toHaveLength(2)
  expect(mails).toEqual([])
  await other.stop()
})

test('a clock that was set back puts off no check by more than hours', async () => {
  await checks.look()
  now -= 24 * hourMs
  await checks.look()
  expect(await onRecord()).toHaveLength(2)
  now += hourMs - 1
  await checks.look()
  expect(await onRecord()).toHaveLength(2)
})

test('a log that was changed is said on record, in the operator’s log, in a figure, and by mail, again after a day', async () => {
  await world.query(`update audit_events set entry = replace(entry, '"t2"', '"t4"') where target = 't2'`)
  await checks.look()
  const [{ id } = { id: '' }] = await world.query(`select id from audit_events where target = 't2'`)
  expect((await last())?.findings).toEqual([
    { code: 'another-history', index: null, events: [], destination: null },
    { code: 'wrong-root', index: null, events: [], destination: null },
    { code: 'altered', index: null, events: [id], destination: null },
  ])
  expect(await onRecord()).toEqual([{ outcome: 'broken', findings: ['another-history', 'wrong-root', 'altered'] }])
  expect(checks.broken()).toBe(1)
  expect(String(logged.read())).toMatch(/"level":"error".*the audit log is not what was signed/)
  expect(mails.map(({ to }) => to)).toEqual(['dana@harbor.example'])
  for (const said of ['Do not delete anything.', 'No borre nada.', 'https://harbor.example/log/state']) expect(mails[0]?.text).toContain(said)

  for (let hour = 0; hour < 24; hour++) {
    expect(mails).toHaveLength(1)
    now += hourMs
    await checks.look()
  }
  expect(mails).toHaveLength(2)

  await world.query(`update audit_events set entry = replace(entry, '"t4"', '"t2"') where target = 't2'`)
  now += hourMs
  await checks.look()
  expect(await codes()).toEqual([])
  expect(checks.broken()).toBe(0)
  await world.query(`update audit_events set user_id = null, target = 't9' where target = 't2'`)
  now += hourMs
  await checks.look()
  expect(await codes()).toEqual(['altered'])
  expect(mails).toHaveLength(3)
})

test('a log that was written anew and signed with its own key does not fit what is kept outside', async () => {
  await world.query(`delete from audit_checkpoints; delete from audit_leaves; delete from audit_pending;
    update audit_events set entry = replace(entry, '"t1"', '"t4"'), target = 't4' where target = 't1';
    insert into audit_pending (organization_id, event_id) select organization_id, id from audit_events order by id`)
  now += 5000
  await createSequencer({ database: world.database, keys: world.keys, now: () => new Date(now) }).pass(organizationId, { signNow: true })
  await checks.look()
  expect((await last())?.findings).toEqual([{ code: 'another-history', index: null, events: [], destination: folder.path }])
})

test('a log that is gone altogether, or whose end is, or whose key is', async () => {
  await world.query(`delete from audit_leaves where index > 2`)
  await checks.look()
  expect(await codes()).toEqual(['taken-out'])
  now++
  await world.query(`delete from audit_keys`)
  await checks.checkNow(organizationId)
  expect(await codes()).toEqual(['other-key'])
  now++
  await world.query(`delete from audit_checkpoints; delete from audit_leaves`)
  await checks.checkNow(organizationId)
  expect(await codes()).toEqual(['shorter-than-before'])
})

test('what would make the check itself fail is found as well', async () => {
  const found = async (change: string, back: string) => {
    await world.query(change)
    await checks.checkNow(organizationId)
    await world.query(back)
    now++
    const all = await codes()
    await checks.checkNow(organizationId)
    now++
    expect(await codes()).toEqual([])
    return all
  }
  // So that the entry fits its hash, and has to be read.
  const hashAnew = String.raw`update audit_leaves l set hash = sha256('\x00'::bytea || convert_to(e.entry, 'UTF8')) from audit_events e where e.id = l.event_id`
  const spoilt = (entry: string) =>
    found(`create table before_that as select id, entry from audit_events; update audit_events set entry = '${entry}' where target = 't2'; ${hashAnew}`,
      `update audit_events e set entry = b.entry from before_that b where b.id = e.id; drop table before_that; ${hashAnew}`)
  expect(await spoilt('no json')).toEqual(['line-broken', 'altered'])
  expect(await spoilt(String.raw`{"at":"\u0000"}`)).toEqual(['line-broken', 'altered'])
  expect(await spoilt('5')).toEqual(['line-broken', 'altered'])
  expect(await found(`update audit_keys set key = 'no+' || key`, `update audit_keys set key = substr(key, 4)`)).toEqual(['other-key'])
  expect(await found(
    `insert into audit_checkpoints select organization_id, 9223372036854775807, root, note, created_at from audit_checkpoints`,
    `delete from audit_checkpoints where size > 9`,
  )).toEqual(['taken-out', 'another-history'])
})

test('what was kept outside and is not there any more', async () => {
  rmSync(folder.path, { recursive: true })
  await checks.look()
  expect((await last())?.findings).toEqual([{ code: 'kept-missing', index: null, events: [], destination: folder.path }])
  now += hourMs
  await keep()
  await checks.look()
  expect(await codes()).toEqual([])
})

test('a log that was never signed, and of which nothing is kept, is not looked at yet', async () => {
  const input = { organizationName: 'Pier', name: 'Bo', email: 'bo@pier.example', password: null }
  organizationId = (await createOrganization(world, input, new Date(now))).organizationId
  await checks.look()
  expect(await last()).toBeNull()
})
