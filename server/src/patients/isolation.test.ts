import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePatientsWorld, type PatientsStart, type PatientsWorld } from '../../../tests/support/patients-world.ts'
import type { Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { SignedInActor } from '../users/schema.ts'
import { lockVisitsOf } from '../visits/of-patient.ts'
import { findVisit, visitsOf } from '../visits/store.ts'
import { readHistory } from './history.ts'
import { candidates } from './search-store.ts'
import { patientName } from './schema.ts'
import { findPatient, forget, gonePatients, holdPatient, insertNameTokens, lockPatients, newestPatients, unindexedPatients } from './store.ts'

// What is asked here leaves the rules out: stores are called as if every policy had said yes.

let world: PatientsWorld
let curtain: PatientsStart
let mine: SignedInActor
let theirs: SignedInActor
let ann: Awaited<ReturnType<PatientsStart['makeVisit']>>

beforeAll(async () => {
  world = await makePatientsWorld()
  curtain = await world.start()
  const make = async () => world.addStaff((await curtain.makeOrganization()).organizationId, 'clinician', 'scheduler')
  ;[mine, theirs] = [await make(), await make()]
  for (const actor of [mine, theirs]) {
    ann = await curtain.makeVisit(actor, 'Ann Lee', 'cough')
    await curtain.inviteGuest(actor, ann.id, 'Gia')
    await curtain.create(actor, { name: 'Bo', birthDate: '1958-04-30', recordNumber: '12' })
    await world.database.query(`insert into care_teams values ($1, $2, 'Wound care', now())`, [actor.userId, actor.organizationId])
    await world.database.query('insert into care_team_patients select organization_id, $1, id from patients where organization_id = $2',
      [actor.userId, actor.organizationId])
  }
})
afterAll(() => world[Symbol.asyncDispose]())

/** Inside our own organization. */
const inMine = <Result>(run: (tx: Transaction) => Promise<Result>) => world.database.database.inOrganization(mine.organizationId, run)

test('with the rules left out, one organization sees and changes no row of another in any table', async () => {
  const tables = await world.database.query(`select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'organization_id' order by 1`)
  const filled: unknown[] = []
  for (const { name } of tables) {
    const rowsOf = async (where: string) => Number((await world.database.query(`select count(*) from ${String(name)} ${where}`))[0]?.['count'])
    if ((await rowsOf(`where organization_id = '${theirs.organizationId}'`)) === 0) continue
    filled.push(name)
    const [seen] = (await inMine((tx) => sql<{ own: string; all: string }>`
      select count(*) as all, count(*) filter (where organization_id = ${mine.organizationId}) as own from ${sql.table(String(name))}`.execute(tx))).rows
    expect(seen, String(name)).toEqual({ own: String(await rowsOf(`where organization_id = '${mine.organizationId}'`)), all: seen?.own })
    const touch = inMine((tx) => sql`update ${sql.table(String(name))} set organization_id = organization_id where organization_id = ${theirs.organizationId}`.execute(tx))
    const touched = await touch.then(({ numAffectedRows }) => numAffectedRows, (error: unknown) => String(error))
    expect([0n, `error: permission denied for table ${String(name)}`], String(name)).toContainEqual(touched)
  }
  expect(filled).toEqual(expect.arrayContaining([
    'audit_events', 'care_team_patients', 'care_teams', 'index_keys', 'organization_keys', 'participants', 'patient_changes',
    'patient_name_tokens', 'patients', 'users', 'visit_links', 'visits',
  ]))
})

test('with the rules left out, no store of patients finds, holds or changes one of another organization', async () => {
  const { id } = ann.patient
  const fields = await curtain.keys.sealer(theirs.organizationId)
  const beginnings = [fields.index.beginning(patientName, 'ann')]
  expect(await inMine((tx) => findPatient(tx, id))).toBeUndefined()
  expect(await inMine((tx) => holdPatient(tx, id))).toBeUndefined()
  expect(await inMine((tx) => lockPatients(tx, [id]))).toEqual([])
  expect((await inMine((tx) => newestPatients(tx.selectFrom('patients'), 10))).map((row) => row.organization_id)).toEqual([
    mine.organizationId, mine.organizationId,
  ])
  expect(await inMine((tx) => candidates(tx, [], { beginnings, exact: {} }, null, 10))).toEqual([])
  expect(await inMine((tx) => unindexedPatients(tx, null, 10))).toEqual([])
  expect(await inMine(gonePatients)).toEqual([])
  expect(await inMine(async (tx) => readHistory(tx, await fields.patient(id), id))).toEqual([])
  expect(await inMine((tx) => lockVisitsOf(tx, [id]))).toEqual([])
  expect(await inMine((tx) => visitsOf(tx, id, 10))).toEqual([])
  expect(await inMine((tx) => findVisit(tx, ann.id))).toBeUndefined()
  const tokens = await world.tokensOf(id)
  await inMine((tx) => forget(tx, id, { erased_at: new Date() }))
  expect(await world.tokensOf(id)).toBe(tokens)
  expect((await curtain.read(theirs, id)).name).toBe('Ann Lee')
  const name = fields.index.name(patientName, 'Zoe')
  await expect(inMine((tx) => insertNameTokens(tx, theirs.organizationId, id, name))).rejects.toThrow(/row-level security/)
  await expect(inMine((tx) => insertNameTokens(tx, mine.organizationId, id, name))).rejects.toThrow(/foreign key/)
})

test('a key, an index and a token of one organization are nothing in another', async () => {
  const [own, other] = await Promise.all([mine, theirs].map(({ organizationId }) => curtain.keys.sealer(organizationId)))
  expect(await own?.patient(ann.patient.id)).toBeNull()
  expect(own?.index.beginning(patientName, 'ann')).not.toEqual(other?.index.beginning(patientName, 'ann'))
  await expect(curtain.read(mine, ann.patient.id)).rejects.toThrow(AppError)
})
