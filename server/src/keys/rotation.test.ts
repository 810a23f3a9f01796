import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { visitId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeKeysWorld, type KeysWorld } from '../../../tests/support/keys-world.ts'
import { patientName } from '../patients/schema.ts'
import type { StaffActor } from '../users/schema.ts'
import { createKeys } from './keys.ts'
import { createOrganizationKeys } from './organization-keys.ts'
import { createPatientKeyFiles } from './patient-key-files.ts'
import type { PatientKeyStore } from './patient-keys.ts'
import { openRootFile } from './root-file.ts'

const patients = ['Ann Lee', 'Bo Chen', 'Cy Diaz', 'Di Evans']

let world: KeysWorld
let actor: StaffActor
beforeEach(async () => {
  world = await makeKeysWorld()
  const start = await world.start()
  actor = await start.makeOrganization()
  for (const name of patients) {
    const { id } = await start.makeVisit(actor, name, 'cough')
    await start.inviteGuest(actor, id, `Guest of ${name}`)
  }
})
afterEach(() => world[Symbol.asyncDispose]())

const versionsOnDisk = () =>
  readdirSync(world.patientsFolder(actor.organizationId))
    .filter((name) => !name.endsWith('.new'))
    .map((name) => readFileSync(join(world.patientsFolder(actor.organizationId), name)).readUInt32BE())
    .toSorted((a, b) => a - b)
/** Every row with the transaction that wrote it last: one that was touched shows. */
const rows = () =>
  world.database.query(`select xmin::text, id, name from patients union all select xmin::text, id, reason from visits
    union all select xmin::text, id, display_name from participants order by id`)
const events = async (type: string) =>
  (await world.database.query('select facts from audit_events where type = $1 order by id', [type])).map(({ facts }) => facts)

async function everythingOpens(): Promise<void> {
  const start = await world.start()
  expect(await start.patientNames(actor)).toEqual(patients)
  for (const { id } of await world.database.query('select id from visits')) {
    const { patient, reason, participants } = await start.readVisit(actor, visitId.parse(id))
    expect(reason).toBe('cough')
    expect(participants.map(({ displayName }) => displayName)).toEqual([patient.name, `Guest of ${patient.name}`])
  }
}

/** Keys whose store of patient keys is a little different. */
function keysWith(change: (store: PatientKeyStore) => Partial<PatientKeyStore>) {
  const store = createPatientKeyFiles(join(world.keysFolder, 'patients'))
  const { database } = world.database
  const organizations = createOrganizationKeys({ database, root: openRootFile(world.keysFolder, false) })
  return createKeys({ database, organizations, patientKeys: { ...store, ...change(store) } })
}

test('a rotation wraps every patient’s key again, touches no row, and is on record', async () => {
  const before = await rows()
  const { keys, ...start } = await world.start()
  const seed = await keys.rosterSeed(actor.organizationId)
  expect(await keys.rotate(actor.organizationId)).toEqual({ version: 2, rewrapped: 4, wasResumed: false })
  expect(versionsOnDisk()).toEqual([2, 2, 2, 2])
  expect(await rows()).toEqual(before)
  expect(await events('keys.rotated')).toEqual([{ version: 2 }])
  expect(await events('keys.rewrapped')).toEqual([{ version: 2, count: 4 }])
  // Whoever was at work when it happened goes on.
  expect(await start.patientNames(actor)).toEqual(patients)
  expect(await keys.rosterSeed(actor.organizationId)).not.toEqual(seed)
  await everythingOpens()
  expect(await keys.rotate(actor.organizationId)).toMatchObject({ version: 3, wasResumed: false })
  await everythingOpens()
})

test('the key of the blind indexes is wrapped again as well, and stays what it is: what found a patient before finds them after', async () => {
  const { keys } = await world.start()
  const token = async (of = keys) => (await of.sealer(actor.organizationId)).index.beginning(patientName, 'ann')
  const wrapped = async () => (await world.database.query('select get_byte(wrapped, 3) as version, wrapped from index_keys'))[0]
  const [before, tokenBefore] = [await wrapped(), await token()]
  await keys.rotate(actor.organizationId)
  expect([before?.['version'], (await wrapped())?.['version']]).toEqual([1, 2])
  expect(await token()).toEqual(tokenBefore)
  expect(await token((await world.start()).keys)).toEqual(tokenBefore)
})

