import type { LegalHoldId, OrganizationId, PatientId, UserId } from '@curtain/protocol'
import { leastRetentionYears } from '@curtain/protocol'
import { sql, type Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { LegalHoldRow } from './schema.ts'

/** What was decided last, and what that comes to: more, for a while, where it was more until lately. */
export async function readYears(tx: Transaction): Promise<{ years: number; yearsInForce: number }> {
  const decided = await tx.selectFrom('audit_retention').select('years').orderBy('position', 'desc').limit(1).executeTakeFirst()
  const { rows } = await sql<{ years: number }>`select audit_retention_years() as years`.execute(tx)
  return { years: decided?.years ?? leastRetentionYears, yearsInForce: rows[0]?.years ?? leastRetentionYears }
}

export async function insertYears(
  tx: Transaction,
  { organizationId, years, userId }: { organizationId: OrganizationId; years: number; userId: UserId },
): Promise<void> {
  await tx.insertInto('audit_retention').values({ organization_id: organizationId, years, set_by: userId }).execute()
}

export async function insertHold(tx: Transaction, row: Insertable<LegalHoldRow>): Promise<void> {
  await tx.insertInto('legal_holds').values(row).execute()
}

/** @returns false where it had been ended */
export async function endHold(
  tx: Transaction,
  { organizationId, holdId, userId }: { organizationId: OrganizationId; holdId: LegalHoldId; userId: UserId },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('legal_hold_ends')
    .values({ hold_id: holdId, organization_id: organizationId, ended_by: userId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export function findHold(tx: Transaction, id: LegalHoldId) {
  return tx.selectFrom('legal_holds').selectAll().where('id', '=', id).executeTakeFirst()
}

/** With who set and ended each; those in force first, then the newest. */
export function holds(tx: Transaction) {
  const isInForce = sql<boolean>`legal_holds.id in (select id from legal_holds_in_force())`
  return tx
    .selectFrom('legal_holds')
    .innerJoin('users as setter', 'setter.id', 'legal_holds.set_by')
    .leftJoin('legal_hold_ends', 'legal_hold_ends.hold_id', 'legal_holds.id')
    .leftJoin('users as ender', 'ender.id', 'legal_hold_ends.ended_by')
    .selectAll('legal_holds')
    .select(['setter.name as setter_name', 'legal_hold_ends.ended_at', 'legal_hold_ends.ended_by', 'ender.name as ender_name'])
    .select(isInForce.as('is_in_force'))
    .orderBy(isInForce, 'desc')
    .orderBy('legal_holds.id', 'desc')
}

/** Whether a hold is on all of the log, or on this patient, or one that they became or that became them. */
export async function isHeld(tx: Transaction, patientId: PatientId): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select ${patientId} = any (legally_held_ids()) or exists (select from legal_holds_in_force() where patient_id is null) as held
  `.execute(tx)
  return rows[0]?.held !== false
}

/** How many events were pruned so far; null: none. */
export async function readPruned(tx: Transaction): Promise<{ count: number; lastAt: Date } | null> {
  const row = await tx
    .selectFrom('audit_prunings')
    .select(({ fn }) => [fn.sum<string | null>('pruned').as('count'), fn.max('pruned_at').as('last_at')])
    .where('pruned', '>', '0')
    .executeTakeFirst()
  return row === undefined || row.count === null || row.last_at === null ? null : { count: Number(row.count), lastAt: row.last_at }
}

/** Keeps every other server from pruning this log until the transaction ends. @returns false where one is at it */
export async function holdPruning(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`curtain audit pruning ${organizationId}`}, 0)) as held`.execute(tx)
  return rows[0]?.held === true
}

/** Whether the log said that it prunes something, and that is not begun. */
export async function isPruningAhead(tx: Transaction): Promise<boolean> {
  const row = await tx.selectFrom('audit_prunings').select('event_id').where('pruned_at', 'is', null).limit(1).executeTakeFirst()
  return row !== undefined
}

/** What can be pruned by now: the place before which events may go, how many those are, and how many went until now. */
export async function readDue(tx: Transaction): Promise<{ before: number; due: number; pruned: number }> {
  const { rows } = await sql<{ before: string; due: string; pruned: string }>`select * from audit_pruning_due()`.execute(tx)
  const { before = '0', due = '0', pruned = '0' } = rows[0] ?? {}
  return { before: Number(before), due: Number(due), pruned: Number(pruned) }
}

/** Keeps what the `log.pruned` that was recorded last says; the caller holds the pruning, so that no other comes between. */
export async function announce(tx: Transaction, organizationId: OrganizationId): Promise<void> {
  await tx
    .insertInto('audit_prunings')
    .columns(['organization_id', 'event_id'])
    .expression((query) =>
      query
        .selectFrom('audit_events')
        .select(['organization_id', 'id'])
        .where('organization_id', '=', organizationId)
        .where('type', '=', 'log.pruned')
        .orderBy('id', 'desc')
        .limit(1),
    )
    .execute()
}

/** Removes events, by the right of the tables' owner: only what was announced, is due and is not held. @returns how many */
export async function pruneEvents(tx: Transaction, most: number): Promise<number> {
  const { rows } = await sql<{ gone: string }>`select prune_audit_events(${most}) as gone`.execute(tx)
  return Number(rows[0]?.gone ?? 0)
}
