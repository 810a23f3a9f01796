import { randomBytes } from 'node:crypto'
import type { OrganizationId, PatientId } from '@curtain/protocol'
import { deriveKey, keyBytes } from './aead.ts'
import type { BlindIndexer } from './blind-index.ts'
import { createSearchableSealer, forms, type SearchableSealer } from './fields.ts'
import type { OrganizationKey } from './organization-keys.ts'
import type { SealedColumn } from './sealed.ts'
import { unwrapKey, wrapKey, wrappedBy, type WrappedKeyKind } from './wrapped-key.ts'

/**
 * Where wrapped patient keys are kept: apart from the database, so that destroying one reaches the database's backups.
 * A key is pending until what needed it is committed; a pending one opens like any other.
 */
export interface PatientKeyStore {
  /** Null when it was destroyed, or never was. Synchronous: a list of visits opens hundreds. */
  read(organizationId: OrganizationId, patientId: PatientId): Buffer | null
  /** On disk for good, and pending, when it returns. @throws Error when there is one already */
  create(organizationId: OrganizationId, patientId: PatientId, wrapped: Buffer): Promise<void>
  /** It is no longer pending. May be called twice. */
  keep(organizationId: OrganizationId, patientId: PatientId): Promise<void>
  /**
   * Puts another wrapping in its place, whole or not at all.
   * @param before what `read` gave: if the key was destroyed or replaced meanwhile, nothing happens
   */
  replace(organizationId: OrganizationId, patientId: PatientId, before: Buffer, after: Buffer): Promise<boolean>
  /** It is gone for good when it returns. May be called twice. */
  destroy(organizationId: OrganizationId, patientId: PatientId): Promise<void>
  list(organizationId: OrganizationId): Promise<{ patientId: PatientId; isPending: boolean }[]>
  /** Whether there is, or ever was, a key of the organization here. */
  knows(organizationId: OrganizationId): boolean
}

/** Patient keys are not replaced, only wrapped again. */
const patientKeyVersion = 1
const kind: WrappedKeyKind = { wrappingKey: 'curtain patient keys', name: 'curtain patient key' }

function sealerOf({ organizationId }: OrganizationKey, index: BlindIndexer, patientId: PatientId, key: Buffer): SearchableSealer {
  const scope = {
    form: forms.patient,
    owner: [organizationId, patientId],
    version: () => patientKeyVersion,
    keyOf(version: number, { table, name }: SealedColumn) {
      if (version !== patientKeyVersion) throw new Error('the patient has no such version of a key')
      return deriveKey(key, patientId, ['curtain field', table, name])
    },
  }
  return createSearchableSealer(scope, index)
}

/** Makes the key of a new patient. @returns what seals with it; `keep` it once the patient is on record */
export async function makePatientKey(
  store: PatientKeyStore,
  organization: OrganizationKey,
  index: BlindIndexer,
  patientId: PatientId,
): Promise<SearchableSealer> {
  const key = randomBytes(keyBytes)
  await store.create(organization.organizationId, patientId, wrapKey(kind, organization, [patientId], key))
  return sealerOf(organization, index, patientId, key)
}

/**
 * What opens a patient's fields, or null once their key was destroyed.
 * @throws Error when the stored key was changed or moved
 */
export function openPatientKey(
  store: PatientKeyStore,
  organization: OrganizationKey,
  index: BlindIndexer,
  patientId: PatientId,
): SearchableSealer | null {
  const wrapped = store.read(organization.organizationId, patientId)
  if (wrapped === null) return null
  return sealerOf(organization, index, patientId, unwrapKey(kind, organization, [patientId], wrapped))
}

/**
 * Wraps a patient's key by the current version, if it is not.
 * @returns whether there was something to do
 */
export async function rewrapPatientKey(
  store: PatientKeyStore,
  organization: OrganizationKey,
  patientId: PatientId,
): Promise<boolean> {
  const before = store.read(organization.organizationId, patientId)
  if (before === null || wrappedBy(before) === organization.current) return false
  const after = wrapKey(kind, organization, [patientId], unwrapKey(kind, organization, [patientId], before))
  return store.replace(organization.organizationId, patientId, before, after)
}
