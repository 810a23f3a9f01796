import type { PatientId, PatientInput, PatientSearch } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makePatientsWorld, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import { newId } from '../database/new-id.ts'
import { addPatientToTeam, insertTeam } from '../teams/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { patientName } from './schema.ts'
import { candidates } from './search-store.ts'
import { findExactly } from './search.ts'

let world: PatientsWorld
let curtain: PatientsStart
let scheduler: SignedInActor
let clinician: SignedInActor

beforeAll(async () => {
  world = await makePatientsWorld()
  curtain = await world.start()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  const { organizationId } = await curtain.makeOrganization()
  scheduler = await world.addStaff(organizationId, 'scheduler')
  clinician = await world.addStaff(organizationId, 'clinician')
})

const known = (input: Partial<PatientInput> & { name: string }) => curtain.create(scheduler, input)
const namesFound = async (search: PatientSearch, as = scheduler) =>
  (await curtain.search(as, search)).patients.map(({ name }) => name)

test('a patient is found by the beginnings of their name’s words, in any order, whatever their case and accents', async () => {
  await known({ name: 'Zoë Ångström-Garcia' })
  await known({ name: 'Zora Angst' })
  await known({ name: 'Christopher Johansson' })
  for (const name of ['zoe', 'ZOË ang', 'garcia zoë', 'g z a', 'Angstrom-Gar']) expect(await namesFound({ name }), name).toEqual(['Zoë Ångström-Garcia'])
  expect(await namesFound({ name: 'zo' })).toEqual(['Zoë Ångström-Garcia', 'Zora Angst'])
  expect(await namesFound({ name: 'christopher johans' })).toEqual(['Christopher Johansson'])
  for (const name of ['oe', 'zoe b', 'christophers', 'christoj', '—', 'zoe angstrom garcia zora']) expect(await namesFound({ name }), name).toEqual([])
})

test('a patient is found by birth date, record number, e-mail address and telephone, as people write them', async () => {
  await known({ name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: 'AB-0012', email: 'ann@lee.example', phone: '+1 (555) 010-0199' })
  await known({ name: 'Bo Chen', birthDate: '1958-04-30', recordNumber: 'AB-0013', email: 'bo@chen.example', phone: '555 010 0198' })
  expect(await namesFound({ birthDate: '1958-04-30' })).toEqual(['Ann Lee', 'Bo Chen'])
  for (const search of [
    { recordNumber: 'ab 0012' }, { contact: 'ANN@lee.example' }, { contact: '555-010-0199' }, { contact: '+1 555 010 0199' },
    { birthDate: '1958-04-30', name: 'le' }, { name: 'Ann', contact: '5550100199', recordNumber: 'ab0012', birthDate: '1958-04-30' },
  ]) {
    expect(await namesFound(search), JSON.stringify(search)).toEqual(['Ann Lee'])
  }
  for (const search of [{ birthDate: '1958-05-30' }, { recordNumber: 'AB-001' }, { contact: 'lee.example' }, { name: 'Ann', birthDate: '1958-04-29' }]) {
    expect(await namesFound(search), JSON.stringify(search)).toEqual([])
  }
})

test('of more than fifty, the fifty who were registered last are told, by name, and that there are more', async () => {
  for (let at = 0; at < 52; at++) await known({ name: `Ann ${String.fromCodePoint(97 + (at % 26))}${at}` })
  const { patients, more } = await curtain.search(scheduler, { name: 'ann' })
  const names = patients.map(({ name }) => name)
  expect([names.length, more]).toEqual([50, true])
  expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)))
  expect(names).not.toContain('Ann a0')
  expect((await curtain.search(scheduler, { name: 'ann z' })).more).toBe(false)
})

test('where an index finds far more than match, those who match are still found', async () => {
  await known({ name: 'Schwarzenegger' })
  for (let at = 0; at < 60; at++) await known({ name: 'Schwarzenberg' })
  expect(await curtain.search(scheduler, { name: 'schwarzeneg' })).toMatchObject({ patients: [{ name: 'Schwarzenegger' }], more: false })
})

