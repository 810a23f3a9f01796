import { type AuditFilter, auditSearch, participantId as participantIdSchema, type PatientId, type UserId, type VisitId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { makePatientsWorld, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import type { Transaction } from '../database/database.ts'
import type { SignedInActor, StaffActor } from '../users/schema.ts'
import { createLogExports } from './log-exports.ts'
import { createLogNews } from './news.ts'
import { createPatientLogs } from './patient-log.ts'
import { record } from './record.ts'
import { runFrom } from './request-origin.ts'
import { createSavedSearches } from './saved-searches.ts'
import { createLogSearch, type LogSearch } from './search.ts'
import { createSequencer } from './sequencer.ts'

let world: PatientsWorld
let curtain: PatientsStart
let search: LogSearch
let officer: SignedInActor
let auditor: SignedInActor
let clinician: SignedInActor
const news = createLogNews()

beforeAll(async () => {
  world = await makePatientsWorld()
  curtain = await world.start()
  const { organizationId } = await curtain.makeOrganization()
  officer = await world.addStaff(organizationId, 'security-officer')
  auditor = await world.addStaff(organizationId, 'auditor')
  clinician = await world.addStaff(organizationId, 'clinician', 'scheduler')
  search = createLogSearch({ database: world.database.database, keys: curtain.keys, news })
})
afterAll(() => world[Symbol.asyncDispose]())

const asked = (input: z.input<typeof auditSearch>) => auditSearch.parse(input)
const namingPatients = z.object({
  target: z.string().nullable(),
  facts: z.object({ patientId: z.string().optional(), patientIds: z.array(z.string()).optional() }),
})
const find = async (input: z.input<typeof auditSearch>, who = officer) => (await search.search(who, asked(input))).events
const inLog = <Result>(run: (tx: Transaction) => Promise<Result>, by: Pick<StaffActor, 'organizationId'> = clinician) =>
  world.database.database.inOrganization(by.organizationId, run)

/** Everything that waits gets its place. */
async function place(actor: Pick<StaffActor, 'organizationId'> = officer): Promise<void> {
  const sequencer = createSequencer({ database: world.database.database, keys: curtain.keys })
  while (!(await sequencer.pass(actor.organizationId, { signNow: true })).isDone);
}

test('whatever is asked, the index gives what going through all events gives, newest first and page by page', async () => {
  const home = await curtain.makeOrganization()
  const who = await world.addStaff(home.organizationId, 'security-officer')
  const staff = await Promise.all([1, 2, 3].map(() => world.addStaff(home.organizationId, 'clinician', 'scheduler')))
  const [first] = staff
  if (first === undefined) throw new Error('nobody')
  const visits: VisitId[] = []
  const patients: PatientId[] = []
  for (const name of ['Ann Lee', 'Bo Marsh', 'Cy Ames']) {
    const visit = await curtain.makeVisit(first, name, 'cough')
    visits.push(visit.id)
    patients.push(visit.patient.id)
  }
  const team = `tea_${'0'.repeat(26)}`
  const beginning = Date.parse('2020-01-01T00:00:00.000Z')
  const end = Date.now()
  let seed = 7
  const below = (most: number) => (seed = (seed * 48271) % 2147483647) % most
  const pick = <Item>(of: readonly Item[]): Item => {
    const item = of[below(of.length)]
    if (item === undefined) throw new Error('nothing to pick')
    return item
  }
  await inLog(async (tx) => {
    for (let i = 0; i < 400; i++) {
      const { organizationId, userId } = pick(staff)
      // Two at the same moment, now and then.
      const at = new Date(below(9) === 0 ? beginning + 1e9 : beginning + below(1e6) * ((end - beginning) / 1e6))
      const listed = patients.filter(() => below(2) === 0)
      switch (below(5)) {
        case 0: await record(tx, { type: 'patient.listed', organizationId, userId, facts: { patientIds: listed, count: listed.length } }, at); break
        case 1: await record(tx, { type: 'patient.read', organizationId, userId, target: pick(patients) }, at); break
        case 2: await record(tx, { type: 'visit.read', organizationId, userId, target: pick(visits) }, at); break
        case 3: await record(tx, { type: 'team.patient-added', organizationId, userId, target: team, facts: { patientId: pick(patients) } }, at); break
        default: await record(tx, { type: 'access.denied', organizationId, userId, outcome: 'denied', target: pick(visits), facts: { action: 'x' } }, at)
      }
    }
  }, first)
  const everything = await inLog((tx) => tx.selectFrom('audit_events').selectAll().orderBy('id', 'desc').execute(), first)
  const concerns = (patientId: PatientId, event: (typeof everything)[number]) => {
    const { target, facts } = namingPatients.parse(event)
    const visit = visits[patients.indexOf(patientId)]
    return target === patientId || target === visit || facts.patientId === patientId || facts.patientIds?.includes(patientId) === true
  }
  const expected = (filter: AuditFilter) =>
    everything.filter(
      (event) =>
        (filter.patientId === undefined || concerns(filter.patientId, event)) &&
        (filter.userId === undefined || event.user_id === filter.userId) &&
        (filter.visitId === undefined || event.target === filter.visitId) &&
        (filter.target === undefined || event.target === filter.target) &&
        (filter.types === undefined || filter.types.includes(event.type)) &&
        (filter.outcome === undefined || event.outcome === filter.outcome) &&
        (filter.since === undefined || event.at >= new Date(filter.since)) &&
        (filter.until === undefined || event.at < new Date(filter.until)),
    ).map(({ id }) => id)
  const known = everything.length
  const moments = ['2020-01-12T13:46:40.000Z', '2021-06-01T00:00:00.000Z', '2023-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z']
  for (let i = 0; i < 60; i++) {
    const sometimes = <Value>(value: Value, often = 3) => (below(often) === 0 ? value : undefined)
    const filter = auditSearch.parse({
      patientId: sometimes(pick(patients)),
      userId: sometimes<UserId>(pick(staff).userId),
      visitId: sometimes(pick(visits), 6),
      target: sometimes(pick([...visits, ...patients, team]), 6),
      types: sometimes([pick(['patient.read', 'visit.read', 'access.denied', 'passkey.added'] as const), 'patient.listed']),
      outcome: sometimes(pick(['success', 'denied'] as const)),
      since: sometimes(pick(moments)),
      // What the searches themselves put on record comes after.
      until: sometimes(pick(moments)) ?? new Date(end).toISOString(),
      limit: 60,
    })
    const { before: _, after: __, limit: ___, ...asFilter } = filter
    if (asFilter.until === moments[3]) asFilter.until = filter.until = new Date(end).toISOString()
    const [page, rest] = [await search.search(who, filter), expected(asFilter)]
    expect(page.events.map(({ id }) => id)).toEqual(rest.slice(0, 60))
    expect(page.more).toBe(rest.length > 60)
    const last = page.events.at(-1)
    if (last !== undefined && page.more) {
      expect((await search.search(who, { ...filter, before: last.id })).events.map(({ id }) => id)).toEqual(rest.slice(60, 120))
    }
  }
  expect(known).toBeGreaterThan(400)
})

test('of a patient: what became of their record, their visits and the lists they stood in, and of the double that was merged into it', async () => {
  const ann = await curtain.create(clinician, { name: 'Ann Lee', birthDate: '1958-04-30' })
  const double = await curtain.create(clinician, { name: 'Ann Leigh' })
  const other = await curtain.create(clinician, { name: 'Bo Marsh' })
  const visit = await curtain.makeVisit(clinician, { id: double.id }, 'cough')
  await curtain.search(clinician, { name: 'ann l' })
  await curtain.read(clinician, other.id)
  await world.endVisit(visit.id)
  await curtain.merge(clinician, double.id, ann.id)
  const types = (await find({ patientId: ann.id, limit: 200 })).map(({ type }) => type)
  expect(types).toEqual(expect.arrayContaining(['patient.created', 'visit.created', 'patient.searched', 'patient.merged']))
  expect(types.filter((type) => type === 'patient.created')).toHaveLength(2)
  expect(types).not.toContain('patient.read')
  // Who asked the log about somebody is in the log as well.
  expect((await find({ patientId: ann.id }))[0]).toMatchObject({ type: 'audit.searched', target: ann.id, userId: officer.userId, facts: { by: ['patientId'] } })
})

test('nothing of another organization is found by any id of it', async () => {
  const foreign = await curtain.makeOrganization()
  const visit = await curtain.makeVisit(foreign, 'Eve Moon', 'cough')
  await place(foreign)
  const [event] = await world.database.query(`select id from audit_events where target = $1 limit 1`, [visit.id])
  const patientId = visit.patient.id
  for (const filter of [{ patientId }, { visitId: visit.id }, { userId: foreign.userId }, { target: visit.id }, { target: foreign.organizationId }]) {
    const { events, names } = await search.search(officer, asked(filter))
    expect(events.filter(({ type }) => type !== 'audit.searched')).toEqual([])
    expect(names).not.toHaveProperty(foreign.userId)
  }
  const after = auditSearch.shape.after.parse(event?.['id'])
  for (const around of [{ after }, { before: after }]) {
    const { events } = await search.search(officer, asked({ ...around, limit: 200 }))
    expect(events.every(({ entry }) => entry?.includes(officer.organizationId))).toBe(true)
  }
  const logs = createPatientLogs({ database: world.database.database, keys: curtain.keys })
  await expect(logs.read(officer, patientId, { limit: 50 })).rejects.toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(await logs.find(officer, { name: 'Eve Moon', birthDate: '1960-01-01' })).toEqual({ patients: [] })
})

test('security officers see addresses and reasons, auditors those of staff alone, and neither what nobody can open', async () => {
  const { organizationId, userId } = clinician
  const visit = await curtain.makeVisit(clinician, 'Ivy Moss', 'cough')
  const [participant] = await world.database.query('select id from participants where visit_id = $1', [visit.id])
  const participantId = participantIdSchema.parse(participant?.['id'])
  const fields = await curtain.keys.sealer(organizationId)
  // Not in one moment, in which either might be the newer one.
  const [first, second] = [new Date(), new Date(Date.now() + 1)]
  await runFrom({ address: '192.0.2.7', keys: curtain.keys }, () =>
    inLog(async (tx) => {
      const reason = { text: '=found unconscious', fields }
      await record(tx, { type: 'patient.glass-broken', organizationId, userId, target: visit.patient.id, reason }, first)
      await record(tx, { type: 'participant.arrived', organizationId, participantId, target: visit.id, facts: { participantId } }, second)
    }),
  )
  const types = ['patient.glass-broken', 'participant.arrived'] as const
  const seen = async (who: SignedInActor) =>
    (await find({ patientId: visit.patient.id, types: [...types] }, who)).map(({ from, reason, closed }) => ({ from, reason, closed }))
  expect(await seen(officer)).toEqual([
    { from: '192.0.2.7', reason: null, closed: [] },
    { from: '192.0.2.7', reason: '=found unconscious', closed: [] },
  ])
  const forAuditor = [
    { from: null, reason: null, closed: ['from'] },
    { from: '192.0.2.7', reason: null, closed: ['reason'] },
  ]
  expect(await seen(auditor)).toEqual(forAuditor)
  expect((await search.search(auditor, asked({ visitId: visit.id }))).roles).toEqual({ [participantId]: 'patient' })

  const exports = createLogExports({ database: world.database.database, keys: curtain.keys, publicUrl: () => 'https://clinic.example' })
  const exported = async (who: SignedInActor, format: 'csv' | 'ndjson') => {
    const { text } = await exports.begin(who, { format, filter: { patientId: visit.patient.id, types: [...types] } })
    let whole = ''
    for await (const piece of text) whole += piece
    return whole
  }
  const lines = (await exported(auditor, 'ndjson')).trim().split('\n').map((line): unknown => JSON.parse(line))
  expect(lines).toMatchObject(forAuditor)
  expect(await exported(officer, 'csv')).toContain(`"192.0.2.7","'=found unconscious","",`)
  expect(await exported(auditor, 'csv')).not.toContain('unconscious')

  // An entry that was made unreadable hides itself alone.
  await world.database.query(`update audit_events set entry = '{' where target = $1 and type = 'patient.glass-broken'`, [visit.patient.id])
  expect(await seen(officer)).toMatchObject([{ from: '192.0.2.7' }, { from: null, closed: ['from', 'reason'] }])
  // The patient's own address goes with their key.
  await world.endVisit(visit.id)
  await curtain.erase(clinician, visit.patient.id, { ground: 'made-in-error', name: 'Ivy Moss' })
  expect((await seen(officer))[0]).toEqual({ from: null, reason: null, closed: ['from'] })
})

test('what came late is told to whoever follows, and following is put on record once', async () => {
  const log = (target: string) => inLog((tx) => record(tx, { type: 'visit.read', organizationId: clinician.organizationId, target }))
  await log('seen')
  await place()
  const [seen] = await find({ types: ['visit.read'] })
  if (seen === undefined) throw new Error('nothing seen')
  await place()
  const tell = Promise.withResolvers<number>()
  const unfollow = await search.follow(officer, tell.resolve, () => tell.reject(new Error('failed')))
  const size = await tell.promise
  await inLog(async (tx) => {
    // It was begun before what was seen, and is committed after it.
    await record(tx, { type: 'visit.read', organizationId: clinician.organizationId, target: 'late' }, new Date(Date.parse(seen.at) - 5000))
  })
  await log('later')
  await place()
  const searches = async () => (await world.events('audit.searched')).length
  const before = await searches()
  const fresh = await search.search(officer, asked({ types: ['visit.read'], after: seen.id }))
  expect(fresh.events.map(({ target }) => target)).toEqual(['later', 'late'])
  expect(fresh.more).toBe(false)
  expect(fresh.events.every(({ index }) => index !== null && index >= size)).toBe(true)
  expect(await searches()).toBe(before)
  // What comes is news wherever it is looked for from: a search may have found nothing for long.
  const [oldest, next] = await world.database.query(
    `select event_id as id from audit_leaves where organization_id = $1 order by index limit 2`,
    [officer.organizationId],
  )
  await world.database.query(`update audit_events set at = at - interval '1 hour' where id = $1`, [oldest?.['id']])
  const afterOldest = auditSearch.shape.after.parse(oldest?.['id'])
  await search.search(officer, asked({ types: ['visit.read'], after: afterOldest }))
  expect(await searches()).toBe(before)
  // Another session of theirs follows nothing, nor does this one follow what was long before.
  await search.search({ ...officer, sessionId: clinician.sessionId }, asked({ after: seen.id }))
  await world.database.query(`update audit_events set at = at - interval '1 hour' where id = $1`, [next?.['id']])
  await search.search(officer, asked({ after: afterOldest, limit: 200 }))
  expect(await searches()).toBe(before + 2)

  const told = Promise.withResolvers<number>()
  unfollow()
  const again = await search.follow(officer, (now) => now > size && told.resolve(now), () => {})
  news.publish(officer.organizationId)
  expect(await told.promise).toBeGreaterThan(size)
  again()
})

test('a patient’s access log has nothing about anybody else, and clinicians read it of their own patients', async () => {
  const stranger = await world.addStaff(officer.organizationId, 'clinician')
  const visit = await curtain.makeVisit(clinician, 'Una Reed', 'cough')
  const other = await curtain.create(clinician, { name: 'Ugo Reed' })
  await runFrom({ address: '192.0.2.8', keys: curtain.keys }, () => curtain.search(clinician, { name: 'reed' }))
  const logs = createPatientLogs({ database: world.database.database, keys: curtain.keys })
  for (const who of [clinician, officer, auditor]) {
    const log = await logs.read(who, visit.patient.id, { limit: 200 })
    expect(log.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['patient.created', 'visit.created', 'patient.searched']))
    expect(JSON.stringify(log)).not.toMatch(new RegExp(`${other.id}|192\\.0\\.2|Reed`))
    expect(log.events.every(({ entry, from, reason }) => entry === null && from === null && reason === null)).toBe(true)
    expect(log.names).toMatchObject({ [clinician.userId]: 'Sky' })
  }
  // Nor who watches over it: whoever is looked at must not see that.
  await find({ patientId: visit.patient.id })
  await inLog((tx) => record(tx, { type: 'log.hold-set', organizationId: officer.organizationId, userId: officer.userId, target: visit.patient.id }))
  const { events } = await logs.read(clinician, visit.patient.id, { limit: 200 })
  expect(events.filter(({ type }) => /^(audit|log)\./.test(type))).toEqual([])
  await expect(logs.read(stranger, visit.patient.id, { limit: 50 })).rejects.toThrow(expect.objectContaining({ code: 'not-found' }))
  expect((await find({ patientId: visit.patient.id }))[0]).toMatchObject({ type: 'access.denied', userId: stranger.userId })
})

test('somebody who is known by name is found for the log, and looking for many is not possible', async () => {
  const patient = await curtain.create(clinician, { name: 'Zoe Quill', birthDate: '1971-02-03' })
  const logs = createPatientLogs({ database: world.database.database, keys: curtain.keys })
  const look = (name: string) => logs.find(auditor, { name, birthDate: '1971-02-03' })
  expect((await look('zoe quill')).patients.map(({ patientId }) => patientId)).toEqual([patient.id])
  expect(await look('zoe')).toEqual({ patients: [] })
  const [found] = await find({ types: ['audit.patient-found'], userId: auditor.userId, limit: 1 })
  expect(found?.facts).toEqual({ by: ['name', 'birthDate'], count: 0 })
  for (let i = 2; i < 60; i++) await look('nobody at all')
  await expect(look('zoe quill')).rejects.toThrow(expect.objectContaining({ code: 'rate-limited' }))
})

test('saved searches have sealed names, are there for all who read the log, and go when somebody removes them', async () => {
  const saved = createSavedSearches({ database: world.database.database, keys: curtain.keys })
  const made = await saved.save(officer, { name: 'Ann Lee’s chart', filter: { outcome: 'denied' } })
  expect(await saved.list(auditor)).toEqual([made])
  const rows = await world.database.query('select name from audit_saved_searches')
  expect(String(rows[0]?.['name'])).not.toContain('Ann')
  await saved.remove(auditor, made.id)
  expect(await saved.list(officer)).toEqual([])
  await expect(saved.remove(officer, made.id)).rejects.toThrow(expect.objectContaining({ code: 'not-found' }))
  await expect(saved.list(clinician)).rejects.toThrow(expect.objectContaining({ code: 'forbidden' }))
})
