import type { OrganizationId, PatientId } from '@curtain/protocol'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { BlindIndexer } from './blind-index.ts'
import { createSealer, forms, type SearchableSealer, type Sealer } from './fields.ts'
import { createIndexKeys } from './index-keys.ts'
import type { NewKeyVersion, OrganizationKey, OrganizationKeys } from './organization-keys.ts'
import { makePatientKey, openPatientKey, openPatientKeys, type PatientKeyStore, type PatientSealers } from './patient-keys.ts'
import { RootKeyError } from './root-key.ts'
import { rotate, type Rotation } from './rotation.ts'

/** Seals what belongs to an organization itself, and gives the sealers of its patients. */
export interface OrganizationSealer extends Sealer {
  /** What a patient's fields are sealed with; null once their key was destroyed. */
  patient(patientId: PatientId): Promise<SearchableSealer | null>
  /** The same of all whom a list needs: read beside each other, before its rows are opened. */
  patients(patientIds: Iterable<PatientId>): Promise<PatientSealers>
  /** Makes the key of a new patient, before anything of theirs is written. */
  newPatient(patientId: PatientId): Promise<SearchableSealer>
  /** To be called once the new patient is committed. A key that this was not called for is looked into at the next start. */
  keepPatient(patientId: PatientId): Promise<void>
  /** What finds values without opening them. */
  readonly index: BlindIndexer
}

/** All keys below the root. */
export interface Keys {
  /** To be had before a transaction begins. @throws AppError `not-ready` while the root key is needed and away */
  sealer(organizationId: OrganizationId): Promise<OrganizationSealer>
  /** The key of an organization that is being made. @throws AppError `not-ready` */
  newOrganization(organizationId: OrganizationId): Promise<NewKeyVersion>
  /** The seed of what signs rosters: the same until the organization's key is rotated. */
  rosterSeed(organizationId: OrganizationId): Promise<Uint8Array>
  /**
   * The seed of what signs room tokens, and the version of the organization's key that it is of: the current one, unless
   * another is asked for. Null where there is no such version.
   */
  roomTokenSeed(organizationId: OrganizationId, version?: number): Promise<{ version: number; seed: Uint8Array } | null>
  /** Nobody reads anything of this patient again, in no copy of the database. */
  destroyPatient(organizationId: OrganizationId, patientId: PatientId): Promise<void>
  /** Makes a new version of the organization's key, or finishes a rotation that was stopped. @throws AppError `not-ready` */
  rotate(organizationId: OrganizationId): Promise<Rotation>
}

export interface KeysOptions {
  database: Database
  organizations: OrganizationKeys
  patientKeys: PatientKeyStore
  now?: () => Date
}

export function createKeys({ database, organizations, patientKeys, now = () => new Date() }: KeysOptions): Keys {
  const keyOf = (organizationId: OrganizationId) => orNotReady(() => organizations.of(organizationId))
  const indexKeys = createIndexKeys({ database, now })
  return {
    async sealer(organizationId) {
      const key = await keyOf(organizationId)
      return organizationSealer(key, patientKeys, await indexKeys.of(key))
    },
    newOrganization: (organizationId) => orNotReady(() => organizations.first(organizationId)),
    async rosterSeed(organizationId) {
      const key = await keyOf(organizationId)
      return key.derive(key.current, 'curtain roster signing')
    },
    async roomTokenSeed(organizationId, wanted) {
      const key = await keyOf(organizationId)
      const version = wanted ?? key.current
      return key.has(version) ? { version, seed: key.derive(version, 'curtain room token signing') } : null
    },
    destroyPatient: (organizationId, patientId) => patientKeys.destroy(organizationId, patientId),
    rotate: (organizationId) => orNotReady(() => rotate({ database, organizations, patientKeys, now }, organizationId)),
  }
}

/** @param key the organization's, in use or about to be */
export function organizationSealer(
  key: OrganizationKey,
  patientKeys: PatientKeyStore,
  index: BlindIndexer,
): OrganizationSealer {
  const { organizationId } = key
  const own = createSealer({
    form: forms.organization,
    owner: [organizationId],
    version: () => key.current,
    keyOf: (version, { table, name }) => key.derive(version, 'curtain field', table, name),
  })
  return {
    ...own,
    patient: (patientId) => openPatientKey(patientKeys, key, index, patientId),
    patients: (patientIds) => openPatientKeys(patientKeys, key, index, patientIds),
    newPatient: (patientId) => makePatientKey(patientKeys, key, index, patientId),
    keepPatient: (patientId) => patientKeys.keep(organizationId, patientId),
    index,
  }
}

/** A root key that is away for a moment is no failure of ours; one that refuses is for the log. */
async function orNotReady<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (cause) {
    throw cause instanceof RootKeyError && cause.reason === 'unreachable' ? new AppError('not-ready', { cause }) : cause
  }
}
