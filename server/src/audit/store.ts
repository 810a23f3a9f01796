import type { Transaction } from '../database/database.ts'

/** What is in the audit log about any of these ids, the oldest first. */
export async function eventsAbout(tx: Transaction, targets: readonly string[]) {
  const rows = await tx
    .selectFrom('audit_events')
    .select(['id', 'at', 'type', 'outcome', 'user_id', 'target'])
    .where('target', 'in', [...targets])
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    type: row.type,
    outcome: row.outcome,
    userId: row.user_id,
    about: row.target,
  }))
}
