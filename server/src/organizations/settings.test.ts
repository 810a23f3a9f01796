import type { EncryptionMode, OrganizationId, Role, VisitKind } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { eventRow, replay } from '../../../tests/support/audit-replay.ts'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import { newId } from '../database/new-id.ts'
import type { Mail } from '../mail/mail.ts'
import type { StaffActor } from '../users/schema.ts'
import { createVisitChanges } from '../visits/changes.ts'
import { createVisits } from '../visits/service.ts'
import { createOrganization } from './service.ts'
import { createSettings } from './settings.ts'
import { holdTransportVisits } from './store.ts'

let world: TestDatabase
let organizationId: OrganizationId
let owner: StaffActor
let made = 0

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  owner = await newOwner()
  organizationId = owner.organizationId
})

async function newOwner(): Promise<StaffActor> {
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana-${++made}@harbor.example`, password: null }
  const created = await createOrganization(world, input, new Date())
  const { userId } = created
  return {
    kind: 'staff', organizationId: created.organizationId, userId, sessionId: newId('session', new Date()), roles: ['owner', 'clinician'],
  }
}

const as = (...roles: Role[]): StaffActor => ({ ...owner, roles })
const settings = (mail: Pick<Mail, 'isSetUp'> = noMail) => createSettings({ database: world.database, mail })
const allow = (transportVisits: VisitKind[], actor = owner) => settings().change(actor, { transportVisits, linkCheck: 'none' })

function plan(encryption: EncryptionMode, kind: VisitKind = 'consultation', actor = owner) {
  const visits = createVisits({
    database: world.database,
    keys: world.keys,
    live: { present: () => new Set<never>(), close: () => {}, endSession: () => {} },
    changes: createVisitChanges(),
    mail: noMail,
    publicUrl: () => 'https://clinic.example',
  })
  const startsAt = new Date().toISOString()
  return visits.create(actor, { patient: { name: 'Ann Lee' }, startsAt, durationMinutes: 30, kind, encryption, reason: '' })
}

const eventsOf = (type: string) =>
  world.query('select * from audit_events where type = $1 and organization_id = $2 order by id', [type, organizationId])
const countOf = async (table: 'visits' | 'patients') =>
  (await world.query(`select id from ${table} where organization_id = $1`, [organizationId])).length

test('a new organization allows no visit without end-to-end encryption', async () => {
  expect(await settings().read(as('scheduler'))).toMatchObject({ transportVisits: [] })
  await expect(plan('transport')).rejects.toMatchObject({ code: 'transport-not-allowed' })
  expect((await plan('end-to-end')).visit.encryption).toBe('end-to-end')
})

test('a refused visit leaves the refusal on record, and no visit or patient', async () => {
  await expect(plan('transport')).rejects.toMatchObject({ code: 'transport-not-allowed' })
  expect(await eventsOf('access.denied')).toMatchObject([
    { outcome: 'denied', user_id: owner.userId, facts: { action: 'visit.create-transport' } },
  ])
  expect([await countOf('visits'), await countOf('patients')]).toEqual([0, 0])
})

test('an allowed kind may be made either way, and the audit log says which', async () => {
  await allow(['group'])
  expect((await plan('transport', 'group')).visit.encryption).toBe('transport')
  expect((await plan('end-to-end', 'group')).visit.encryption).toBe('end-to-end')
  await expect(plan('transport', 'consultation')).rejects.toMatchObject({ code: 'transport-not-allowed' })
  expect(await eventsOf('visit.created')).toMatchObject([
    { facts: { kind: 'group', encryption: 'transport' } },
    { facts: { kind: 'group', encryption: 'end-to-end' } },
  ])
})

test('what another organization allows does not matter', async () => {
  await allow(['consultation'], await newOwner())
  await expect(plan('transport')).rejects.toMatchObject({ code: 'transport-not-allowed' })
  expect(await settings().read(owner)).toMatchObject({ transportVisits: [] })
})

test('switched off, no more such visits can be made; one made before stays as it is', async () => {
  await allow(['consultation'])
  const { visit } = await plan('transport')
  await allow([])
  await expect(plan('transport')).rejects.toMatchObject({ code: 'transport-not-allowed' })
  expect(await world.query('select encryption from visits where id = $1', [visit.id])).toEqual([{ encryption: 'transport' }])
})

test('the server’s own role cannot change how a visit is encrypted, nor anything else of an organization', async () => {
  const { visit } = await plan('end-to-end')
  const change = (table: 'visits' | 'organizations', set: object) =>
    world.database.inOrganization(organizationId, (tx) => tx.updateTable(table).set(set).execute())
  await expect(change('visits', { encryption: 'transport' })).rejects.toThrow(/permission denied/)
  await expect(change('visits', { kind: 'group' })).rejects.toThrow(/permission denied/)
  await expect(change('organizations', { name: 'Another' })).rejects.toThrow(/permission denied/)
  expect((await world.query('select encryption from visits where id = $1', [visit.id]))[0]).toEqual({ encryption: 'end-to-end' })
})

test('an administrator may change the setting; it is on record from what to what', async () => {
  await allow(['case-conference', 'consultation'], as('administrator'))
  await allow(['group'])
  expect(await eventsOf('organization.settings-changed')).toMatchObject([
    {
      outcome: 'success', user_id: owner.userId, session_id: owner.sessionId, target: organizationId,
      facts: { transportVisitsBefore: [], transportVisits: ['consultation', 'case-conference'] },
    },
    { facts: { transportVisitsBefore: ['consultation', 'case-conference'], transportVisits: ['group'] } },
  ])
})

test('the audit log alone says what is set', async () => {
  for (const kinds of [['consultation'], ['group', 'consultation'], ['group']] as VisitKind[][]) await allow(kinds)
  const events = z.array(eventRow).parse(await eventsOf('organization.settings-changed'))
  expect(replay(events).transportVisits).toEqual((await settings().read(owner)).transportVisits)
})

test('setting what is set already, in another order and twice, is no event', async () => {
  await allow(['consultation', 'group'])
  expect(await allow(['group', 'consultation', 'group'])).toMatchObject({ transportVisits: ['consultation', 'group'] })
  expect(await eventsOf('organization.settings-changed')).toHaveLength(1)
})

test.each(['clinician', 'scheduler'] as const)('a %s may not change the setting, and the attempt is on record', async (role) => {
  await expect(allow(['consultation'], as(role))).rejects.toMatchObject({ code: 'forbidden' })
  expect(await settings().read(as(role))).toMatchObject({ transportVisits: [] })
  expect(await eventsOf('access.denied')).toMatchObject([
    { user_id: owner.userId, target: organizationId, facts: { action: 'organization.change-settings' } },
  ])
})

test('a change whose event cannot be written does not happen', async () => {
  await world.query(`alter table audit_events add constraint refused check (type <> 'organization.settings-changed') not valid`)
  try {
    await expect(allow(['consultation'])).rejects.toThrow(/refused/)
  } finally {
    await world.query('alter table audit_events drop constraint refused')
  }
  expect(await settings().read(owner)).toMatchObject({ transportVisits: [] })
})

test('switching off waits for a visit that is being made, so that none is made by it afterwards', async () => {
  await allow(['consultation'])
  const order: string[] = []
  const making = Promise.withResolvers<void>()
  const isHeld = Promise.withResolvers<void>()
  const visit = world.database.inOrganization(organizationId, async (tx) => {
    await holdTransportVisits(tx)
    isHeld.resolve()
    await making.promise
    order.push('made')
  })
  await isHeld.promise
  const change = allow([]).then(() => order.push('switched off'))
  try {
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    await expect.poll(() => world.query(waiting)).toHaveLength(1)
  } finally {
    making.resolve()
  }
  await Promise.all([visit, change])
  expect(order).toEqual(['made', 'switched off'])
})

test('what links ask for is set beside it, and each leaves the other as it is', async () => {
  const wanted = { transportVisits: ['group'], linkCheck: 'birth-date' } as const
  expect(await settings().read(owner)).toMatchObject({ linkCheck: 'none', canMail: false })
  await settings().change(owner, { ...wanted, transportVisits: [...wanted.transportVisits] })
  expect(await settings({ isSetUp: true }).read(owner)).toEqual({ ...wanted, canMail: true })
  expect(await eventsOf('organization.settings-changed')).toMatchObject([
    { facts: { linkCheckBefore: 'none', linkCheck: 'birth-date', transportVisits: ['group'] } },
  ])
})

test('a code is not to be mailed without a mail server; once set, other settings can still be changed', async () => {
  const wanted = { transportVisits: [], linkCheck: 'mailed-code' } as const
  const change = (mail: Pick<Mail, 'isSetUp'>, kinds: VisitKind[] = []) =>
    settings(mail).change(owner, { ...wanted, transportVisits: kinds })
  await expect(change(noMail)).rejects.toMatchObject({ code: 'mail-not-set-up' })
  expect(await settings().read(owner)).toMatchObject({ linkCheck: 'none' })
  await change({ isSetUp: true })
  expect(await change(noMail, ['group'])).toEqual({ ...wanted, transportVisits: ['group'], canMail: false })
})
