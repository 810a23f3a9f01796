import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makePatientsWorld, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import type { SignedInActor } from '../users/schema.ts'

let world: PatientsWorld
let curtain: PatientsStart
let scheduler: SignedInActor

beforeAll(async () => {
  world = await makePatientsWorld()
  curtain = await world.start()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  scheduler = await world.addStaff((await curtain.makeOrganization()).organizationId, 'scheduler')
})

const ann = {
  name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: 'AB-0012', email: 'ann@lee.example', phone: '+1 (555) 010-0199',
}
const found = async (name: string) => (await curtain.search(scheduler, { name })).patients.map(({ id }) => id)

test('what is known of a patient is read back as it was written, and lies in the row sealed', async () => {
  const created = await curtain.create(scheduler, ann)
  expect(created).toMatchObject({ ...ann, erasedAt: null, mergedInto: null })
  expect(await curtain.read(scheduler, created.id)).toEqual({ ...created, access: 'all', accessUntil: null })
  const [row] = await world.database.query('select t::text as text from patients t where id = $1', [created.id])
  for (const value of Object.values(ann)) {
    expect(row?.['text']).not.toContain(Buffer.from(value).toString('hex'))
    expect(row?.['text']).not.toContain(value)
  }
})

test('a change is made, found by, and told in the history with who did it and what was there before', async () => {
  const { id } = await curtain.create(scheduler, ann)
  const colleague = await world.addStaff(scheduler.organizationId, 'scheduler')
  const changed = await curtain.change(colleague, id, { name: 'Ann Chen', phone: null, email: ann.email })
  expect(changed).toMatchObject({ ...ann, name: 'Ann Chen', phone: null })
  expect(await curtain.read(scheduler, id)).toEqual(changed)
  expect([await found('chen'), await found('lee')]).toEqual([[id], []])
  expect((await curtain.search(scheduler, { contact: ann.phone })).patients).toEqual([])
  const [last, first] = await curtain.history(scheduler, id)
  expect(last).toMatchObject({
    kind: 'changed',
    by: { id: colleague.userId, name: 'Sky' },
    fields: [
      { field: 'name', before: 'Ann Lee', after: 'Ann Chen' },
      { field: 'phone', before: ann.phone, after: null },
    ],
  })
  expect(first).toMatchObject({ kind: 'registered', by: { id: scheduler.userId } })
  expect(first?.fields).toHaveLength(5)
  const [event] = (await world.events('patient.changed')).slice(-1)
  expect(event).toMatchObject({ target: id, facts: { fields: ['name', 'phone'] } })
})

test('what changes nothing leaves no trace', async () => {
  const { id } = await curtain.create(scheduler, ann)
  await curtain.change(scheduler, id, ann)
  await curtain.change(scheduler, id, {})
  expect(await curtain.history(scheduler, id)).toHaveLength(1)
  expect((await world.events('patient.changed')).filter(({ target }) => target === id)).toEqual([])
})

test('a new name is the one in visits to come, and not in those that were held', async () => {
  const { id } = await curtain.create(scheduler, ann)
  const clinician = await world.addStaff(scheduler.organizationId, 'clinician', 'scheduler')
  const [held, toCome] = [await curtain.makeVisit(clinician, { id }, 'cough'), await curtain.makeVisit(clinician, { id }, 'cough')]
  await world.endVisit(held.id)
  await curtain.change(scheduler, id, { name: 'Ann Chen' })
  const names = async (visitId: typeof held.id) => (await curtain.readVisit(clinician, visitId)).participants.map((one) => one.displayName)
  expect([await names(held.id), await names(toCome.id)]).toEqual([['Ann Lee'], ['Ann Chen']])
})

