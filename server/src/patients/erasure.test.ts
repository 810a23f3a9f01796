import { readdirSync } from 'node:fs'
import type { PatientId, VisitId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makePatientsWorld, patientsOn, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import { createLog } from '../log.ts'
import { createMailOutbox, type MailOutbox } from '../mail/outbox.ts'
import { mailRecipient } from '../mail/schema.ts'
import type { MailSender } from '../mail/smtp.ts'
import type { SignedInActor } from '../users/schema.ts'
import { createVisitChanges } from '../visits/changes.ts'
import { createLinks } from '../visits/links.ts'
import { createTickets } from '../visits/tickets.ts'

let world: PatientsWorld
let curtain: PatientsStart
let clinician: SignedInActor
let ann: PatientId
let visitId: VisitId

const known = { name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: '12', email: 'ann@lee.example', phone: '555 010 0199' }
const erasure = { ground: 'patient-request', name: 'ann LEE' } as const

beforeAll(async () => {
  world = await makePatientsWorld()
  curtain = await world.start()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  clinician = await world.addStaff((await curtain.makeOrganization()).organizationId, 'clinician')
  ann = (await curtain.create(clinician, known)).id
  visitId = (await curtain.makeVisit(clinician, { id: ann }, 'cough')).id
  await curtain.inviteGuest(clinician, visitId, 'Gia')
  await world.endVisit(visitId)
})

const keyFiles = () => readdirSync(world.patientsFolder(clinician.organizationId))
const searches = [{ name: 'ann' }, { birthDate: '1958-04-30' }, { recordNumber: '12' }, { contact: known.email }, { contact: known.phone }]

/** Everything that shows patients, asked of one start: nothing of Ann may be in it, and nothing may fail. */
async function nothingIsLeft(start: PatientsStart): Promise<void> {
  const empty = { id: ann, name: '', birthDate: null, recordNumber: null, email: null, phone: null }
  expect(await start.read(clinician, ann)).toMatchObject(empty)
  const visit = await start.readVisit(clinician, visitId)
  expect(visit).toMatchObject({ reason: '', patient: { id: ann, name: '' } })
  expect(visit.participants.map(({ displayName }) => displayName)).toEqual(['', 'Gia'])
  for (const search of searches) expect((await start.search(clinician, search)).patients, JSON.stringify(search)).toEqual([])
  expect((await start.history(clinician, ann)).flatMap(({ fields }) => fields)).toEqual([])
  expect((await start.list(clinician)).map(({ name }) => name)).not.toContain('Ann Lee')
}

test('an erased patient is in no list, nothing finds them, and what there was of them is empty wherever it is shown', async () => {
  await curtain.erase(clinician, ann, erasure)
  await nothingIsLeft(curtain)
  expect((await curtain.read(clinician, ann)).erasedAt).not.toBeNull()
  expect(await curtain.list(clinician)).toEqual([])
  expect(keyFiles()).toEqual([])
  expect(await world.tokensOf(ann)).toBe(0)
  expect(await world.database.query(`select birth_date, birth_date_index, record_number, record_number_index, email, email_index,
    phone, phone_index from patients where id = $1`, [ann])).toEqual([Object.fromEntries(
    ['birth_date', 'record_number', 'email', 'phone'].flatMap((name) => [[name, null], [`${name}_index`, null]]),
  )])
})

test('a letter that was still on its way to them is not sent any more, and no copy of it says to whom it was', async () => {
  const { keys } = curtain
  const { database } = world.database
  const sent: string[] = []
  let isAway = true
  const send = ({ to }: { to: string }) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(void sent.push(to)))
  let now = Date.now()
  await using outbox = mailOutbox({ send, close: () => {} }, () => new Date(now))
  const live = { endSession: () => {} }
  const publicUrl = () => 'https://clinic.example'
  const links = createLinks({ database, keys, tickets: createTickets(), changes: createVisitChanges(), mail: outbox, live, publicUrl })
  const { id, participants } = await curtain.makeVisit(clinician, { id: ann }, 'cough')
  for (const participant of participants) await links.create(clinician, id, { participantId: participant.id, send: true })
  await world.endVisit(id)
  await outbox.wake()
  const letter = () => database.inOrganization(clinician.organizationId, (tx) => tx.selectFrom('mails').select(['id', 'recipient']).executeTakeFirst())
  const copy = await letter()
  if (copy === undefined) throw new Error('nothing waits')

  await curtain.erase(clinician, ann, erasure)
  const fields = await keys.sealer(clinician.organizationId)
  expect(() => fields.open(mailRecipient, copy.id, copy.recipient)).toThrow()
  isAway = false
  now += 60 * 60_000
  await outbox.wake()
  expect(sent).toEqual([])
  expect(await letter()).toBeUndefined()
})

function mailOutbox(sender: MailSender, now: () => Date): MailOutbox & AsyncDisposable {
  const { database } = world.database
  const log = createLog('silent')
  const outbox = createMailOutbox({ database, keys: curtain.keys, sender, log, now, after: () => () => {} })
  return { ...outbox, [Symbol.asyncDispose]: () => outbox.stop() }
}

