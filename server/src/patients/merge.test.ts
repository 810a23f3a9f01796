import { readdirSync } from 'node:fs'
import type { PatientId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makePatientsWorld, patientsOn, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import type { SignedInActor } from '../users/schema.ts'

let world: PatientsWorld
let curtain: PatientsStart
let both: SignedInActor
let double: PatientId
let stays: PatientId

beforeAll(async () => {
  world = await makePatientsWorld()
  curtain = await world.start()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  both = await world.addStaff((await curtain.makeOrganization()).organizationId, 'scheduler', 'clinician')
  double = (await curtain.create(both, { name: 'Ann Leigh', birthDate: '1958-04-30', recordNumber: '12', phone: '555 010 0199' })).id
  stays = (await curtain.create(both, { name: 'Ann Lee', email: 'ann@lee.example', phone: '555 010 0198' })).id
})
const keys = () => readdirSync(world.patientsFolder(both.organizationId))
const found = async (name: string) => (await curtain.search(both, { name })).patients.map(({ id }) => id)

test('the record that stays has what both knew, and the double says where it went', async () => {
  const merged = await curtain.merge(both, double, stays)
  const ann = { name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: '12', email: 'ann@lee.example', phone: '555 010 0198' }
  expect(merged).toMatchObject({ id: stays, ...ann })
  expect(await curtain.read(both, stays)).toEqual(merged)
  expect(await curtain.read(both, double)).toMatchObject({ name: '', birthDate: null, phone: null, mergedInto: stays, erasedAt: null })
  expect(await found('ann')).toEqual([stays])
  expect((await curtain.search(both, { recordNumber: '12' })).patients.map(({ id }) => id)).toEqual([stays])
  expect((await curtain.list(both)).map(({ id }) => id)).toEqual([stays])
  expect(keys()).toEqual([stays])
})

test('visits with their reasons and people, the history and the teams become those of the record that stays', async () => {
  const held = await curtain.makeVisit(both, { id: double }, 'cough')
  await curtain.inviteGuest(both, held.id, 'Gia')
  await world.endVisit(held.id)
  const toCome = await curtain.makeVisit(both, { id: double }, 'fever')
  await curtain.change(both, double, { name: 'Anne Leigh' })
  await world.database.query(`insert into care_teams values ('tea_1', $1, 'Wound care', now())`, [both.organizationId])
  await world.database.query(`insert into care_team_patients values ($1, 'tea_1', $2)`, [both.organizationId, double])
  await curtain.merge(both, double, stays)

  const read = await curtain.readVisit(both, held.id)
  expect(read).toMatchObject({ reason: 'cough', patient: { id: stays, name: 'Ann Lee' } })
  expect(read.participants.map(({ displayName }) => displayName)).toEqual(['Ann Leigh', 'Gia'])
  const next = await curtain.readVisit(both, toCome.id)
  expect([next.reason, next.participants[0]?.displayName]).toEqual(['fever', 'Ann Lee'])
  expect(await world.database.query('select patient_id from care_team_patients')).toEqual([{ patient_id: stays }])
  const history = await curtain.history(both, stays)
  expect(history.map(({ kind }) => kind)).toEqual(['merged', 'changed', 'registered', 'registered'])
  expect(history[0]?.fields).toEqual([
    { field: 'birthDate', before: null, after: '1958-04-30' },
    { field: 'recordNumber', before: null, after: '12' },
  ])
  expect(history[1]?.fields).toEqual([{ field: 'name', before: 'Ann Leigh', after: 'Anne Leigh' }])
  // Nothing that goes on points at the double.
  const pointing = await world.database.query(`select table_name from information_schema.columns
    where column_name = 'patient_id' and table_schema = 'public' order by table_name`)
  for (const { table_name: table } of pointing) {
    expect(await world.database.query(`select from ${String(table)} where patient_id = $1`, [double]), String(table)).toEqual([])
  }
  const [event] = (await world.events('patient.merged')).slice(-1)
  expect(event).toMatchObject({ target: double, user_id: both.userId, facts: { into: stays } })
})

test('what a double from before there was a history said is in the history of the one that stays', async () => {
  await world.database.query('delete from patient_changes where patient_id = $1', [double])
  await curtain.merge(both, double, stays)
  const ofDouble = (await curtain.history(both, stays)).find(({ fields }) => fields.some(({ after }) => after === 'Ann Leigh'))
  expect(ofDouble).toMatchObject({ kind: 'registered', by: { id: both.userId } })
})

test.each(['in-progress'])('nothing is merged while a patient is in a visit (%s)', async (status) => {
  for (const patientId of [double, stays]) {
    const { id } = await curtain.makeVisit(both, { id: patientId }, 'cough')
    await world.database.query('update visits set status = $1 where id = $2', [status, id])
    await expect(curtain.merge(both, double, stays)).rejects.toMatchObject({ code: 'patient-in-visit' })
    await world.endVisit(id)
  }
  await curtain.merge(both, double, stays)
})

test('a record is not merged with itself, nor with one that is gone, nor changed or planned with once it is', async () => {
  await expect(curtain.merge(both, stays, stays)).rejects.toMatchObject({ code: 'invalid-input' })
  await curtain.merge(both, double, stays)
  const refused = { code: 'patient-merged' }
  await expect(curtain.merge(both, double, stays)).rejects.toMatchObject(refused)
  await expect(curtain.merge(both, stays, double)).rejects.toMatchObject(refused)
  await expect(curtain.change(both, double, { name: 'x' })).rejects.toMatchObject(refused)
  await expect(curtain.makeVisit(both, { id: double }, 'cough')).rejects.toMatchObject(refused)
  await expect(curtain.export(both, double)).rejects.toMatchObject(refused)
  await expect(curtain.erase(both, double, { ground: 'made-in-error', name: 'Ann Leigh' })).rejects.toMatchObject(refused)
  expect(await curtain.history(both, double)).toEqual([])
})

test('clinicians merge what is their own, both of it', async () => {
  const clinician = await world.addStaff(both.organizationId, 'clinician')
  const own = (await curtain.create(clinician, { name: 'Ann Lee' })).id
  await expect(curtain.merge(clinician, own, stays)).rejects.toMatchObject({ code: 'not-found' })
  await expect(curtain.merge(clinician, stays, own)).rejects.toMatchObject({ code: 'not-found' })
  const another = (await curtain.create(clinician, { name: 'Ann Lee' })).id
  await curtain.merge(clinician, another, own)
})

test('merged into each other at the same time, one way wins and the other is refused', async () => {
  const ways = await Promise.allSettled([curtain.merge(both, double, stays), curtain.merge(both, stays, double)])
  expect(ways.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(keys()).toHaveLength(1)
})

test('a crash before the double’s key is destroyed is finished by the next start; one before the commit changes nothing', async () => {
  const crashing = patientsOn(world.database, curtain, { ...curtain.keys, destroyPatient: () => Promise.reject(new Error('killed')) })
  await world.database.query(`alter table audit_events add constraint refused check (type <> 'patient.merged') not valid`)
  await expect(crashing.merge(both, double, stays)).rejects.toThrow(/refused/)
  await world.database.query('alter table audit_events drop constraint refused')
  expect(await curtain.read(both, double)).toMatchObject({ name: 'Ann Leigh', mergedInto: null })
  await expect(crashing.merge(both, double, stays)).rejects.toThrow('killed')
  expect(await curtain.read(both, double)).toMatchObject({ name: '', mergedInto: stays })
  expect(keys()).toHaveLength(2)
  await world.start()
  expect(keys()).toEqual([stays])
})
