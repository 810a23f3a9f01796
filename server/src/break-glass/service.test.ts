import type { BreakGlassInput, PatientId } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noMail } from '../../../tests/support/no-mail.ts'
import { makePatientsWorld, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import { accessTo } from '../patients/reach.ts'
import type { SignedInActor, StaffActor } from '../users/schema.ts'
import { createBreakGlass, type BreakGlass } from './service.ts'
import { recordExpiredGlass } from './sweep.ts'

// By a clock that is ours. Over HTTP, with mail and the pages around it: tests/integration/reach.test.ts.
let world: PatientsWorld
let start: PatientsStart
let owner: SignedInActor
let breakGlass: BreakGlass
let clock = Date.parse('2026-03-08T10:00:00.000Z')

beforeAll(async () => {
  world = await makePatientsWorld()
  start = await world.start()
  owner = asPerson(await start.makeOrganization())
  const { database } = world.database
  breakGlass = createBreakGlass({ database, keys: start.keys, mail: noMail, publicUrl: () => '', now: () => new Date(clock) })
})
afterAll(() => world[Symbol.asyncDispose]())

const minutes = (count: number) => {
  clock += count * 60_000
}
const clinician = () => world.addStaff(owner.organizationId, 'clinician')
const officer = () => world.addStaff(owner.organizationId, 'security-officer')
const reason = 'brought in unconscious'
let registered = 0

function asPerson(actor: StaffActor): SignedInActor {
  if (actor.kind !== 'staff') throw new Error('not a person')
  return actor
}

async function register(known: { name?: string; birthDate?: string } = {}) {
  const unknown = { email: null, phone: null }
  return start.create(owner, { name: 'Ann Lee', birthDate: null, recordNumber: `R-${++registered}`, ...unknown, ...known })
}
const accessOf = (actor: SignedInActor, patientId: PatientId) =>
  world.database.database.inOrganization(actor.organizationId, (tx) => accessTo(tx, actor, patientId, new Date(clock)))
const refusal = (tried: Promise<unknown>) => tried.then(() => 'none', (error: { code: string }) => error.code)
const countOf = async (type: string) => (await world.events(type)).length

test('it opens one patient for reading, for 30 minutes and no moment longer', async () => {
  const [ann, other, doctor] = [await register(), await register(), await clinician()]
  expect(await accessOf(doctor, ann.id)).toBeNull()
  const until = new Date(clock + 30 * 60_000)
  const broken = await breakGlass.break(doctor, { patient: { id: ann.id }, reason })
  expect(broken).toMatchObject({ patientId: ann.id, access: 'break-glass', glass: { until: until.toISOString() } })
  expect(await accessOf(doctor, ann.id)).toEqual({ access: 'break-glass', until })
  expect(await accessOf(doctor, other.id)).toBeNull()
  expect(await accessOf(await clinician(), ann.id)).toBeNull()

  clock = until.getTime() - 1
  expect(await accessOf(doctor, ann.id)).not.toBeNull()
  clock = until.getTime()
  expect(await accessOf(doctor, ann.id)).toBeNull()
  expect(await breakGlass.open(doctor)).toEqual([])
})

test.each([['clinician'], ['clinician', 'scheduler']] as const)('asking again meanwhile gives a %s %s what is open, and not a minute more', async (...roles) => {
  const [ann, doctor] = [await register(), await world.addStaff(owner.organizationId, ...roles)]
  const first = await breakGlass.break(doctor, { patient: { id: ann.id }, reason })
  const before = await countOf('patient.glass-broken')
  minutes(20)
  expect(await breakGlass.break(doctor, { patient: { id: ann.id }, reason })).toEqual(first)
  expect(await countOf('patient.glass-broken')).toBe(before)
  minutes(10)
  expect(await breakGlass.open(doctor)).toEqual([])
})

test('not even the server’s own role in the database can move the end, the reason or the person', async () => {
  const [ann, doctor] = [await register(), await clinician()]
  const { glass } = await breakGlass.break(doctor, { patient: { id: ann.id }, reason })
  for (const change of [{ expires_at: new Date(clock + 1e9) }, { user_id: owner.userId }, { patient_id: ann.id }]) {
    const extended = world.database.database.inOrganization(owner.organizationId, (tx) =>
      // What the types forbid as well.
      tx.updateTable('break_glass').set(change as object).where('id', '=', glass?.id ?? 'bgl_').execute(),
    )
    await expect(extended).rejects.toThrow(/permission denied/)
  }
})

test('that it ended by itself is put on record once, by whichever start finds it; by hand, at once', async () => {
  const { database } = world.database
  const [ann, doctor, another] = [await register(), await clinician(), await clinician()]
  // What other tests left open.
  await recordExpiredGlass(database, new Date(clock + 30 * 60_000))
  await breakGlass.break(doctor, { patient: { id: ann.id }, reason })
  const { glass } = await breakGlass.break(another, { patient: { id: ann.id }, reason })
  expect(await refusal(breakGlass.end(doctor, glass?.id ?? 'bgl_'))).toBe('not-found')
  await breakGlass.end(another, glass?.id ?? 'bgl_')
  await breakGlass.end(another, glass?.id ?? 'bgl_')
  expect(await accessOf(another, ann.id)).toBeNull()
  expect(await recordExpiredGlass(database, new Date(clock))).toBe(0)
  minutes(30)
  // Two servers look at the same time.
  const counts = await Promise.all([recordExpiredGlass(database, new Date(clock)), recordExpiredGlass(database, new Date(clock))])
  expect(new Set(counts)).toEqual(new Set([0, 1]))
  const ends = (await world.events('patient.glass-ended')).filter(({ target }) => target === ann.id)
  expect(ends.map(({ user_id, facts }) => ({ user_id, facts }))).toEqual([
    { user_id: another.userId, facts: { breakGlassId: glass?.id, reason: 'by-hand' } },
    { user_id: null, facts: { breakGlassId: expect.any(String), reason: 'time' } },
  ])
})

describe('whom it finds', () => {
  const broken = async (doctor: SignedInActor, patient: BreakGlassInput['patient']) =>
    (await breakGlass.break(doctor, { patient, reason })).patientId

  test('one by their record number, or by their whole name and birth date', async () => {
    const ann = await register({ name: 'Ann Mary Lee', birthDate: '1958-04-30' })
    expect(await broken(await clinician(), { recordNumber: ann.recordNumber ?? '' })).toBe(ann.id)
    expect(await broken(await clinician(), { name: 'ann mary LEE', birthDate: '1958-04-30' })).toBe(ann.id)
  })

  test('nobody by a part of the name, another birth date or number, or where it leads to two; each try is on record', async () => {
    for (let twin = 0; twin < 2; twin++) await register({ name: 'Bo Marsh', birthDate: '1970-01-02' })
    await register({ name: 'Cy Roe', birthDate: '1970-01-02' })
    const doctor = await clinician()
    const tries: [BreakGlassInput['patient'], string][] = [
      [{ name: 'Roe', birthDate: '1970-01-02' }, 'nobody'],
      [{ name: 'Cy Roe', birthDate: '1970-02-01' }, 'nobody'],
      [{ recordNumber: 'R-0' }, 'nobody'],
      [{ id: `pat_${'0'.repeat(26)}` }, 'nobody'],
      [{ name: 'Bo Marsh', birthDate: '1970-01-02' }, 'several'],
    ]
    for (const [patient, why] of tries) {
      minutes(1)
      expect(await refusal(broken(doctor, patient))).toBe('not-found')
      expect((await world.events('patient.glass-refused')).at(-1)).toMatchObject({
        user_id: doctor.userId, outcome: 'denied', target: null, facts: { reason: why },
      })
    }
  })

  test('ten tries an hour, whether they find somebody or not', async () => {
    const [ann, doctor] = [await register(), await clinician()]
    for (let tried = 0; tried < 10; tried++) expect(await refusal(broken(doctor, { recordNumber: 'R-0' }))).toBe('not-found')
    expect(await refusal(broken(doctor, { id: ann.id }))).toBe('rate-limited')
    expect(await refusal(broken(await clinician(), { id: ann.id }))).toBe('none')
    minutes(6)
    expect(await refusal(broken(doctor, { id: ann.id }))).toBe('none')
  })

  test('nothing is broken for one’s own patient, and nothing told', async () => {
    const ann = await register()
    const before = await countOf('patient.glass-broken')
    expect(await breakGlass.break(owner, { patient: { id: ann.id }, reason })).toEqual({ patientId: ann.id, access: 'own', glass: null })
    expect(await countOf('patient.glass-broken')).toBe(before)
  })
})

describe('its review', () => {
  const review = { outcome: 'not-justified', comment: 'ask them' } as const

  test('is once it is over, once, and tells what came of it', async () => {
    const [ann, doctor, reviewer] = [await register(), await clinician(), await officer()]
    minutes(1)
    const { glass } = await breakGlass.break(doctor, { patient: { id: ann.id }, reason })
    const id = glass?.id ?? 'bgl_'
    const [listed] = (await breakGlass.list(reviewer)).list
    expect(listed).toMatchObject({ id, patientId: ann.id, by: { id: doctor.userId }, reason, isOpen: true, requests: 0, review: null })
    expect(await refusal(breakGlass.review(reviewer, id, review))).toBe('glass-open')
    minutes(30)
    const before = await breakGlass.waiting(reviewer)
    expect(await breakGlass.review(reviewer, id, review)).toMatchObject({ isOpen: false, review: { by: { id: reviewer.userId }, ...review } })
    expect(await breakGlass.waiting(reviewer)).toBe(before - 1)
    expect(await refusal(breakGlass.review(await officer(), id, review))).toBe('glass-reviewed')
    expect((await world.events('patient.glass-reviewed')).at(-1)).toMatchObject({
      target: ann.id, user_id: reviewer.userId, facts: { breakGlassId: id, outcome: 'not-justified' },
    })
  })

  test('is never by whoever broke it', async () => {
    const [ann, both] = [await register(), await world.addStaff(owner.organizationId, 'clinician', 'security-officer')]
    const { glass } = await breakGlass.break(both, { patient: { id: ann.id }, reason })
    minutes(30)
    expect(await refusal(breakGlass.review(both, glass?.id ?? 'bgl_', review))).toBe('forbidden')
  })

  test('counts what they asked for about the patient meanwhile, and nothing else', async () => {
    const [ann, other, doctor, reviewer] = [await register(), await register(), await clinician(), await officer()]
    const at = clock
    const look = async (target: PatientId, userId = doctor.userId, when = clock) =>
      world.database.query(
        `insert into audit_events (id, organization_id, at, type, outcome, user_id, target, facts, entry)
         values ($1, $2, $3, 'patient.read', 'success', $4, $5, '{}', '{}')`,
        [`evt_${++registered}`, owner.organizationId, new Date(when), userId, target],
      )
    await look(ann.id, doctor.userId, at - 1)
    const { glass } = await breakGlass.break(doctor, { patient: { id: ann.id }, reason })
    await look(ann.id)
    await look(ann.id)
    await look(other.id)
    await look(ann.id, owner.userId)
    minutes(30)
    await look(ann.id)
    const listed = (await breakGlass.list(reviewer)).list.find(({ id }) => id === glass?.id)
    expect(listed?.requests).toBe(2)
  })
})
