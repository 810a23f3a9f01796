import type { OrganizationId, VisitKind } from '@curtain/protocol'
import type { Updateable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { OrganizationRow } from './schema.ts'

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

/** The kinds of visits that the organization of the transaction allows without end-to-end encryption. */
export async function transportVisits(tx: Transaction): Promise<VisitKind[]> {
  const { transport_visits } = await tx.selectFrom('organizations').select('transport_visits').executeTakeFirstOrThrow()
  return transport_visits
}

/**
 * The same, held until the transaction ends: `use` for something that they allow, `change` to change them. So nothing
 * is allowed by a setting that was switched off a moment before.
 */
export async function holdTransportVisits(tx: Transaction, purpose: 'use' | 'change'): Promise<VisitKind[]> {
  const query = tx.selectFrom('organizations').select('transport_visits')
  const held = purpose === 'use' ? query.forShare() : query.forNoKeyUpdate()
  return (await held.executeTakeFirstOrThrow()).transport_visits
}

export async function setTransportVisits(tx: Transaction, organizationId: OrganizationId, kinds: VisitKind[]): Promise<void> {
  await tx.updateTable('organizations').set({ transport_visits: kinds }).where('id', '=', organizationId).execute()
}

/** How the organization of the transaction protects its accounts; to change it, held until the transaction ends. */
export async function securityRow(tx: Transaction, purpose: 'read' | 'change') {
  const query = tx
    .selectFrom('organizations')
    .select(['id', 'second_factor', 'idle_minutes', 'password_max_age_days', 'bind_sessions', 'allowed_addresses'])
  return (purpose === 'read' ? query : query.forNoKeyUpdate()).executeTakeFirstOrThrow()
}

export async function setSecurity(
  tx: Transaction,
  organizationId: OrganizationId,
  settings: Pick<
    Updateable<OrganizationRow>,
    'second_factor' | 'idle_minutes' | 'password_max_age_days' | 'bind_sessions' | 'allowed_addresses'
  >,
): Promise<void> {
  await tx.updateTable('organizations').set(settings).where('id', '=', organizationId).execute()
}
