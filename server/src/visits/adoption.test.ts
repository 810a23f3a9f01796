import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VisitId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeKeysWorld, type KeysStart, type KeysWorld } from '../../../tests/support/keys-world.ts'
import { frameTexts, sealBytes } from '../keys/aead.ts'
import { openLegacyFields } from '../keys/legacy-fields.ts'
import { patientName } from '../patients/schema.ts'
import type { StaffActor } from '../users/schema.ts'

let world: KeysWorld
let actor: StaffActor
let visitId: VisitId
const fieldKey = randomBytes(32)

/** As it was sealed when there was one key for everything. */
function sealAsBefore(table: string, column: string, rowId: string, text: string): string {
  const additionalData = Buffer.concat([Buffer.of(1), frameTexts([table, column, rowId])])
  return Buffer.concat([Buffer.of(1), sealBytes(fieldKey, additionalData, Buffer.from(text))]).toString('hex')
}

/** A clinic with a visit, put back to the state in which that Curtain left it. */
beforeEach(async () => {
  world = await makeKeysWorld()
  const start = await world.start()
  actor = await start.makeOrganization()
  const visit = await start.makeVisit(actor, 'Ann Lee', 'cough')
  visitId = visit.id
  await start.inviteGuest(actor, visitId, 'Gia')
  const { query } = world.database
  await query(`update patients set name = '\\x${sealAsBefore('patients', 'name', visit.patient.id, 'Ann Lee')}'`)
  await query(`update visits set reason = '\\x${sealAsBefore('visits', 'reason', visitId, 'cough')}'`)
  for (const { id, role } of await query('select id, role from participants')) {
    const name = role === 'guest' ? 'Gia' : 'Ann Lee'
    await query(`update participants set display_name = '\\x${sealAsBefore('participants', 'display_name', String(id), name)}' where id = $1`, [id])
  }
  await query('delete from organization_keys; delete from index_keys; delete from patient_name_tokens; delete from patient_changes')
  for (const name of readdirSync(world.keysFolder)) rmSync(join(world.keysFolder, name), { recursive: true })
  writeFileSync(join(world.keysFolder, 'field.key'), `${fieldKey.toString('base64url')}\n`, { mode: 0o600 })
})
afterEach(() => world[Symbol.asyncDispose]())

async function names(start: KeysStart): Promise<(string | null)[]> {
  const { patient, reason, participants } = await start.readVisit(actor, visitId)
  return [patient.name, reason, ...participants.map(({ displayName }) => displayName)]
}
const adoptedNames = ['Ann Lee', 'cough', 'Ann Lee', 'Gia']
const formsInRows = async () =>
  (await world.database.query(`select get_byte(name, 0) as form from patients union all select get_byte(reason, 0) from visits
    union all select get_byte(display_name, 0) from participants order by form`)).map(({ form }) => form)

test('what the one key of before sealed is sealed anew at the start, and needs that key no more', async () => {
  const start = await world.start()
  expect(await names(start)).toEqual(adoptedNames)
  expect(await formsInRows()).toEqual([2, 3, 3, 3])
  const [event] = await world.database.query(`select * from audit_events where type = 'keys.adopted'`)
  expect(event).toMatchObject({ organization_id: actor.organizationId, outcome: 'success', facts: { version: 1, count: 1 } })
  rmSync(join(world.keysFolder, 'field.key'))
  expect(await names(await world.start())).toEqual(adoptedNames)
})

test('a start that was stopped in the middle of it is done again by the next', async () => {
  await world.database.query(`alter table audit_events add constraint refused check (type <> 'keys.adopted') not valid`)
  await expect(world.start()).rejects.toThrow(/refused/)
  expect(await formsInRows()).toEqual([1, 1, 1, 1])
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toEqual([expect.stringMatching(/\.pending$/)])
  await world.database.query('alter table audit_events drop constraint refused')
  expect(await names(await world.start())).toEqual(adoptedNames)
})

test('without the key of before, or with another or a world-readable one, the start is refused and nothing is made', async () => {
  const file = join(world.keysFolder, 'field.key')
  rmSync(file)
  await expect(world.start()).rejects.toThrow(`${file} is missing, and the database has data that only it can open.`)
  writeFileSync(file, 'c2hvcnQ', { mode: 0o600 })
  await expect(world.start()).rejects.toThrow(`${file} does not hold a key.`)
  rmSync(file)
  writeFileSync(file, fieldKey.toString('base64url'), { mode: 0o644 })
  await expect(world.start()).rejects.toThrow(/mode 0600/)
  expect(readdirSync(world.keysFolder)).toEqual(['field.key'])
  rmSync(file)
  writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 })
  await expect(world.start()).rejects.toThrow()
  expect(await formsInRows()).toEqual([1, 1, 1, 1])
})

test('a database of before beside keys of after is refused: it could bring an erased patient back', async () => {
  const { query } = world.database
  await query('create table backup as select * from patients')
  const start = await world.start()
  const { patient } = await start.readVisit(actor, visitId)
  await query('delete from organization_keys')
  await expect(world.start()).rejects.toThrow(`${world.patientsFolder(actor.organizationId)} has some: they belong to a later copy.`)
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toEqual([patient.id])
})

test('a value that the version before wrote opens', () => {
  writeFileSync(join(world.keysFolder, 'field.key'), Buffer.alloc(32, 7).toString('base64url'))
  const sealed = Buffer.from('010909090909090909090909097dea473f9e33440fc711bf4a255cce615266c0c92572aded0b81a00a731718', 'hex')
  expect(openLegacyFields(world.keysFolder).open(patientName, 'pat_1', sealed)).toBe('Zoë Ångström')
})
