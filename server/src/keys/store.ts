import type { OrganizationId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { OrganizationKeyRow } from './schema.ts'

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
