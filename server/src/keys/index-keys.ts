import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import { keyBytes } from './aead.ts'
import { createBlindIndexer, type BlindIndexer } from './blind-index.ts'
import type { OrganizationKey } from './organization-keys.ts'
import { findIndexKey, insertIndexKey, replaceIndexKey } from './store.ts'
import { unwrapKey, wrapKey, wrappedBy, type WrappedKeyKind } from './wrapped-key.ts'

/**
 * The key of an organization's blind indexes. It is one of its own, so that it stays what it is while the organization's key is
 * rotated: only its wrapping changes then, and no index with it.
 */
const kind: WrappedKeyKind = { wrappingKey: 'curtain index keys', name: 'curtain index key' }

/** Makes it, in the transaction of whatever needs it first. */
export async function addIndexKey(tx: Transaction, organization: OrganizationKey, now: Date): Promise<BlindIndexer> {
  const { organizationId } = organization
  const wrapped = wrapKey(kind, organization, [], randomBytes(keyBytes))
  await insertIndexKey(tx, { organization_id: organizationId, wrapped, created_at: now })
  // Somebody may have been faster; what is on record counts.
  return indexerOf(organization, (await findIndexKey(tx))?.wrapped ?? wrapped)
}

function indexerOf(organization: OrganizationKey, wrapped: Buffer): BlindIndexer {
  return createBlindIndexer(organization.organizationId, unwrapKey(kind, organization, [], wrapped))
}

/** Wraps it by the current version of the organization's key, if it is not. */
export async function rewrapIndexKey(tx: Transaction, organization: OrganizationKey): Promise<void> {
  const row = await findIndexKey(tx)
  if (row === undefined || wrappedBy(row.wrapped) === organization.current) return
  const wrapped = wrapKey(kind, organization, [], unwrapKey(kind, organization, [], row.wrapped))
  await replaceIndexKey(tx, organization.organizationId, wrapped)
}

/** The indexers of organizations, read once while the process lives. An organization of before there were any gets its key. */
export function createIndexKeys({ database, now }: { database: Database; now: () => Date }) {
  const known = new Map<OrganizationId, Promise<BlindIndexer>>()

  const read = (organization: OrganizationKey) =>
    database.inOrganization(organization.organizationId, async (tx) => {
      const row = await findIndexKey(tx)
      return row === undefined ? addIndexKey(tx, organization, now()) : indexerOf(organization, row.wrapped)
    })

  return {
    of(organization: OrganizationKey): Promise<BlindIndexer> {
      const already = known.get(organization.organizationId)
      if (already !== undefined) return already
      const reading = read(organization)
      known.set(organization.organizationId, reading)
      reading.catch(() => known.delete(organization.organizationId))
      return reading
    },
  }
}
