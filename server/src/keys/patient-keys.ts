import { randomBytes } from 'node:crypto'
import type { OrganizationId, PatientId } from '@curtain/protocol'
import { createTurns } from '../turns.ts'
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
  /** Null when it was destroyed, or never was. */
  read(organizationId: OrganizationId, patientId: PatientId): Promise<Buffer | null>
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
  knows(organizationId: OrganizationId): Promise<boolean>
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
export async function openPatientKey(
  store: PatientKeyStore,
  organization: OrganizationKey,
  index: BlindIndexer,
  patientId: PatientId,
): Promise<SearchableSealer | null> {
  const wrapped = await store.read(organization.organizationId, patientId)
  if (wrapped === null) return null
  return sealerOf(organization, index, patientId, unwrapKey(kind, organization, [patientId], wrapped))
}

/** What opens the fields of some patients. */
export interface PatientSealers {
  /**
   * As `openPatientKey`, of one of them.
   * @throws Error also for a patient whose key was not asked for
   */
  of(patientId: PatientId): SearchableSealer | null
}

/**
 * Of Node's four threads that wait for files, passwords and names of hosts, one request leaves one to all others, however slow
 * the disk is that its keys are read from.
 */
const readAtOnce = 3

/** Opens the keys of some patients, a few at a time. What is wrong with one is told when that one is asked for. */
export async function openPatientKeys(
  store: PatientKeyStore,
  organization: OrganizationKey,
  index: BlindIndexer,
  patientIds: Iterable<PatientId>,
): Promise<PatientSealers> {
  const takeTurn = createTurns(readAtOnce)
  const opened = new Map<PatientId, () => SearchableSealer | null>()
  const open = async (patientId: PatientId) => {
    try {
      const sealer = await openPatientKey(store, organization, index, patientId)
      opened.set(patientId, () => sealer)
    } catch (error) {
      opened.set(patientId, () => {
        throw error
      })
    }
  }
  await Promise.all([...new Set(patientIds)].map((patientId) => takeTurn(() => open(patientId))))
  return {
    of(patientId) {
      const sealer = opened.get(patientId)
      if (sealer === undefined) throw new Error('the key of this patient was not asked for')
      return sealer()
    },
  }
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
  const before = await store.read(organization.organizationId, patientId)
  if (before === null || wrappedBy(before) === organization.current) return false
  const after = wrapKey(kind, organization, [patientId], unwrapKey(kind, organization, [patientId], before))
  return store.replace(organization.organizationId, patientId, before, after)
}