test('one organization’s index key does not open as another’s', async () => {
  const start = await world.start()
  const other = await start.makeOrganization()
  await start.keys.sealer(other.organizationId)
  await world.database.query(`update index_keys set wrapped = (select wrapped from index_keys where organization_id = $1)
    where organization_id = $2`, [actor.organizationId, other.organizationId])
  await expect((await world.start()).keys.sealer(other.organizationId)).rejects.toThrow()
})

test('after it, what is new is sealed with the new version, and the patients’ keys do not open with the old one', async () => {
  const { keys, ...start } = await world.start()
  await keys.rotate(actor.organizationId)
  const { id } = await start.makeVisit(actor, 'Eva Fox', 'cough')
  await start.inviteGuest(actor, id, 'Guest of Eva Fox')
  const versions = await world.database.query(
    `select distinct get_byte(display_name, 4) as version from participants where role = 'guest' order by version`)
  expect(versions).toEqual([{ version: 1 }, { version: 2 }])
  await world.database.query(`create table withdrawn as select * from organization_keys where version = 2`)
  await world.database.query(`delete from organization_keys where version = 2`)
  await expect((await world.start()).patientNames(actor)).rejects.toThrow(/no version 2/)
})

/** Where a process may be killed: what it did until then is done, and nothing after. */
const stops: [string, (store: PatientKeyStore) => Partial<PatientKeyStore>, number[]][] = [
  ['before the first patient', () => ({ list: () => Promise.reject(new Error('killed')) }), [1, 1, 1, 1]],
  ...[0, 1, 2, 3].flatMap((done): (typeof stops)[number][] => {
    const after = (isDone: boolean) => (store: PatientKeyStore): Partial<PatientKeyStore> => {
      let left = done
      return {
        async replace(...of) {
          if (left-- > 0) return store.replace(...of)
          if (isDone) await store.replace(...of)
          throw new Error('killed')
        },
      }
    }
    const sorted = (count: number) => patients.map((_name, at) => (at < patients.length - count ? 1 : 2))
    return [
      [`with ${done} patients done`, after(false), sorted(done)],
      [`just after patient ${done + 1}`, after(true), sorted(done + 1)],
    ]
  }),
]

test.each(stops)('stopped %s, everything opens, and the next rotation goes on with the same version', async (_where, change, left) => {
  const before = await rows()
  await expect(keysWith(change).rotate(actor.organizationId)).rejects.toThrow('killed')
  expect(versionsOnDisk()).toEqual(left)
  await everythingOpens()
  const { keys } = await world.start()
  const rewrapped = left.filter((version) => version === 1).length
  expect(await keys.rotate(actor.organizationId)).toEqual({ version: 2, rewrapped, wasResumed: true })
  expect(versionsOnDisk()).toEqual([2, 2, 2, 2])
  expect(await rows()).toEqual(before)
  expect(await events('keys.rotated')).toEqual([{ version: 2 }])
  await everythingOpens()
})

test.each(['keys.rotated', 'keys.rewrapped'])('when %s cannot be written into the audit log, that step did not happen', async (type) => {
  await world.database.query(`alter table audit_events add constraint refused check (type <> '${type}') not valid`)
  await expect((await world.start()).keys.rotate(actor.organizationId)).rejects.toThrow(/refused/)
  await world.database.query('alter table audit_events drop constraint refused')
  await everythingOpens()
  const { keys } = await world.start()
  expect(await keys.rotate(actor.organizationId)).toMatchObject({ version: 2, wasResumed: type === 'keys.rewrapped' })
  await everythingOpens()
})

test('a patient whose key is destroyed while a rotation runs stays destroyed', async () => {
  let victim: string | undefined
  const keys = keysWith((store) => ({
    async replace(organizationId, patientId, ...wrapped) {
      const replacing = store.replace(organizationId, patientId, ...wrapped)
      if (victim === undefined) {
        victim = patientId
        await store.destroy(organizationId, patientId)
      }
      return replacing
    },
  }))
  expect(await keys.rotate(actor.organizationId)).toMatchObject({ rewrapped: 3 })
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toHaveLength(3)
  expect(readdirSync(world.patientsFolder(actor.organizationId))).not.toContain(victim)
})
