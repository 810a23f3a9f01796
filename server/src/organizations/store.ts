import type { LinkCheck, OrganizationId, OrganizationSettings, VisitKind } from '@curtain/protocol'
import type { Selectable, Updateable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { OrganizationRow } from './schema.ts'

export async function insertOrganization(
  tx: Transaction,
  organization: { id: OrganizationId; name: string; secondFactor: 'required' | 'optional'; now: Date },
): Promise<void> {
  await tx
    .insertInto('organizations')
    .values({
      id: organization.id,
      name: organization.name,
      second_factor: organization.secondFactor,
      created_at: organization.now,
    })
    .execute()
}

/** The name of the organization that the transaction is in. */
export async function readOrganization(tx: Transaction): Promise<{ id: OrganizationId; name: string }> {
  return tx.selectFrom('organizations').select(['id', 'name']).executeTakeFirstOrThrow()
}

/** What the organization of the transaction decides for all its visits; to change it, held until the transaction ends. */
export async function readSettings(tx: Transaction, purpose: 'read' | 'change'): Promise<OrganizationSettings> {
  const query = tx.selectFrom('organizations').select(['transport_visits', 'link_check'])
  const row = await (purpose === 'read' ? query : query.forNoKeyUpdate()).executeTakeFirstOrThrow()
  return { transportVisits: row.transport_visits, linkCheck: row.link_check }
}

export async function setSettings(
  tx: Transaction,
  organizationId: OrganizationId,
  { transportVisits, linkCheck }: OrganizationSettings,
): Promise<void> {
  await tx
    .updateTable('organizations')
    .set({ transport_visits: transportVisits, link_check: linkCheck })
    .where('id', '=', organizationId)
    .execute()
}

/**
 * The kinds of visits that are allowed without end-to-end encryption, held until the transaction ends: nothing is allowed
 * by a setting that was switched off a moment before.
 */
export async function holdTransportVisits(tx: Transaction): Promise<VisitKind[]> {
  const held = tx.selectFrom('organizations').select('transport_visits').forShare()
  return (await held.executeTakeFirstOrThrow()).transport_visits
}

/** What links of patients ask for, where nobody chooses otherwise. */
export async function usualLinkCheck(tx: Transaction): Promise<LinkCheck> {
  return (await readSettings(tx, 'read')).linkCheck
}

export type SecurityRow = Pick<
  Selectable<OrganizationRow>,
  'id' | 'second_factor' | 'idle_minutes' | 'password_max_age_days' | 'bind_sessions' | 'allowed_addresses'
>

/** How the organization of the transaction protects its accounts; to change it, held until the transaction ends. */
export async function securityRow(tx: Transaction, purpose: 'read' | 'change'): Promise<SecurityRow> {
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

/** Lets staff come from everywhere. @returns false where they may already */
export async function clearAllowlists(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('organizations')
    .set({ allowed_addresses: null })
    .where('id', '=', organizationId)
    .where('allowed_addresses', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