test('who erased them, when and why is on record, and so is that there was somebody', async () => {
  await curtain.erase(clinician, ann, erasure)
  const [event] = (await world.events('patient.erased')).slice(-1)
  expect(event).toMatchObject({ target: ann, user_id: clinician.userId, facts: { ground: 'patient-request' } })
  expect((await curtain.history(clinician, ann)).map(({ kind, by }) => [kind, by.id])).toEqual([
    ['erased', clinician.userId],
    ['registered', clinician.userId],
  ])
})

test('a copy of the database from before, put back, shows nothing of an erased patient', async () => {
  const tables = ['patients', 'patient_name_tokens', 'patient_changes', 'visits', 'participants']
  for (const table of tables) await world.database.query(`create table backup_of_${table} as select * from ${table}`)
  await curtain.erase(clinician, ann, erasure)
  await world.database.query('alter table patients disable trigger all; alter table visits disable trigger all; alter table participants disable trigger all')
  for (const table of tables.toReversed()) await world.database.query(`delete from ${table}`)
  for (const table of tables) await world.database.query(`insert into ${table} select * from backup_of_${table}; drop table backup_of_${table}`)
  await world.database.query('alter table patients enable trigger all; alter table visits enable trigger all; alter table participants enable trigger all')
  expect(await world.tokensOf(ann)).toBeGreaterThan(0)
  await nothingIsLeft(await world.start())
})

test('the name has to be typed, all of it', async () => {
  for (const name of ['Ann', 'Ann Lees', 'Lee Ann', 'Bo']) {
    await expect(curtain.erase(clinician, ann, { ...erasure, name })).rejects.toMatchObject({ code: 'name-mismatch' })
  }
  expect((await curtain.read(clinician, ann)).name).toBe('Ann Lee')
})

test.each(['scheduled', 'open', 'in-progress'])('nobody is erased with a visit that is not over (%s)', async (status) => {
  await world.database.query('update visits set status = $1 where id = $2', [status, visitId])
  await expect(curtain.erase(clinician, ann, erasure)).rejects.toMatchObject({ code: 'patient-in-visit' })
  expect(await curtain.read(clinician, ann)).toMatchObject(known)
})

test('nothing is done with an erased patient any more, and their record number is free', async () => {
  await curtain.erase(clinician, ann, erasure)
  const bo = await curtain.create(clinician, { name: 'Bo', recordNumber: known.recordNumber })
  const refused = { code: 'patient-erased' }
  await expect(curtain.change(clinician, ann, { name: 'x' })).rejects.toMatchObject(refused)
  await expect(curtain.erase(clinician, ann, erasure)).rejects.toMatchObject(refused)
  await expect(curtain.export(clinician, ann)).rejects.toMatchObject(refused)
  await expect(curtain.merge(clinician, ann, bo.id)).rejects.toMatchObject(refused)
  await expect(curtain.merge(clinician, bo.id, ann)).rejects.toMatchObject(refused)
  await expect(curtain.makeVisit(clinician, { id: ann }, 'cough')).rejects.toMatchObject(refused)
})

test('clinicians erase their own patients alone', async () => {
  const stranger = await world.addStaff(clinician.organizationId, 'clinician')
  await expect(curtain.erase(stranger, ann, erasure)).rejects.toMatchObject({ code: 'not-found' })
  const auditor = await world.addStaff(clinician.organizationId, 'auditor')
  await expect(curtain.erase(auditor, ann, erasure)).rejects.toMatchObject({ code: 'forbidden' })
})

test('a patient is planned with or erased, never both', async () => {
  for (let round = 0; round < 4; round++) {
    const { id } = await curtain.create(clinician, { name: 'Bo' })
    const both = await Promise.allSettled([
      curtain.makeVisit(clinician, { id }, 'cough'),
      curtain.erase(clinician, id, { ground: 'made-in-error', name: 'Bo' }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refusal = both.find((one) => one.status === 'rejected')
    expect(['patient-erased', 'patient-in-visit']).toContain(refusal?.reason.code)
  }
})

test('a crash before the key is destroyed is finished by the next start; one before the commit changes nothing', async () => {
  const crashing = patientsOn(world.database, curtain, { ...curtain.keys, destroyPatient: () => Promise.reject(new Error('killed')) })
  await world.database.query(`alter table audit_events add constraint refused check (type <> 'patient.erased') not valid`)
  await expect(crashing.erase(clinician, ann, erasure)).rejects.toThrow(/refused/)
  await world.database.query('alter table audit_events drop constraint refused')
  expect(await curtain.read(clinician, ann)).toMatchObject(known)
  expect(await world.tokensOf(ann)).toBe(6)

  await expect(crashing.erase(clinician, ann, erasure)).rejects.toThrow('killed')
  expect(await curtain.read(clinician, ann)).toMatchObject({ name: '' })
  expect(keyFiles()).toEqual([ann])
  const restarted = await world.start()
  expect(keyFiles()).toEqual([])
  await nothingIsLeft(restarted)
})
