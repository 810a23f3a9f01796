import { readVerifier, verifyExport } from '@curtain/audit-log'
import type { LegalHoldId, OrganizationId, PatientId, VisitId } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { noMail } from '../../../tests/support/no-mail.ts'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { exportLog } from '../audit/export.ts'
import { record } from '../audit/record.ts'
import { createSequencer } from '../audit/sequencer.ts'
import { logKey } from '../audit/signing.ts'
import { newId } from '../database/new-id.ts'
import { createOrganization } from '../organizations/service.ts'
import type { SignedInActor } from '../users/schema.ts'
import { pruneLog } from './prune.ts'
import { createRetention } from './service.ts'
import { announce, pruneEvents } from './store.ts'

let world: TestDatabase
let organizationId: OrganizationId
let officer: SignedInActor
let made = 0

const yearMs = 365.25 * 24 * 60 * 60_000
const yearsAgo = (years: number) => new Date(Date.now() - years * yearMs)

beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  const input = { organizationName: 'Harbor', name: 'Dana', email: `dana${made++}@harbor.example`, password: null }
  const created = await createOrganization(world, input, yearsAgo(9))
  organizationId = created.organizationId
  officer = { kind: 'staff', organizationId, userId: created.userId, sessionId: newId('session', new Date()), roles: ['security-officer'] }
})

const retention = () => createRetention({ ...world, mail: noMail, publicUrl: () => '' })
const prune = () => pruneLog(world.database, organizationId)
const place = async () => {
  const sequencer = createSequencer(world)
  while (!(await sequencer.pass(organizationId, { signNow: true })).isDone);
}

/** Logs reads of these targets at some time, and gives them their place. */
async function log(at: Date, ...targets: string[]): Promise<void> {
  await world.database.inOrganization(organizationId, async (tx) => {
    for (const target of targets) await record(tx, { type: 'visit.read', organizationId, target }, at)
  })
  await place()
}

/** Announces and prunes all that is due. @returns how many events went */
async function pruneAll(): Promise<number> {
  await prune()
  await place()
  return (await prune()).removed
}

async function exported() {
  const key = (await world.database.inOrganization(organizationId, logKey)) ?? ''
  const lines: Buffer[] = []
  for await (const text of exportLog(world.database, organizationId, key)) lines.push(Buffer.from(text))
  const text = Buffer.concat(lines).toString()
  const targets = [...text.matchAll(/"target":"(t\d+)"/g)].map(([, target]) => target)
  return { targets, report: await verifyExport(lines, { key: readVerifier(key) }) }
}

/** Somebody's patient with a visit, as rows alone. */
async function addPatient(mergedInto: PatientId | null = null): Promise<{ patientId: PatientId; visitId: VisitId }> {
  const [patientId, visitId] = [newId('patient', new Date()), newId('visit', new Date())]
  const by = [organizationId, officer.userId]
  await world.query(
    `insert into patients (organization_id, created_by, id, name, created_at, merged_into) values ($1, $2, $3, '', now(), $4)`,
    [...by, patientId, mergedInto],
  )
  await world.query(
    `insert into visits (organization_id, clinician_id, id, patient_id, kind, status, starts_at, duration_minutes, reason, created_at, encryption)
     values ($1, $2, $3, $4, 'consultation', 'ended', now(), 30, '', now(), 'end-to-end')`,
    [...by, visitId, patientId],
  )
  return { patientId, visitId }
}

test('what is older than six years goes, once the log has said so under a checkpoint; its hashes stay, and the log is sound', async () => {
  await log(yearsAgo(8), 't1', 't2')
  await log(yearsAgo(6.01), 't3')
  await log(yearsAgo(5.99), 't4')
  // With the two of the making of the organization.
  expect(await prune()).toEqual({ removed: 0, announced: 5 })
  expect(await prune()).toEqual({ removed: 0, announced: 0 })
  expect((await exported()).targets).toEqual(['t1', 't2', 't3', 't4'])
  await place()
  expect(await prune()).toEqual({ removed: 5, announced: 0 })
  const { targets, report } = await exported()
  expect(targets).toEqual(['t4'])
  expect(report).toMatchObject({ outcome: 'sound', entries: 7, pruned: 5 })
  expect(await retention().read(officer)).toMatchObject({ years: 6, pruned: { count: 5 } })
  expect(await pruneAll()).toBe(0)
})

test('an organization keeps its log longer if it wants, and never shorter than six years', async () => {
  await log(yearsAgo(8), 't1')
  await log(yearsAgo(6.5), 't2')
  expect(await retention().keepFor(officer, 7)).toMatchObject({ years: 7, yearsInForce: 7 })
  await log(new Date(), 't3')
  await pruneAll()
  expect((await exported()).targets).toEqual(['t2', 't3'])
  // Fewer years hold thirty days after they were decided.
  expect(await retention().keepFor(officer, 6)).toMatchObject({ years: 6, yearsInForce: 7 })
  expect(await pruneAll()).toBe(0)
  await world.query(`update audit_retention set set_at = set_at - interval '31 days' where organization_id = $1`, [organizationId])
  expect(await pruneAll()).toBe(1)
  expect((await exported()).report).toMatchObject({ outcome: 'sound', pruned: 4 })
  const tooFew = world.database.inOrganization(organizationId, (tx) =>
    tx.insertInto('audit_retention').values({ organization_id: organizationId, years: 5, set_by: officer.userId }).execute(),
  )
  await expect(tooFew).rejects.toThrow('violates check constraint')
})

