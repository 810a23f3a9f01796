import type { OrganizationId, UserId, Visit } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import { newId } from '../database/new-id.ts'
import { createOrganization } from '../organizations/service.ts'
import type { Arrival } from '../rooms/ports.ts'
import { reopenAbandonedVisits } from './abandoned.ts'
import { createVisitChanges } from './changes.ts'
import { createVisitRecords } from './records.ts'
import { createVisits } from './service.ts'
import { createTickets } from './tickets.ts'

const changes = createVisitChanges()
const address = '203.0.113.7'

let world: TestDatabase
let organizationId: OrganizationId
let userId: UserId
let visit: Visit

beforeAll(async () => {
  world = await createTestDatabase()
  const input = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: null }
  ;({ organizationId, userId } = await createOrganization(world, input, new Date()))
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  const live = { present: () => new Set<never>(), close: () => {}, endSession: () => {} }
  const visits = createVisits({
    database: world.database, keys: world.keys, live, changes, mail: noMail, publicUrl: () => 'https://clinic.example',
  })
  const actor = { kind: 'staff', organizationId, userId, sessionId: newId('session', new Date()), roles: ['clinician'] } as const
  const startsAt = new Date().toISOString()
  const planned = {
    patient: { name: 'Ann Lee' }, startsAt, durationMinutes: 30, kind: 'consultation', encryption: 'end-to-end', reason: '',
  } as const
  ;({ visit } = await visits.create(actor, planned))
})

const eventsOf = (type: string) =>
  world.query('select * from audit_events where type = $1 and target = $2 order by id', [type, visit.id])
const statusOf = async () => (await world.query('select status from visits where id = $1', [visit.id]))[0]?.['status']

function arrival(): Arrival {
  const [patient] = visit.participants
  if (patient === undefined) throw new Error('no patient')
  const { id: participantId, displayName, role } = patient
  const sessionId = newId('participantSession', new Date())
  const standing = { admission: 'waiting', confirmedBy: null, grants: null } as const
  return { organizationId, visitId: visit.id, participantId, role, displayName, ...standing, userId: null, sessionId }
}

const records = () =>
  createVisitRecords({ database: world.database, keys: world.keys, tickets: createTickets(), standingOf: () => Promise.resolve('good') })

test('a refused request is an event with its sender, and no names', async () => {
  const who = arrival()
  await records().denied(who, { request: 'remove', reason: 'forbidden', count: 3 }, address)
  const [event] = await eventsOf('participant.denied')
  expect(event).toMatchObject({
    outcome: 'denied',
    participant_id: who.participantId,
    session_id: who.sessionId,
    user_id: null,
    facts: { request: 'remove', reason: 'forbidden', count: 3 },
  })
  expect(JSON.stringify(event)).not.toMatch(/Ann Lee|203\.0/)
})

test('a visit that a killed server left in progress is open again, and it is on record why', async () => {
  await records().arrived(arrival(), address)
  await records().started(organizationId, visit.id)
  expect(await statusOf()).toBe('in-progress')
  expect(await reopenAbandonedVisits(world.database, { isLive: () => false }, changes)).toBe(1)
  expect(await statusOf()).toBe('open')
  expect(await eventsOf('visit.emptied')).toMatchObject([{ outcome: 'success', user_id: null, facts: { reason: 'server-stopped' } }])
  expect(await reopenAbandonedVisits(world.database, { isLive: () => false }, changes)).toBe(0)
})

test('a visit that somebody came back to stays in progress', async () => {
  await records().arrived(arrival(), address)
  await records().started(organizationId, visit.id)
  expect(await reopenAbandonedVisits(world.database, { isLive: (id) => id === visit.id }, changes)).toBe(0)
  expect(await statusOf()).toBe('in-progress')
  await records().emptied(organizationId, visit.id)
})
