import type { OrganizationId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'

export async function insertOrganization(
  tx: Transaction,
  organization: { id: OrganizationId; name: string; now: Date },
): Promise<void> {
  await tx
    .insertInto('organizations')
    .values({ id: organization.id, name: organization.name, created_at: organization.now })
    .execute()
}

/** The name of the organization that the transaction is in. */
export async function readOrganization(tx: Transaction): Promise<{ id: OrganizationId; name: string }> {
  return tx.selectFrom('organizations').select(['id', 'name']).executeTakeFirstOrThrow()
}
