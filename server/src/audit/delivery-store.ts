import type { CheckpointFailure, OrganizationId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'

/** Takes a delivery that `isDue` until another may try. @returns how often it was tried since it last went well; null where somebody else is at it */
export async function claimDelivery(
  tx: Transaction,
  organizationId: OrganizationId,
  destination: string,
  { now, until, mostAheadMs }: { now: Date; until: Date; mostAheadMs: number },
): Promise<{ attempts: number } | null> {
  const { rows } = await sql<{ attempts: number }>`
    insert into audit_deliveries as d (organization_id, destination, attempts, next_attempt_at)
    values (${organizationId}, ${destination}, 1, ${until})
    on conflict (organization_id, destination) do update
      set attempts = d.attempts + 1, next_attempt_at = excluded.next_attempt_at
      where d.next_attempt_at <= ${now} or d.next_attempt_at > ${new Date(now.getTime() + mostAheadMs)}
    returning attempts`.execute(tx)
  return rows[0] ?? null
}

export async function markDelivered(
  tx: Transaction,
  destination: string,
  { size, now, next }: { size: number; now: Date; next: Date },
): Promise<void> {
  await tx
    .updateTable('audit_deliveries')
    .set({ size: String(size), delivered_at: now, attempts: 0, failing_since: null, failure: null, next_attempt_at: next })
    .where('destination', '=', destination)
    .execute()
}

export async function markFailed(
  tx: Transaction,
  destination: string,
  { failure, now, next }: { failure: CheckpointFailure; now: Date; next: Date },
): Promise<void> {
  await tx
    .updateTable('audit_deliveries')
    .set({ failure, failing_since: sql`coalesce(failing_since, ${now})`, next_attempt_at: next })
    .where('destination', '=', destination)
    .execute()
}

/** How far each destination is, by its name. */
export function deliveries(tx: Transaction) {
  return tx.selectFrom('audit_deliveries').selectAll().execute()
}