test('no two patients of an organization have one record number, however it is written', async () => {
  const { id } = await curtain.create(scheduler, ann)
  await expect(curtain.create(scheduler, { name: 'Bo', recordNumber: 'ab 0012' })).rejects.toMatchObject({ code: 'record-number-taken' })
  const bo = await curtain.create(scheduler, { name: 'Bo', recordNumber: 'AB-0013' })
  await expect(curtain.change(scheduler, bo.id, { recordNumber: 'AB0012' })).rejects.toMatchObject({ code: 'record-number-taken' })
  expect((await curtain.read(scheduler, bo.id)).recordNumber).toBe('AB-0013')
  expect(await curtain.history(scheduler, bo.id)).toHaveLength(1)
  await curtain.change(scheduler, id, { recordNumber: null })
  await curtain.change(scheduler, bo.id, { recordNumber: 'AB0012' })
})

test('two who give the same number at once do not both get it', async () => {
  const two = await Promise.allSettled(['Ann', 'Bo'].map((name) => curtain.create(scheduler, { name, recordNumber: '7' })))
  expect(two.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('changes made at the same time are each in the history with what they found', async () => {
  const { id } = await curtain.create(scheduler, ann)
  await Promise.all([curtain.change(scheduler, id, { name: 'Ann A' }), curtain.change(scheduler, id, { name: 'Ann B' })])
  const names = (await curtain.history(scheduler, id)).flatMap(({ fields }) => fields.filter(({ field }) => field === 'name'))
  expect(names).toHaveLength(3)
  for (const [at, { before }] of names.entries()) expect(before).toBe(names[at + 1]?.after ?? null)
})

test('clinicians reach their own patients alone', async () => {
  const { id } = await curtain.create(scheduler, ann)
  const clinician = await world.addStaff(scheduler.organizationId, 'clinician')
  const attempts = [
    () => curtain.read(clinician, id),
    () => curtain.change(clinician, id, { name: 'x' }),
    () => curtain.history(clinician, id),
  ]
  for (const attempt of attempts) {
    await expect(attempt()).rejects.toMatchObject({ code: 'not-found' })
  }
  const own = await curtain.create(clinician, { name: 'Bo' })
  expect(await curtain.read(clinician, own.id)).toMatchObject({ access: 'own' })
  expect((await curtain.list(clinician)).map((one) => one.id)).toEqual([own.id])
})

test('patients of before there was an index of names are found after the next start, which can be stopped half-way', async () => {
  const { id } = await curtain.create(scheduler, ann)
  const others = await Promise.all(['Bo Lee', 'Cy Lee'].map((name) => curtain.create(scheduler, { name })))
  await world.database.query('delete from patient_name_tokens where patient_id <> $1', [others[0]?.id])
  await world.database.query('update index_keys set names_indexed_at = null')
  expect(await found('lee')).toEqual([others[0]?.id])
  await world.start()
  expect(await found('lee')).toEqual([id, ...others.map((one) => one.id)])
  expect(await world.tokensOf(id)).toBe(6)
  // Once is enough: a name that is taken out on purpose does not come back.
  await world.database.query('delete from patient_name_tokens where patient_id = $1', [id])
  await world.start()
  expect(await world.tokensOf(id)).toBe(0)
})

test('who is told that a record number is taken has asked whether there is somebody, which is on record', async () => {
  const clinician = await world.addStaff(scheduler.organizationId, 'clinician')
  await curtain.create(scheduler, ann)
  const own = await curtain.create(clinician, { name: 'Bo' })
  await expect(curtain.change(clinician, own.id, { recordNumber: ann.recordNumber })).rejects.toMatchObject({ code: 'record-number-taken' })
  await expect(curtain.create(clinician, { name: 'Bo', recordNumber: ann.recordNumber })).rejects.toMatchObject({ code: 'record-number-taken' })
  const asked = { user_id: clinician.userId, session_id: clinician.sessionId, outcome: 'denied', facts: {} }
  expect((await world.events('patient.record-number-taken')).slice(-2)).toMatchObject([{ ...asked, target: own.id }, { ...asked, target: null }])
})
