import { auditEventId, type Id } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeKeysWorld, type KeysStart, type KeysWorld } from '../../../tests/support/keys-world.ts'
import type { StaffActor } from '../users/schema.ts'
import { checkLog } from './check.ts'
import { type AuditEvent, record } from './record.ts'
import { readyToSeal, type RequestOrigin, runFrom } from './request-origin.ts'
import { openSealedValues } from './sealed-values.ts'
import { createSequencer } from './sequencer.ts'
import { signerOf } from './signing.ts'

const address = '203.0.113.7'
const text = 'Unconscious at the door'

let world: KeysWorld
let start: KeysStart
let actor: StaffActor

beforeAll(async () => {
  world = await makeKeysWorld()
  start = await world.start()
  actor = await start.makeOrganization()
})
afterAll(() => world[Symbol.asyncDispose]())

const sealer = () => start.keys.sealer(actor.organizationId)

/** What a request leads to be recorded; as it stands in the log. */
async function recorded(
  event: Partial<AuditEvent<'visit.read'>>,
  origin: RequestOrigin | null = { address, keys: start.keys },
): Promise<{ id: Id<'auditEvent'>; entry: string }> {
  const { organizationId } = actor
  await runFrom(origin, () =>
    world.database.database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId, ...event })),
  )
  const [row] = await world.database.query('select id, entry from audit_events order by id desc limit 1')
  return { id: auditEventId.parse(row?.['id']), entry: String(row?.['entry']) }
}

async function opened(event: { id: Id<'auditEvent'>; entry: string }) {
  const [one] = await openSealedValues(await sealer(), [event])
  return { from: one?.from, reason: one?.reason, closed: one?.closed }
}

async function visitOf(name: string) {
  const visit = await start.makeVisit(actor, name, 'cough')
  return { patientId: visit.patient.id, participantId: visit.participants[0]!.id }
}

test('where staff come from and what they give as a reason open with the organization’s key, and are nowhere as they are', async () => {
  const fields = await sealer()
  const event = await recorded({ userId: actor.userId, reason: { text, fields } })
  expect(event.entry).not.toMatch(/203\.0|Unconscious/)
  expect(await opened(event)).toEqual({ from: address, reason: text, closed: [] })
  // Nobody is signed in where a password is wrong, and that is asked about first.
  expect(await opened(await recorded({}))).toEqual({ from: address, reason: null, closed: [] })
})

test('what nobody asked for says nothing of where from, whatever request brought it about', async () => {
  const { entry } = await recorded({}, null)
  expect(JSON.parse(entry)).not.toHaveProperty('from')
})

test('where a patient came from is closed once they are erased, and the log stays sound', async () => {
  const { patientId, participantId } = await visitOf('Ann Lee')
  const event = await recorded({ participantId })
  const staffs = await recorded({ participantId, userId: actor.userId })
  expect(await opened(event)).toMatchObject({ from: address, closed: [] })
  expect(JSON.parse(event.entry)).toMatchObject({ sealedFor: patientId })
  await start.keys.destroyPatient(actor.organizationId, patientId)
  expect(await opened(event)).toEqual({ from: null, reason: null, closed: ['from'] })
  expect(await opened(staffs)).toMatchObject({ from: address, closed: [] })
  // And nothing new is sealed for nobody.
  expect(await opened(await recorded({ participantId }))).toEqual({ from: null, reason: null, closed: [] })
  expect(await check()).toMatchObject({ outcome: 'sound', altered: [] })
})

test('what was sealed for one event opens in no other', async () => {
  const [one, other] = [await recorded({}), await recorded({})]
  expect(await opened({ id: other.id, entry: one.entry })).toEqual({ from: null, reason: null, closed: ['from'] })
})

test('more requests at once than there are connections, right after a start, do not wait for each other', async () => {
  const { keys } = await world.start()
  const { organizationId } = actor
  const database = readyToSeal(world.database.database)
  const asking = () =>
    runFrom({ address, keys }, () => database.inOrganization(organizationId, (tx) => record(tx, { type: 'visit.read', organizationId })))
  await Promise.all(Array.from({ length: 12 }, asking))
})

async function check() {
  const { organizationId } = actor
  const { database } = world.database
  await createSequencer({ database, keys: start.keys }).pass(organizationId, { signNow: true })
  const fields = await sealer()
  const { encoded: key } = await database.inOrganization(organizationId, (tx) => signerOf(tx, organizationId, fields, new Date()))
  return checkLog(database, organizationId, { key, kept: null, now: new Date() })
}
