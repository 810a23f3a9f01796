import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { awsCredentials, awsRegion, startKmsStandIn, startVaultStandIn, vaultToken } from '../../../tests/support/key-services.ts'
import { makeKeysWorld, type KeysWorld } from '../../../tests/support/keys-world.ts'
import { newId } from '../database/new-id.ts'

let world: KeysWorld
beforeEach(async () => {
  world = await makeKeysWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const rootFile = () => join(world.keysFolder, 'root.key')
const namesIn = (visit: { patient: { name: string }; reason: string | null; participants: readonly { displayName: string }[] }) =>
  [visit.patient.name, visit.reason, ...visit.participants.map(({ displayName }) => displayName)]

test('what one start seals the next one opens, with the organization’s and the patients’ keys', async () => {
  const first = await world.start()
  const actor = await first.makeOrganization()
  const { id } = await first.makeVisit(actor, 'Ann Lee', 'cough')
  await first.inviteGuest(actor, id, 'Gia')
  const second = await world.start()
  expect(namesIn(await second.readVisit(actor, id))).toEqual(['Ann Lee', 'cough', 'Ann Lee', 'Gia'])
  expect(await second.keys.rosterSeed(actor.organizationId)).toEqual(await first.keys.rosterSeed(actor.organizationId))
})

test('a root key that is missing beside an organization refuses the start, and none is made', async () => {
  await (await world.start()).makeOrganization()
  rmSync(rootFile())
  await expect(world.start()).rejects.toThrow(`${rootFile()} is missing, and there is data that only it can open.`)
  expect(existsSync(rootFile())).toBe(false)
})

test('a root key that is missing beside patients’ keys refuses the start, though the database is empty', async () => {
  mkdirSync(join(world.keysFolder, 'patients'))
  await expect(world.start()).rejects.toThrow(/is missing/)
  expect(readdirSync(world.keysFolder)).toEqual(['patients'])
})

test('a root key of another database refuses the start, and stays as it is', async () => {
  await (await world.start()).makeOrganization()
  await using other = await makeKeysWorld()
  await (await other.start()).makeOrganization()
  cpSync(join(other.keysFolder, 'root.key'), rootFile())
  const before = readFileSync(rootFile())
  await expect(world.start()).rejects.toThrow(
    /root\.key is the root key of another database \(file:[0-9a-f]{16}; this one needs file:[0-9a-f]{16}\)\. Put the right one/,
  )
  expect(readFileSync(rootFile())).toEqual(before)
})

test('another provider than the one that wrapped the keys refuses the start, and makes no file', async () => {
  await using vault = await startVaultStandIn()
  const config = { provider: 'vault-transit', url: vault.url, token: vaultToken, mount: 'transit', key: 'curtain' } as const
  await (await world.start(config)).makeOrganization()
  await expect(world.start()).rejects.toThrow('wrapped by vault-transit:transit/curtain. Set CURTAIN_ROOT_KEY=vault-transit')
  expect(existsSync(rootFile())).toBe(false)
  await using other = await makeKeysWorld()
  await (await other.start()).makeOrganization()
  await expect(other.start(config)).rejects.toThrow(/wrapped by file:[0-9a-f]{16}\. Set CURTAIN_ROOT_KEY=file/)
})

test('a lost folder of patients’ keys refuses the start', async () => {
  const start = await world.start()
  const actor = await start.makeOrganization()
  await world.start()
  await start.makeVisit(actor, 'Ann Lee', 'cough')
  const folder = world.patientsFolder(actor.organizationId)
  renameSync(folder, `${folder}.away`)
  await expect(world.start()).rejects.toThrow(`${folder} is missing: the keys of this organization's patients.`)
  renameSync(`${folder}.away`, folder)
  expect(await (await world.start()).patientNames(actor)).toEqual(['Ann Lee'])
})

test('wrapped keys of one organization do not open as another one’s', async () => {
  const start = await world.start()
  const [mine, theirs] = [await start.makeOrganization(), await start.makeOrganization()]
  await world.database.query(
    'update organization_keys set wrapped = (select wrapped from organization_keys where organization_id = $1) where organization_id = $2',
    [theirs.organizationId, mine.organizationId],
  )
  await expect(world.start()).rejects.toThrow(/does not open a key of this database/)
})

test('rows that are copied to another organization, with their ids, show nothing there', async () => {
  const start = await world.start()
  const [mine, theirs] = [await start.makeOrganization(), await start.makeOrganization()]
  const { id } = await start.makeVisit(theirs, 'Ann Lee', 'cough')
  await start.inviteGuest(theirs, id, 'Gia')
  for (const table of ['patients', 'visits', 'participants']) {
    await world.database.query(`set session_replication_role = replica; update ${table} set organization_id = '${mine.organizationId}'`)
  }
  await world.database.query(`set session_replication_role = replica; update visits set clinician_id = '${mine.userId}'`)
  // The patient's key is not among this organization's, so nothing of the patient shows; the guest's name does not open.
  expect(await start.patientNames(mine)).toEqual([''])
  await expect(start.readVisit(mine, id)).rejects.toThrow()
  cpSync(world.patientsFolder(theirs.organizationId), world.patientsFolder(mine.organizationId), { recursive: true })
  await expect(start.patientNames(mine)).rejects.toThrow()
})

test('a destroyed patient key makes every copy unreadable: also the database restored from a backup', async () => {
  const start = await world.start()
  const actor = await start.makeOrganization()
  const gone = await start.makeVisit(actor, 'Ann Lee', 'cough')
  const stays = await start.makeVisit(actor, 'Bo Chen', 'rash')
  await start.inviteGuest(actor, gone.id, 'Gia')
  const tables = ['patients', 'visits', 'participants']
  for (const table of tables) await world.database.query(`create table backup_${table} as select * from ${table}`)

  await start.keys.destroyPatient(actor.organizationId, gone.patient.id)
  expect(namesIn(await start.readVisit(actor, gone.id))).toEqual(['', '', '', 'Gia'])
  expect(await start.patientNames(actor)).toEqual(['', 'Bo Chen'])

  // The rows go, and come back from the backup, byte for byte.
  await world.database.query(`set session_replication_role = replica; delete from patients; delete from visits; delete from participants`)
  for (const table of tables) await world.database.query(`set session_replication_role = replica; insert into ${table} select * from backup_${table}`)
  const restored = await world.start()
  expect(namesIn(await restored.readVisit(actor, gone.id))).toEqual(['', '', '', 'Gia'])
  expect(namesIn(await restored.readVisit(actor, stays.id))).toEqual(['Bo Chen', 'rash', 'Bo Chen'])
  // Nor is anything new written for the patient: that would take another key.
  await expect(restored.makeVisit(actor, { id: gone.patient.id }, 'again')).rejects.toMatchObject({ code: 'not-found' })
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toEqual([stays.patient.id])
})

test('a patient’s key is on disk before their row is, and one whose row never came goes at the next start', async () => {
  const start = await world.start()
  const actor = await start.makeOrganization()
  const kept = await start.makeVisit(actor, 'Ann Lee', 'cough')
  const fields = await start.keys.sealer(actor.organizationId)
  const orphan = newId('patient', new Date())
  await fields.newPatient(orphan)
  const folder = world.patientsFolder(actor.organizationId)
  // As a crash leaves it between the commit and what comes after.
  renameSync(join(folder, kept.patient.id), join(folder, `${kept.patient.id}.pending`))
  expect(await start.patientNames(actor)).toEqual(['Ann Lee'])
  const next = await world.start()
  expect(readdirSync(folder)).toEqual([kept.patient.id])
  expect(await next.patientNames(actor)).toEqual(['Ann Lee'])
})

test('a visit that cannot be written leaves no key that is kept', async () => {
  const start = await world.start()
  const actor = await start.makeOrganization()
  await world.database.query('alter table visits add constraint refused check (false) not valid')
  await expect(start.makeVisit(actor, 'Ann Lee', 'cough')).rejects.toThrow(/refused/)
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toEqual([expect.stringMatching(/^pat_\w+\.pending$/)])
  await world.start()
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toEqual([])
})

test('keys of an older database copy stay when that copy is started: a newer one may come back', async () => {
  const start = await world.start()
  const actor = await start.makeOrganization()
  const { patient } = await start.makeVisit(actor, 'Ann Lee', 'cough')
  await world.database.query(`set session_replication_role = replica; delete from patients; delete from visits; delete from participants`)
  await world.start()
  expect(readdirSync(world.patientsFolder(actor.organizationId))).toEqual([patient.id])
})

const services = [
  [
    'AWS KMS', startKmsStandIn,
    (url: string) => ({ provider: 'aws-kms', keyId: 'alias/curtain', region: awsRegion, endpoint: url, credentials: awsCredentials }) as const,
  ],
  [
    'Vault', startVaultStandIn,
    (url: string) => ({ provider: 'vault-transit', url, token: vaultToken, mount: 'transit', key: 'curtain' }) as const,
  ],
] as const

test.each(services)('with %s away a start is refused; one that runs goes on, and makes nothing that it could not open', async (name, begin, rootKey) => {
  await using service = await begin()
  const start = await world.start(rootKey(service.url))
  const actor = await start.makeOrganization()
  const { id } = await start.makeVisit(actor, 'Ann Lee', 'cough')
  const restarted = await world.start(rootKey(service.url))
  const asked = service.asked.length
  await service.stop()

  expect((await restarted.readVisit(actor, id)).patient.name).toBe('Ann Lee')
  await restarted.makeVisit(actor, 'Bo Chen', 'rash')
  expect(await restarted.patientNames(actor)).toEqual(['Ann Lee', 'Bo Chen'])
  expect(service.asked).toHaveLength(asked)
  await expect(restarted.makeOrganization()).rejects.toMatchObject({ code: 'not-ready' })
  await expect(restarted.keys.rotate(actor.organizationId)).rejects.toMatchObject({ code: 'not-ready' })
  expect(await world.database.query('select version from organization_keys')).toEqual([{ version: 1 }])

  await expect(world.start(rootKey(service.url))).rejects.toThrow(`${name} at ${new URL(service.url).host} does not answer.`)
  expect(existsSync(rootFile())).toBe(false)
})

test('a service that no longer opens the keys refuses the start', async () => {
  await using vault = await startVaultStandIn()
  const config = { provider: 'vault-transit', url: vault.url, token: vaultToken, mount: 'transit', key: 'curtain' } as const
  await (await world.start(config)).makeOrganization()
  await expect(world.start({ ...config, token: 'revoked' })).rejects.toThrow(/^Vault refused to open a key \(HTTP 403\)/)
  await world.start(config)
})
