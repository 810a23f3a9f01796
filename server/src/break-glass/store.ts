import type { BreakGlassId, PatientId, UserId } from '@curtain/protocol'
import { sql, type Insertable, type RawBuilder, type Updateable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { BreakGlassRow } from './schema.ts'

export async function insertGlass(tx: Transaction, row: Insertable<BreakGlassRow>): Promise<void> {
  await tx.insertInto('break_glass').values(row).execute()
}

/** What is open to somebody at this moment. */
export function openTo(tx: Transaction, userId: UserId, now: Date) {
  return tx
    .selectFrom('break_glass')
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .where('ended_at', 'is', null)
}

/** A record and those that it was merged into, one after the other: its visits are the last one's. */
const withWhatItBecame = (record: RawBuilder<unknown>) => sql<PatientId>`(
  with recursive records (id) as (
    select ${record} union all
    select patients.merged_into from patients join records on patients.id = records.id where patients.merged_into is not null
  ) select id from records)`

/** The same the other way round: a record and the doubles that became it. */
const withItsDoubles = (record: RawBuilder<unknown>) => sql<PatientId>`(
  with recursive records (id) as (
    select ${record} union all
    select patients.id from patients join records on patients.merged_into = records.id
  ) select id from records)`

/** Whether somebody broke the glass for a patient and saw them at that time, or later. */
export async function wasOpenSince(
  tx: Transaction,
  { userId, patientId }: { userId: UserId; patientId: PatientId },
  since: Date,
): Promise<boolean> {
  const found = await tx
    .selectFrom('break_glass')
    .select('id')
    .where('user_id', '=', userId)
    .where('patient_id', 'in', withItsDoubles(sql`${patientId}::text`))
    .where((is) => is(is.fn.coalesce('ended_at', 'expires_at'), '>', since))
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** One, held until the transaction ends. */
export function lockGlass(tx: Transaction, id: BreakGlassId) {
  return tx.selectFrom('break_glass').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** @returns whose it was and of whom; null where it had been ended */
export async function endGlass(
  tx: Transaction,
  id: BreakGlassId,
  at: Date,
): Promise<{ user_id: UserId; patient_id: PatientId } | null> {
  const ended = await tx
    .updateTable('break_glass')
    .set({ ended_at: sql<Date>`least(expires_at, ${at}::timestamptz)` })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning(['user_id', 'patient_id'])
    .executeTakeFirst()
  return ended ?? null
}

export async function reviewGlass(
  tx: Transaction,
  id: BreakGlassId,
  review: Required<Pick<Updateable<BreakGlassRow>, 'reviewed_at' | 'reviewed_by' | 'outcome' | 'comment'>>,
): Promise<void> {
  await tx.updateTable('break_glass').set(review).where('id', '=', id).execute()
}

/**
 * With who broke and who reviewed it, and how often something about the patient was asked for by that person meanwhile.
 * Those that wait for review come first, then the newest.
 */
export function brokenGlasses(tx: Transaction) {
  return tx
    .selectFrom('break_glass')
    .innerJoin('users as breaker', 'breaker.id', 'break_glass.user_id')
    .leftJoin('users as reviewer', 'reviewer.id', 'break_glass.reviewed_by')
    .selectAll('break_glass')
    .select((is) => [
      'breaker.name as breaker_name',
      'reviewer.name as reviewer_name',
      is
        .selectFrom('audit_events')
        .whereRef('audit_events.user_id', '=', 'break_glass.user_id')
        .whereRef('audit_events.at', '>=', 'break_glass.broken_at')
        .where('audit_events.at', '<', (until) => until.fn.coalesce('break_glass.ended_at', 'break_glass.expires_at'))
        .where('audit_events.type', 'not in', ['patient.glass-broken', 'patient.glass-ended', 'patient.glass-reviewed'])
        .where((where) =>
          where.or([
            where('audit_events.target', '=', where.ref('break_glass.patient_id')),
            where(
              'audit_events.target',
              'in',
              where
                .selectFrom('visits')
                .select('visits.id')
                .where('visits.patient_id', 'in', withWhatItBecame(sql.ref('break_glass.patient_id'))),
            ),
          ]),
        )
        .select((count) => count.fn.countAll<string>().as('count'))
        .as('requests'),
    ])
    .orderBy((order) => order('reviewed_at', 'is not', null))
    .orderBy('break_glass.id', 'desc')
}
export type BrokenGlassRow = Awaited<ReturnType<ReturnType<typeof brokenGlasses>['executeTakeFirstOrThrow']>>

export async function countWaiting(tx: Transaction): Promise<number> {
  const counted = tx.selectFrom('break_glass').where('reviewed_at', 'is', null).select((is) => is.fn.countAll<string>().as('count'))
  return Number((await counted.executeTakeFirstOrThrow()).count)
}
