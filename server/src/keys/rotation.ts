import type { OrganizationId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { rewrapIndexKey } from './index-keys.ts'
import type { OrganizationKeys } from './organization-keys.ts'
import { rewrapPatientKey, type PatientKeyStore } from './patient-keys.ts'
import { markRewrapped, organizationKeyRows } from './store.ts'

/** What a rotation did. */
export interface Rotation {
  /** The version that is current now. */
  version: number
  /** How many patients' keys it wrapped again. */
  rewrapped: number
  /** Whether it went on with one that was stopped half-way, and made no new version. */
  wasResumed: boolean
}

/**
 * Makes a new version of an organization's key and wraps by it all patients' keys and the key of the blind indexes, which stays
 * the same. No row of a patient is touched. It can be
 * stopped at any point: until a key is wrapped again the version before opens it, and the next rotation goes on where this
 * one stopped. What is sealed with the organization's earlier versions keeps opening with them.
 */
export async function rotate(
  parts: { database: Database; organizations: OrganizationKeys; patientKeys: PatientKeyStore; now: () => Date },
  organizationId: OrganizationId,
): Promise<Rotation> {
  const { database, organizations, patientKeys, now } = parts
  const key = await organizations.of(organizationId)
  const latest = (await database.inOrganization(organizationId, organizationKeyRows)).at(-1)
  // What another process made, this one does not have: wrapped by an older version, nothing would be finished.
  if (latest?.version !== key.current) {
    throw new Error('the organization has a later key than this process knows; start it again')
  }
  const wasResumed = latest.rewrapped_at === null
  if (!wasResumed) {
    const made = await organizations.next(key)
    await database.inOrganization(organizationId, async (tx) => {
      const at = now()
      await made.insert(tx, at)
      const facts = { version: made.version }
      await record(tx, { type: 'keys.rotated', organizationId, target: organizationId, facts }, at)
    })
    made.use()
  }
  const version = key.current
  let rewrapped = 0
  for (const { patientId } of await patientKeys.list(organizationId)) {
    if (await rewrapPatientKey(patientKeys, key, patientId)) rewrapped++
  }
  await database.inOrganization(organizationId, async (tx) => {
    const at = now()
    await rewrapIndexKey(tx, key)
    await markRewrapped(tx, organizationId, version, at)
    const facts = { version, count: rewrapped }
    await record(tx, { type: 'keys.rewrapped', organizationId, target: organizationId, facts }, at)
  })
  return { version, rewrapped, wasResumed }
}
