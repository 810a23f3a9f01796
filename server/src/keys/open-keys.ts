import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganizationId, PatientId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { RootKeyConfig } from '../config.ts'
import type { Database, Transaction } from '../database/database.ts'
import { createAwsKmsRootKey } from './aws-kms.ts'
import { createKeys, organizationSealer, type Keys, type OrganizationSealer } from './keys.ts'
import { addIndexKey } from './index-keys.ts'
import { openLegacyFields, type LegacyFields } from './legacy-fields.ts'
import { createOrganizationKeys, type OrganizationKeys } from './organization-keys.ts'
import { createPatientKeyFiles } from './patient-key-files.ts'
import type { PatientKeyStore } from './patient-keys.ts'
import { openRootFile, rootKeyFile } from './root-file.ts'
import { RootKeyError, type RootKey } from './root-key.ts'
import { createVaultTransitRootKey } from './vault-transit.ts'

export interface OpenKeysOptions {
  config: { dataDir: string; rootKey: RootKeyConfig }
  database: Database
  /** Seals an organization's fields of before there were keys of organizations and patients; gives its patients. */
  adopt: (tx: Transaction, legacy: LegacyFields, fields: OrganizationSealer) => Promise<PatientId[]>
  now?: () => Date
}

/**
 * Opens the keys at a start: finds the root key, or makes it when there is nothing yet that it should open; unwraps the keys
 * of all organizations, which proves that the root key is this database's; adopts what was sealed before there were such
 * keys; and looks into patient keys that a crash left pending.
 * @throws RootKeyError with a sentence that says what to do; then nothing was made or changed
 */
export async function openKeys({ config, database, adopt, now = () => new Date() }: OpenKeysOptions): Promise<Keys> {
  const keysFolder = join(config.dataDir, 'keys')
  const patientsFolder = join(keysFolder, 'patients')
  const found = await database.lookUps.organizationKeys()
  const rootKeyIds = [...new Set(found.flatMap(({ rootKeyId }) => rootKeyId ?? []))]
  const unadopted = found.flatMap(({ organizationId, rootKeyId }) => (rootKeyId === null ? organizationId : []))
  // Asked for first: without it nothing of what there is opens, and no new key may be made beside it.
  const legacy = unadopted.length > 0 ? openLegacyFields(keysFolder) : null

  for (const id of rootKeyIds) refuseOtherProvider(id, config.rootKey.provider)
  const mayMake = rootKeyIds.length === 0 && (legacy !== null || !existsSync(patientsFolder))
  const root = openRootKey(config.rootKey, keysFolder, mayMake)
  // A service's key may go by another name than before, and then opens what it wrapped.
  if (config.rootKey.provider === 'file') for (const id of rootKeyIds) refuseOtherFile(id, root.id, keysFolder)

  const organizations = createOrganizationKeys({ database, root })
  const patientKeys = createPatientKeyFiles(patientsFolder)
  for (const { organizationId, rootKeyId } of found) {
    if (rootKeyId === null) continue
    await organizations.of(organizationId)
    await settlePending(database, patientKeys, organizationId, patientsFolder)
  }
  const parts = { database, organizations, patientKeys, patientsFolder }
  for (const organizationId of unadopted) {
    if (legacy !== null) await adoptOrganization({ ...parts, legacy, adopt, now }, organizationId)
  }
  return createKeys({ database, organizations, patientKeys, now })
}

function openRootKey(config: RootKeyConfig, keysFolder: string, mayMake: boolean): RootKey {
  if (config.provider === 'aws-kms') return createAwsKmsRootKey(config)
  if (config.provider === 'vault-transit') return createVaultTransitRootKey(config)
  return openRootFile(keysFolder, mayMake)
}

/** @param wrappedBy the id of the root key that the database's keys need */
function refuseOtherProvider(wrappedBy: string, configured: RootKeyConfig['provider']): void {
  const provider = wrappedBy.split(':', 1)[0]
  if (provider === configured) return
  throw new RootKeyError(
    'refused',
    `The keys of this database are wrapped by ${wrappedBy}. Set CURTAIN_ROOT_KEY=${provider}, with the settings it needs.`,
  )
}

function refuseOtherFile(wrappedBy: string, root: string, keysFolder: string): void {
  if (wrappedBy === root) return
  throw new RootKeyError(
    'refused',
    `${rootKeyFile(keysFolder)} is the root key of another database (${root}; this one needs ${wrappedBy}). ` +
      'Put the right one in its place from a backup, or move it away and type in the recovery sheet: curtain keys restore',
  )
}

/**
 * A key is there before its patient is committed, and kept after. What a crash left in between is kept where the patient is
 * on record, and otherwise opens nothing and goes.
 * @throws RootKeyError when there are patients and no keys of theirs at all
 */
async function settlePending(
  database: Database,
  patientKeys: PatientKeyStore,
  organizationId: OrganizationId,
  patientsFolder: string,
): Promise<void> {
  const keys = await patientKeys.list(organizationId)
  await database.inOrganization(organizationId, async (tx) => {
    const anyPatient = tx.selectFrom('patients').select('id').limit(1)
    if (!(await patientKeys.knows(organizationId)) && (await anyPatient.executeTakeFirst()) !== undefined) {
      const sentence = `${join(patientsFolder, organizationId)} is missing: the keys of this organization's patients. ` +
        'Put the folder back from a backup; without it nothing of any patient can be read.'
      throw new RootKeyError('refused', sentence)
    }
    for (const { patientId } of keys.filter(({ isPending }) => isPending)) {
      const patient = await anyPatient.where('id', '=', patientId).executeTakeFirst()
      if (patient === undefined) await patientKeys.destroy(organizationId, patientId)
      else await patientKeys.keep(organizationId, patientId)
    }
  })
}

/** All of an organization in one transaction: a crash leaves it as it was, and the next start does it again. */
async function adoptOrganization(
  parts: Required<Pick<OpenKeysOptions, 'adopt' | 'now'>> & {
    database: Database
    organizations: OrganizationKeys
    patientKeys: PatientKeyStore
    patientsFolder: string
    legacy: LegacyFields
  },
  organizationId: OrganizationId,
): Promise<void> {
  const { database, organizations, patientKeys, legacy, adopt, now } = parts
  for (const { patientId, isPending } of await patientKeys.list(organizationId)) {
    if (!isPending) {
      throw new RootKeyError(
        'refused',
        'This database is from before there were keys of patients, and ' +
          `${join(parts.patientsFolder, organizationId)} has some: they belong to a later copy. ` +
          'Restore that one, or move the folder away.',
      )
    }
    // Of an adoption that was stopped half-way: the key that it is wrapped by was never kept.
    await patientKeys.destroy(organizationId, patientId)
  }
  const made = await organizations.first(organizationId)
  const patients = await database.inOrganization(organizationId, async (tx) => {
    const at = now()
    await made.insert(tx, at)
    const fields = organizationSealer(made.key, patientKeys, await addIndexKey(tx, made.key, at))
    const adopted = await adopt(tx, legacy, fields)
    const facts = { version: made.version, count: adopted.length }
    await record(tx, { type: 'keys.adopted', organizationId, target: organizationId, facts }, at)
    return adopted
  })
  made.use()
  for (const patientId of patients) await patientKeys.keep(organizationId, patientId)
}