test('a clinician finds those of their own who match although far more of theirs have the same beginning, and in a team those whom it cares for', async () => {
  const { id } = await curtain.create(clinician, { name: 'Ann Schwarzenegger' })
  const later: PatientId[] = []
  for (let at = 0; at < 52; at++) later.push((await curtain.create(clinician, { name: 'Ann Schwarzenberg' })).id)
  await known({ name: 'Ann Schwarzenegger' })
  expect(await curtain.search(clinician, { name: 'schwarzeneg' })).toMatchObject({ patients: [{ id }], more: false })
  const { patients, more } = await curtain.search(clinician, { name: 'ann schwarz' })
  expect([patients.map((patient) => patient.id).toSorted(), more]).toEqual([later.slice(2).toSorted(), true])
  const { organizationId } = clinician
  const teamId = newId('team', new Date())
  await world.database.database.inOrganization(organizationId, async (tx) => {
    await insertTeam(tx, { id: teamId, organizationId, name: 'Heart', now: new Date() })
    await addPatientToTeam(tx, { organizationId, teamId, patientId: id })
  })
  for (const actor of [clinician, scheduler]) {
    expect(await curtain.search(actor, { name: 'ann schwarz', teamId })).toMatchObject({ patients: [{ id }], more: false })
    expect(await namesFound({ name: 'ann c', teamId }, actor)).toEqual([])
  }
})

test('those who have all beginnings are looked for, not those who have one, among everybody as in a list', async () => {
  const { id } = await known({ name: 'Ann Lee' })
  for (const name of ['Ann Chen', 'Bo Lee', 'Ann Lane']) await known({ name })
  const { index } = await curtain.keys.sealer(scheduler.organizationId)
  const beginnings = ['an', 'le'].map((word) => index.beginning(patientName, word))
  const found = await world.database.database.inOrganization(scheduler.organizationId, (tx) =>
    Promise.all([[], [tx.selectFrom('patients').select('id')]].map((among) => candidates(tx, among, { beginnings, exact: {} }, null, 10))),
  )
  expect(found.map((rows) => rows.map((row) => row.id))).toEqual([[id], [id]])
})

test('clinicians find their own patients, and nobody else’s', async () => {
  await known({ name: 'Ann Lee', birthDate: '1958-04-30' })
  await curtain.create(clinician, { name: 'Ann Chen', birthDate: '1958-04-30' })
  const planned = await known({ name: 'Ann Diaz' })
  expect(await namesFound({ name: 'ann' }, clinician)).toEqual(['Ann Chen'])
  expect(await namesFound({ birthDate: '1958-04-30' }, clinician)).toEqual(['Ann Chen'])
  const both = await world.addStaff(clinician.organizationId, 'scheduler', 'clinician')
  await curtain.makeVisit(both, { id: planned.id }, 'cough')
  expect(await namesFound({ name: 'ann' }, { ...both, roles: ['clinician'] })).toEqual(['Ann Diaz'])
})

test('nobody finds patients of another organization', async () => {
  const { organizationId } = await curtain.makeOrganization()
  await known({ name: 'Ann Lee', recordNumber: '12' })
  const elsewhere = await world.addStaff(organizationId, 'scheduler')
  expect(await namesFound({ name: 'ann' }, elsewhere)).toEqual([])
  expect(await namesFound({ recordNumber: '12' }, elsewhere)).toEqual([])
  // Their numbers are their own as well.
  await curtain.create(elsewhere, { name: 'Ann Chen', recordNumber: '12' })
  expect(await namesFound({ recordNumber: '12' }, elsewhere)).toEqual(['Ann Chen'])
})

test('the audit log says by what was searched and who was found, not what for', async () => {
  const { id } = await known({ name: 'Ann Lee', phone: '555 010 0199' })
  await known({ name: 'Bo Chen' })
  await curtain.search(scheduler, { name: 'ann', contact: '555 010 0199' })
  const [event] = (await world.events('patient.searched')).slice(-1)
  expect(event).toMatchObject({ user_id: scheduler.userId, target: null })
  expect(event?.['facts']).toEqual({ by: ['name', 'contact'], count: 1, patientIds: [id] })
})

test('broken glass is led by a record number, or by a whole name with its birth date, to whoever they are of', async () => {
  const { id } = await known({ name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: 'AB-0012' })
  const find = (by: Parameters<typeof findExactly>[2]) =>
    world.database.database.inOrganization(scheduler.organizationId, async (tx) =>
      findExactly(tx, await curtain.keys.sealer(scheduler.organizationId), by),
    )
  expect(await find({ recordNumber: 'AB0012' })).toEqual([id])
  expect(await find({ name: 'ann LEE', birthDate: '1958-04-30' })).toEqual([id])
  expect(await find({ name: 'ann', birthDate: '1958-04-30' })).toEqual([])
  expect(await find({ name: 'lee ann', birthDate: '1958-04-30' })).toEqual([])
  const { id: twin } = await known({ name: 'Ann Lee', birthDate: '1958-04-30' })
  expect((await find({ name: 'Ann Lee', birthDate: '1958-04-30' })).toSorted()).toEqual([id, twin].toSorted())
})
