import type { OrganizationId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { IndexKeyRow, OrganizationKeyRow } from './schema.ts'

/** Every version of the key of the transaction's organization, the oldest first. */
export function organizationKeyRows(tx: Transaction) {
  return tx.selectFrom('organization_keys').selectAll().orderBy('version').execute()
}

export async function insertOrganizationKey(tx: Transaction, row: Insertable<OrganizationKeyRow>): Promise<void> {
  await tx.insertInto('organization_keys').values(row).execute()
}

/** The rotation to this version is finished. */
export async function markRewrapped(
  tx: Transaction,
  organizationId: OrganizationId,
  version: number,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('organization_keys')
    .set({ rewrapped_at: now })
    .where('organization_id', '=', organizationId)
    .where('version', '=', version)
    .execute()
}

export function findIndexKey(tx: Transaction) {
  return tx.selectFrom('index_keys').selectAll().executeTakeFirst()
}

/** Leaves one that there is already. */
export async function insertIndexKey(tx: Transaction, row: Insertable<IndexKeyRow>): Promise<void> {
  await tx.insertInto('index_keys').values(row).onConflict((conflict) => conflict.doNothing()).execute()
}

export async function replaceIndexKey(tx: Transaction, organizationId: OrganizationId, wrapped: Buffer): Promise<void> {
  await tx.updateTable('index_keys').set({ wrapped }).where('organization_id', '=', organizationId).execute()
}

/** Every patient of before there was a name index is in it now. */
export async function markNamesIndexed(tx: Transaction, organizationId: OrganizationId, now: Date): Promise<void> {
  await tx.updateTable('index_keys').set({ names_indexed_at: now }).where('organization_id', '=', organizationId).execute()
}

export async function namesAreIndexed(tx: Transaction): Promise<boolean> {
  return ((await findIndexKey(tx))?.names_indexed_at ?? null) !== null
}
