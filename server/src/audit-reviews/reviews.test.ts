import { makeId, reviewQuery, signOffInput, userId, type PatientId, type ReviewKind, type SignOffInput } from '@curtain/protocol'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noMail } from '../../../tests/support/no-mail.ts'
import { makePatientsWorld, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import { createApiKeys } from '../api-keys/service.ts'
import { createLogFollower } from '../audit/follow.ts'
import { createLogExports } from '../audit/log-exports.ts'
import { createSequencer } from '../audit/sequencer.ts'
import { createBreakGlass } from '../break-glass/service.ts'
import { up as countLists } from '../database/migrations/0020-review-of-lists.ts'
import { createLog } from '../log.ts'
import type { SignedInActor, StaffActor } from '../users/schema.ts'
import { firstRules } from './rules.ts'
import { createAuditReviews, reviewFollower, type AuditReviews } from './service.ts'
import { listingsOf } from './store.ts'
import { watchForReview } from './watch.ts'

// From real services to the queue: what they put on record, found in the log.
let world: PatientsWorld
let start: PatientsStart
let owner: SignedInActor
let officer: SignedInActor
let reviews: AuditReviews

beforeAll(async () => {
  world = await makePatientsWorld()
  start = await world.start()
  owner = asPerson(await start.makeOrganization())
  officer = await world.addStaff(owner.organizationId, 'security-officer')
  reviews = createAuditReviews({ database: world.database.database, keys: start.keys, mail: noMail, publicUrl: () => '' })
  // By day, whenever this runs.
  await reviews.changeRules(officer, { ...firstRules, night: { from: '00:00', until: '00:00' }, massReading: { patients: 3, minutes: 60 } })
})
afterAll(() => world[Symbol.asyncDispose]())

function asPerson(actor: StaffActor): SignedInActor {
  if (actor.kind !== 'staff') throw new Error('not a person')
  return actor
}

/** Until all that is on record has been looked at. */
async function look() {
  const [log, parts] = [createLog('silent'), { database: world.database.database, keys: start.keys }]
  await createSequencer(parts).pass(owner.organizationId)
  await createLogFollower({ ...parts, name: reviewFollower, take: watchForReview({ log }), log }).wake(owner.organizationId)
}
async function waiting(kind: ReviewKind, by: SignedInActor = officer) {
  await look()
  return (await reviews.list(by, reviewQuery.parse({ kind }))).items
}
const signOff = (by: SignedInActor, input: SignOffInput) => reviews.signOff(by, signOffInput.parse(input))
const refusal = (tried: Promise<unknown>) => tried.then(() => 'none', (error: { code: string }) => error.code)

async function register(name: string): Promise<PatientId> {
  const unknown = { birthDate: null, recordNumber: null, email: null, phone: null }
  return (await start.create(owner, { name, ...unknown })).id
}
const scheduler = () => world.addStaff(owner.organizationId, 'scheduler')

test('what a person reads and takes out comes up, once, with who did it and no name of a patient', async () => {
  const [colleague, reader] = [await register('Sky Sky'), await scheduler()]
  for (const name of ['Ann Lee', 'Bo Marsh', 'Cy Roe']) await start.read(reader, await register(name))
  await start.read(reader, colleague)
  await start.export(reader, colleague)
  expect(await waiting('mass-reading')).toMatchObject([{ by: { id: reader.userId, name: 'Sky' }, most: 4, patientId: null, review: null }])
  expect(await waiting('export')).toMatchObject([{ by: { id: reader.userId }, patientId: colleague, events: 1 }])
  const rows = await world.database.query('select r::text as text from review_items r')
  expect(JSON.stringify(rows)).not.toMatch(/Ann|Lee|Marsh/)
})

test('whom somebody was shown in lists and searches is counted, and what they open of it goes on to count as that', async () => {
  const before = await reviews.rules(officer)
  await reviews.changeRules(officer, { ...before, massListing: { patients: 4, minutes: 60 } })
  const [few, many] = [await scheduler(), await scheduler()]
  const shown = await start.search(few, { name: 'Ann Lee' })
  for (const { id } of shown.patients) await start.read(few, id)
  await start.search(many, { name: 'Ann Lee' })
  await start.list(many)
  await start.list(many)
  expect(await waiting('mass-listing')).toMatchObject([{ by: { id: many.userId }, most: 4, patientId: null }])
  await reviews.changeRules(officer, before)
})

test('lists are read back for as long as it takes to count, and no further', async () => {
  const { organizationId } = owner
  const [same, others] = [await scheduler(), await scheduler()]
  const until = new Date('2026-03-08T12:00:00Z')
  const insert = ({ userId: by }: SignedInActor, idsOf: (list: number) => string[]) => {
    const lists = Array.from({ length: 300 }, (_, number) => number)
    const ats = lists.map((list) => new Date(until.getTime() - list * 1000))
    const ids = ats.map((at, list) => makeId('auditEvent', at.getTime(), Buffer.from(`${by}${list}`.slice(-10))))
    return world.database.query(
      `insert into audit_events (id, organization_id, at, type, outcome, user_id, facts, entry)
        select id, $1, at, 'patient.listed', 'success', $2, facts, '{}'
        from unnest($3::text[], $4::timestamptz[], $5::jsonb[]) as made (id, at, facts)`,
      [organizationId, by, ids, ats, lists.map((list) => JSON.stringify({ patientIds: idsOf(list) }))],
    )
  }
  const fifty = (list: number) => Array.from({ length: 50 }, (_, number) => `pat_${list}_${number}`)
  await insert(same, () => fifty(0))
  await insert(others, fifty)
  const read = ({ userId: by }: SignedInActor, minutes: number) =>
    world.database.database.inOrganization(organizationId, (tx) =>
      listingsOf(tx, { userId: by, since: new Date(until.getTime() - minutes * 60_000), first: until, until }),
    )
  expect(await read(same, 60)).toHaveLength(300)
  expect(await read(same, 1)).toHaveLength(61)
  const counted = await read(others, 60)
  expect(counted).toHaveLength(200)
  expect(counted[0]).toMatchObject({ at: until, patientIds: fifty(0) })
})

test('rules from before lists counted go on, and count lists where they counted records', async () => {
  const { massListing: _, ...old } = { ...firstRules, kinds: ['export', 'mass-reading'] as const }
  const before = await reviews.rules(officer)
  const put = (rules: object) =>
    world.database.query('update review_rules set rules = $2 where organization_id = $1', [owner.organizationId, JSON.stringify(rules)])
  const pool = new pg.Pool(world.database.roles.owner)
  const kysely = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  try {
    await put(old)
    await countLists(kysely)
    expect(await reviews.rules(officer)).toEqual({ ...firstRules, kinds: ['export', 'mass-reading', 'mass-listing'] })
    await put({ ...old, kinds: ['export'] })
    await countLists(kysely)
    expect((await reviews.rules(officer)).kinds).toEqual(['export'])
  } finally {
    await kysely.destroy()
    await put(before)
  }
})

test('a record with the surname of whoever opens it comes up; nothing of the name is kept', async () => {
  const reader = await scheduler()
  await world.database.query(`update users set name = 'Val Quill' where id = $1`, [reader.userId])
  const relative = await register('Gil Quill')
  await start.read(reader, relative)
  expect(await waiting('same-surname')).toMatchObject([{ by: { name: 'Val Quill' }, patientId: relative }])
  await world.database.query(`update users set name = 'Gil Quill' where id = $1`, [reader.userId])
  await start.read(reader, relative)
  expect(await waiting('colleague')).toMatchObject([{ patientId: relative }])
})

test('auditors see nothing that tells whose name a patient has, but how much of it waits', async () => {
  const auditor = await world.addStaff(owner.organizationId, 'auditor')
  const all = (await reviews.list(auditor, reviewQuery.parse({}))).items.map(({ kind }) => kind)
  expect(all).toEqual(expect.arrayContaining(['mass-reading', 'export']))
  for (const kind of ['same-surname', 'colleague'] as const) {
    expect(await waiting(kind)).not.toEqual([])
    expect(all).not.toContain(kind)
    expect(await waiting(kind, auditor)).toEqual([])
  }
  expect((await reviews.overview(auditor)).waiting.map(({ kind }) => kind)).toContain('same-surname')
})

test('signed off once, by one person, with a comment that only they read; and what comes after that comes up again', async () => {
  const auditor = await world.addStaff(owner.organizationId, 'auditor')
  const [known = unknown()] = await waiting('export')
  const item = { id: known.id, events: known.events }
  const input: SignOffInput = { items: [item], outcome: 'justified', comment: 'asked for by the patient' }
  expect(await refusal(signOff(auditor, input))).toBe('forbidden')
  expect(await signOff(officer, input)).toEqual({ signedOff: [known.id], left: [] })
  expect(await signOff(officer, input)).toEqual({ signedOff: [], left: [known.id] })
  expect(await waiting('export')).toEqual([])

  const done = async (by: SignedInActor) => (await reviews.list(by, reviewQuery.parse({ state: 'signed-off', kind: 'export' }))).items[0]?.review
  expect(await done(officer)).toMatchObject({ by: { id: officer.userId }, outcome: 'justified', comment: 'asked for by the patient' })
  expect(await done(auditor)).toMatchObject({ outcome: 'justified', comment: null })
  const [event] = (await world.events('review.signed-off')).filter(({ facts }) => JSON.stringify(facts).includes(known.id))
  expect(event).toMatchObject({ user_id: officer.userId, target: known.by.id, facts: { reviewItemId: known.id, outcome: 'justified' } })

  const [mass = unknown()] = await waiting('mass-reading')
  await signOff(officer, { items: [{ id: mass.id, events: mass.events }], outcome: 'not-justified', comment: 'talked to them' })
  const again = { ...officer, userId: mass.by.id, roles: ['scheduler' as const] }
  for (const name of ['Di Moon', 'Ed Sage', 'Flo Ray']) await start.read(again, await register(name))
  const [later] = await waiting('mass-reading')
  expect(later?.id).not.toBe(mass.id)
})

test('what grew since it was read is left as it is; nobody signs off what they did, or something unknown', async () => {
  const [mass = unknown()] = await waiting('mass-reading')
  const reader = { ...officer, userId: mass.by.id, roles: ['scheduler' as const] }
  await start.read(reader, await register('Hal Ives'))
  const [grown = unknown()] = await waiting('mass-reading')
  expect(grown).toMatchObject({ id: mass.id, events: mass.events + 1 })
  const seen = (item: typeof mass): SignOffInput => ({ items: [{ id: item.id, events: item.events }], outcome: 'justified', comment: '' })
  expect(await signOff(officer, seen(mass))).toEqual({ signedOff: [], left: [mass.id] })
  expect(await refusal(signOff({ ...officer, userId: mass.by.id }, seen(grown)))).toBe('forbidden')
  expect(await refusal(signOff(officer, { ...seen(grown), items: [...seen(grown).items, { id: `rev_${'0'.repeat(26)}`, events: 1 }] }))).toBe('not-found')
  expect(await signOff(officer, seen(grown))).toMatchObject({ signedOff: [mass.id] })
})

test('what was signed off is changed by nothing, not even the server’s own role in the database', async () => {
  const change = world.database.database.inOrganization(owner.organizationId, (tx) =>
    tx.updateTable('review_items').set({ outcome: 'justified' }).where('outcome', '=', 'not-justified').execute(),
  )
  await expect(change).rejects.toThrow('stays as it is')
})

test('an emergency waits for the review of its reason, and is done with that', async () => {
  const { database } = world.database
  let clock = Date.now()
  const breakGlass = createBreakGlass({ database, keys: start.keys, mail: noMail, publicUrl: () => '', now: () => new Date(clock) })
  const doctor = await world.addStaff(owner.organizationId, 'clinician')
  const { glass } = await breakGlass.break(doctor, { patient: { id: await register('Ida West') }, reason: 'brought in unconscious' })
  const [item = unknown()] = await waiting('break-glass')
  expect(item.breakGlassId).toBe(glass?.id)
  expect(await refusal(signOff(officer, { items: [{ id: item.id, events: 1 }], outcome: 'justified', comment: '' }))).toBe('glass-apart')
  clock += 31 * 60_000
  await breakGlass.review(officer, item.breakGlassId ?? 'bgl_', { outcome: 'justified', comment: '' })
  expect(await waiting('break-glass')).toEqual([])
  const { items } = await reviews.list(officer, reviewQuery.parse({ state: 'signed-off', kind: 'break-glass' }))
  expect(items).toMatchObject([{ id: item.id, review: { by: { id: officer.userId }, outcome: 'justified' } }])
})

test('how far review has come: what was looked through, what waits, and who reviewed what in which month', async () => {
  for (let tried = 0; tried < 5; tried++) await refusal(reviews.list(owner, reviewQuery.parse({})))
  expect(await waiting('denials')).toMatchObject([{ by: { id: owner.userId }, most: 5 }])
  const { log, waiting: counts, months } = await reviews.overview(officer)
  // The one thing since is that the queue was read.
  expect(log.size).toBe(log.looked)
  expect(counts).toContainEqual({ kind: 'denials', count: 1, events: expect.any(Number), since: expect.any(String) })
  expect(months).toHaveLength(1)
  const [month = unknown()] = months
  expect(month).toMatchObject({ signedOff: 4, notJustified: 1, by: [{ id: officer.userId, count: 4 }] })
  expect(month.found).toBe(4 + counts.reduce((sum, { count }) => sum + count, 0))
})

test('rules are an officer’s to change, are on record by their names, and hold from then on', async () => {
  const auditor = await world.addStaff(owner.organizationId, 'auditor')
  const before = await reviews.rules(auditor)
  expect(await refusal(reviews.changeRules(auditor, before))).toBe('forbidden')
  const after = { ...before, kinds: [], denials: { count: 2, minutes: 1 } }
  expect(await reviews.changeRules(officer, after)).toEqual(after)
  expect((await world.events('review.rules-changed')).at(-1)).toMatchObject({ facts: { fields: ['kinds', 'denials'] } })
  const reader = await scheduler()
  await start.export(reader, await register('Jo Reed'))
  expect(await waiting('export')).toEqual([])
})

test('an export about a patient that there is not comes up as any other, and holds up nothing', async () => {
  const auditor = await world.addStaff(owner.organizationId, 'auditor')
  await reviews.changeRules(officer, firstRules)
  const exports = createLogExports({ database: world.database.database, keys: start.keys, publicUrl: () => '' })
  await exports.begin(auditor, { format: 'csv', filter: { patientId: `pat_${'0'.repeat(26)}` } })
  expect(await waiting('export')).toMatchObject([{ by: { id: auditor.userId }, patientId: null }])
})

test('nobody signs off what a program of theirs did', async () => {
  const maker = await world.addStaff(owner.organizationId, 'owner', 'security-officer')
  const apiKeys = createApiKeys({ database: world.database.database, keys: start.keys, endings: { endSession() {} } })
  await apiKeys.create(maker, { name: 'Portal', scopes: ['patients:read'], addresses: [], validDays: 30 })
  const [made] = await world.database.query('select user_id from api_keys where created_by = $1', [maker.userId])
  const program = userId.parse(made?.['user_id'])
  for (let tried = 0; tried < 5; tried++) await refusal(reviews.list({ ...maker, userId: program, roles: ['scheduler'] }, reviewQuery.parse({})))
  const item = (await waiting('denials')).find(({ by }) => by.id === program) ?? unknown()
  const input: SignOffInput = { items: [{ id: item.id, events: item.events }], outcome: 'justified', comment: '' }
  expect(await refusal(signOff(maker, input))).toBe('forbidden')
  expect(await signOff(officer, input)).toMatchObject({ signedOff: [item.id] })
})

function unknown(): never {
  throw new Error('nothing waits')
}
