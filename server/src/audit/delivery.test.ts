import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganizationId } from '@curtain/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../../tests/support/webhook-receiver.ts'
import { createLog } from '../log.ts'
import { createOrganization } from '../organizations/service.ts'
import { newWebhookSecret } from '../webhooks/sign.ts'
import { createDelivery, retryMs } from './delivery.ts'
import type { CheckpointDestination } from './destinations/destination.ts'
import { createFolderDestination } from './destinations/folder.ts'
import { createWebhookDestination } from './destinations/webhook.ts'
import { latestCheckpoint } from './log-store.ts'
import { record } from './record.ts'
import { createSequencer } from './sequencer.ts'

let world: TestDatabase
let organizationId: OrganizationId
let now: number
let folder: ReturnType<typeof temporaryFolder>
let receiver: WebhookReceiver
let made = 0
let contradicted: OrganizationId[]

beforeAll(async () => {
  world = await createTestDatabase()
  receiver = await startWebhookReceiver()
})
afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})
beforeEach(async () => {
  folder = temporaryFolder()
  receiver.answerWith(204)
  now = Date.parse('2026-03-01T12:00:00.000Z')
  contradicted = []
  made++
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made}@harbor.example`, password: null }
  organizationId = (await createOrganization(world, input, new Date(now))).organizationId
  await sign()
})
afterEach(async () => {
  folder[Symbol.dispose]()
  // What is left of an organization is no longer looked at by the next test.
  await world.query('delete from audit_checkpoints')
})

/** One more event, and a checkpoint over all there are. @returns the checkpoint */
async function sign(): Promise<string> {
  await world.database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId, target: 'some' }))
  await createSequencer({ database: world.database, keys: world.keys, now: () => new Date(now) }).pass(organizationId, { signNow: true })
  return (await world.database.inOrganization(organizationId, latestCheckpoint))!.note
}

const webhook = () => createWebhookDestination({ url: receiver.url, secret: newWebhookSecret() })
const start = (destination: CheckpointDestination) =>
  createDelivery({
    database: world.database,
    destination,
    log: createLog('silent'),
    onContradiction: (id) => contradicted.push(id),
    now: () => new Date(now),
    after: () => () => {},
  })
const row = async (destination: CheckpointDestination) =>
  (await world.query('select size::int, attempts, failure, failing_since from audit_deliveries where organization_id = $1 and destination = $2', [organizationId, destination.name]))[0]
const sentSizes = () =>
  receiver.received.filter(({ body }) => body.includes(organizationId)).map(({ body }) => Number(/"size":(\d+)/.exec(body)?.[1]))

test('a clock that was set back puts off nothing by more than retries', async () => {
  const destination = createFolderDestination(folder.path)
  const delivery = start(destination)
  await delivery.wake()
  now -= 24 * 60 * 60_000
  const note = await sign()
  await delivery.wake()
  expect(await destination.latest(organizationId)).toBe(note)
})

test('each checkpoint gets into the folder, and the state says so', async () => {
  const destination = createFolderDestination(folder.path)
  const delivery = start(destination)
  await delivery.wake()
  const note = await sign()
  await delivery.wake()
  expect(await destination.latest(organizationId)).toBe(note)
  const [file = ''] = readdirSync(join(folder.path, organizationId))
  expect(readFileSync(join(folder.path, organizationId, file), 'utf8').split('\n\n— ')).toHaveLength(3)
  expect(await row(destination)).toEqual({ size: 4, attempts: 0, failure: null, failing_since: null })
  await delivery.stop()
})

test('one that is not taken is brought again, later each time, over restarts; then the newest alone', async () => {
  receiver.answerWith(500)
  const destination = webhook()
  const first = start(destination)
  await first.wake()
  expect(first.failing()).toBe(1)
  expect(await row(destination)).toMatchObject({ size: 0, attempts: 1, failure: 'refused', failing_since: new Date(now) })
  await sign()
  await first.wake()
  await first.stop()
  expect(sentSizes()).toEqual([3])

  const again = start(webhook())
  now += retryMs(1)
  await again.wake()
  expect(await row(destination)).toMatchObject({ attempts: 2, failing_since: new Date(now - retryMs(1)) })
  receiver.answerWith(204)
  now += retryMs(2)
  await again.wake()
  expect(sentSizes()).toEqual([3, 4, 4])
  expect(await row(destination)).toEqual({ size: 4, attempts: 0, failure: null, failing_since: null })
  expect(again.failing()).toBe(0)

  // Not each checkpoint of a busy hour, but the last one before long.
  await sign()
  await again.wake()
  expect(sentSizes()).toHaveLength(3)
  await sign()
  now += destination.pauseMs
  await again.wake()
  expect(sentSizes()).toEqual([3, 4, 4, 6])
  await again.stop()
})

test('the time between attempts grows to ten minutes and no further', () => {
  expect([1, 2, 3, 7, 8, 20].map((attempts) => retryMs(attempts) / 1000)).toEqual([5, 10, 20, 320, 600, 600])
})

test('servers on one database bring each checkpoint once', async () => {
  const both = [start(webhook()), start(webhook())]
  await Promise.all(both.map((one) => one.wake()))
  expect(sentSizes()).toEqual([3])
})

test('when the server stops, what was signed last is brought first', async () => {
  const destination = createFolderDestination(folder.path)
  const delivery = start(destination)
  await delivery.wake()
  const note = await sign()
  await delivery.stop()
  expect(await destination.latest(organizationId)).toBe(note)
})

test.each([
  ['this process brought', false],
  ['is found there at the next start', true],
])('a log that does not go on from what %s gets no new checkpoint there, and somebody hears of it', async (_, restarted) => {
  const destination = createFolderDestination(folder.path)
  const delivery = start(destination)
  await delivery.wake()
  const kept = await destination.latest(organizationId)
  // Whoever owns the database and the keys writes all of it anew.
  await world.query(`delete from audit_checkpoints; delete from audit_leaves; delete from audit_pending;
    update audit_events set entry = replace(entry, '"some"', '"none"');
    insert into audit_pending (organization_id, event_id) select organization_id, id from audit_events order by id`)
  now += 5000
  await sign()
  await sign()
  await (restarted ? start(destination) : delivery).wake()
  expect(await destination.latest(organizationId)).toBe(kept)
  expect(await row(destination)).toMatchObject({ size: 3, failure: 'contradicts' })
  expect(contradicted).toEqual([organizationId])
})

test('a log that became shorter is not taken for one that has no news', async () => {
  const destination = createFolderDestination(folder.path)
  await sign()
  const delivery = start(destination)
  await delivery.wake()
  await world.query('delete from audit_checkpoints where size > 3')
  await delivery.wake()
  expect(await row(destination)).toMatchObject({ size: 4, failure: 'contradicts' })
})

test('a folder that cannot be written is said, without where it is', async () => {
  const destination = createFolderDestination('/dev/null/checkpoints')
  await start(destination).wake()
  expect(await row(destination)).toMatchObject({ failure: 'not-writable' })
})