test('a hold on a patient keeps all that is about them, and one on the log everything, until thirty days after its end', async () => {
  const kept = await addPatient()
  const double = await addPatient(kept.patientId)
  const other = await addPatient()
  await world.database.inOrganization(organizationId, async (tx) => {
    const at = yearsAgo(7)
    const participantId = newId('participant', at)
    for (const target of [kept.patientId, kept.visitId, double.patientId, double.visitId, other.patientId, other.visitId]) {
      await record(tx, { type: 'visit.read', organizationId, target }, at)
    }
    await record(tx, { type: 'patient.listed', organizationId, facts: { patientIds: [other.patientId, kept.patientId] } }, at)
    await record(tx, { type: 'team.patient-added', organizationId, facts: { patientId: kept.patientId } }, at)
    await record(tx, { type: 'participant.arrived', organizationId, participantId, target: other.visitId }, at)
  })
  await log(new Date(), 't1')
  await retention().hold(officer, { patientId: kept.patientId, reason: 'Roe v. Harbor' })
  const { holds } = await retention().hold(officer, { patientId: null, reason: 'inspection' })
  expect(holds.map(({ reason, isInForce }) => [reason, isInForce])).toEqual([['inspection', true], ['Roe v. Harbor', true]])
  expect(await pruneAll()).toBe(0)

  const end = async (id: LegalHoldId | undefined) => {
    expect((await retention().endHold(officer, id!)).holds.find((hold) => hold.id === id)).toMatchObject({ isInForce: true })
    expect(await pruneAll()).toBe(0)
    await world.query(`update legal_hold_ends set ended_at = ended_at - interval '31 days' where hold_id = $1`, [id])
  }
  await end(holds[0]?.id)
  expect(await pruneAll()).toBe(5)
  expect((await exported()).report).toMatchObject({ outcome: 'sound', pruned: 5 })
  await end(holds[1]?.id)
  expect(await pruneAll()).toBe(6)
  expect((await exported()).report).toMatchObject({ outcome: 'sound', pruned: 11 })
  const about = (type: string) => world.query('select target from audit_events where organization_id = $1 and type = $2', [organizationId, type])
  expect([await about('log.hold-set'), await about('log.hold-ended')]).toEqual([
    [{ target: kept.patientId }, { target: organizationId }],
    [{ target: organizationId }, { target: kept.patientId }],
  ])
})

test('a clock that was set back prunes nothing: only what lies before all that is to be kept', async () => {
  await log(yearsAgo(1), 't1')
  await log(yearsAgo(30), 't2')
  expect(await pruneAll()).toBe(2)
  expect((await exported()).targets).toEqual(['t1', 't2'])
})

test('the server’s role prunes nothing that was not announced, nor more than was', async () => {
  await log(yearsAgo(8), 't1', 't2', 't3')
  await log(new Date(), 't4')
  const call = () => world.database.inOrganization(organizationId, (tx) => pruneEvents(tx, 100))
  expect(await call()).toBe(0)
  // Says less than it could: so much and no more goes.
  await world.database.inOrganization(organizationId, async (tx) => {
    await record(tx, { type: 'log.pruned', organizationId, facts: { before: 5, count: 1 } })
    await announce(tx, organizationId)
  })
  expect(await call()).toBe(0)
  await place()
  expect([await call(), await call()]).toEqual([1, 0])
  expect((await exported()).report).toMatchObject({ outcome: 'sound', pruned: 1 })
})

test('an export that was begun before a second pruning says what that took', async () => {
  await log(yearsAgo(8), 't1')
  await log(yearsAgo(6.5), 't2', 't3', 't4')
  await log(new Date(), 't0')
  await retention().keepFor(officer, 7)
  expect(await pruneAll()).toBe(3)
  await retention().keepFor(officer, 6)
  await world.query(`update audit_retention set set_at = set_at - interval '31 days' where organization_id = $1`, [organizationId])
  const key = (await world.database.inOrganization(organizationId, logKey)) ?? ''
  const lines: Buffer[] = []
  for await (const text of exportLog(world.database, organizationId, key, 1)) {
    lines.push(Buffer.from(text))
    // The header, what was pruned before, and one more.
    if (lines.length === 5) expect(await pruneAll()).toBe(3)
  }
  expect(await verifyExport(lines, { key: readVerifier(key) })).toMatchObject({ outcome: 'sound', findings: [] })
})

test('whoever can write as the server’s role makes it prune nothing that stands behind what is to be kept', async () => {
  await log(yearsAgo(8), 't1')
  await log(yearsAgo(1), 't2')
  await log(yearsAgo(30), 't3')
  await world.database.inOrganization(organizationId, async (tx) => {
    await record(tx, { type: 'log.pruned', organizationId, facts: { before: 1_000_000, count: 1_000_000 } })
    await announce(tx, organizationId)
  })
  await place()
  expect(await world.database.inOrganization(organizationId, (tx) => pruneEvents(tx, 100))).toBe(3)
  expect((await exported()).targets).toEqual(['t2', 't3'])
})

test('auditors see what is held, not why, and change nothing; clinicians see nothing of it', async () => {
  await retention().hold(officer, { patientId: null, reason: 'inspection' })
  const auditor: SignedInActor = { ...officer, roles: ['auditor'] }
  expect(await retention().read(auditor)).toMatchObject({ holds: [{ reason: null }], mayChange: false })
  await expect(retention().keepFor(auditor, 10)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(retention().read({ ...officer, roles: ['clinician', 'owner'] })).rejects.toMatchObject({ code: 'forbidden' })
})
