import {
  makeId,
  mostPatientsCounted,
  type BreakGlassId,
  type Id,
  type OrganizationId,
  type PatientId,
  type ReviewItemId,
  type ReviewKind,
  type ReviewOutcome,
  type UserId,
} from '@curtain/protocol'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Sealed } from '../keys/sealed.ts'
import type { Deed, Finding } from './detection.ts'
import { listingTypes, type Listing } from './listings.ts'
import type { reviewComment } from './schema.ts'

/** Puts something into the queue, or counts it into what waits there of the same. */
export async function addFinding(tx: Transaction, organizationId: OrganizationId, finding: Finding, now: Date): Promise<void> {
  const { kind, key, day, userId, patientId, firstAt, lastAt, firstIndex, lastIndex, events, most } = finding
  await tx
    .insertInto('review_items')
    .values({
      id: newId('reviewItem', now),
      organization_id: organizationId,
      kind, key, day,
      user_id: userId,
      patient_id: patientId,
      first_at: firstAt,
      last_at: lastAt,
      first_index: String(firstIndex),
      last_index: String(lastIndex),
      events, most,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'kind', 'key'])
        .where('signed_off_at', 'is', null)
        .doUpdateSet((is) => ({
          first_at: sql<Date>`least(review_items.first_at, excluded.first_at)`,
          last_at: sql<Date>`greatest(review_items.last_at, excluded.last_at)`,
          last_index: is.ref('excluded.last_index'),
          events: sql<number>`review_items.events + excluded.events`,
          most: sql<number | null>`greatest(review_items.most, excluded.most)`,
        })),
    )
    .execute()
}

/** Broken glass is reviewed with its reason: what waited for that is done with it. */
export async function signOffGlass(
  tx: Transaction,
  id: BreakGlassId,
  by: { userId: UserId; at: Date; outcome: ReviewOutcome },
): Promise<void> {
  await tx
    .updateTable('review_items')
    .set({ signed_off_at: by.at, signed_off_by: by.userId, outcome: by.outcome })
    .where('kind', '=', 'break-glass')
    .where('key', '=', id)
    .where('signed_off_at', 'is', null)
    .execute()
}

/** What people did of these types since a moment, and what it was done to. */
export async function deedsOf(
  tx: Transaction,
  of: { users: readonly UserId[]; since: Date; until: Date; outcome: 'success' | 'denied'; types: readonly string[] | null },
): Promise<(Deed & { target: string | null })[]> {
  if (of.users.length === 0) return []
  let query = tx
    .selectFrom('audit_events')
    .select(['user_id', 'at', 'target'])
    .where('user_id', 'in', [...of.users])
    // Ids are made in the order of time: the same as by `at`, along the index.
    .where('id', '>=', idAt(of.since))
    .where('id', '<', idAt(new Date(of.until.getTime() + 1)))
    .where('outcome', '=', of.outcome)
  if (of.types !== null) query = query.where(sql<boolean>`type = any(${of.types})`)
  const rows = await query.execute()
  return rows.flatMap(({ user_id, at, target }) => (user_id === null ? [] : [{ userId: user_id, at, target }]))
}

const listingsAtATime = 200
const readPatientIds = z.array(z.string())

/**
 * What somebody was shown in lists: from `since` on, or for as long before `first` as it takes to reach as many patients as are
 * counted. Whoever is shown lists without end is not read back any further.
 * @param of `first` is when the first list is from that is asked about, `until` when the last
 */
export async function listingsOf(
  tx: Transaction,
  of: { userId: UserId; since: Date; first: Date; until: Date },
): Promise<Listing[]> {
  const { userId } = of
  const listings: Listing[] = []
  const counted = new Set<string>()
  for (let before: Id<'auditEvent'> = idAt(new Date(of.until.getTime() + 1)); ; ) {
    // Type by type along the index, and no more of each than is read.
    const { rows } = await sql<{ id: Id<'auditEvent'>; at: Date; patientIds: unknown }>`
      select listing.id, listing.at, listing.facts->'patientIds' as "patientIds"
      from unnest(${listingTypes}::text[]) as wanted (type) cross join lateral (
        select e.id, e.at, e.facts from audit_events e
        where e.user_id = ${userId} and e.type = wanted.type and e.id >= ${idAt(of.since)} and e.id < ${before}
          and jsonb_typeof(e.facts->'patientIds') = 'array'
        order by e.id desc limit ${listingsAtATime}
      ) as listing
      order by listing.id desc limit ${listingsAtATime}`.execute(tx)
    for (const { id, at, patientIds } of rows) {
      const listing = { id, userId, at, patientIds: readPatientIds.parse(patientIds) }
      listings.push(listing)
      if (at <= of.first) for (const patientId of listing.patientIds) counted.add(patientId)
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < listingsAtATime || counted.size >= mostPatientsCounted) return listings
    before = last.id
  }
}

/** The lowest id of a moment. */
const idAt = (moment: Date) => makeId('auditEvent', moment.getTime(), new Uint8Array(10))

/** Whose records and visits these are. Others are left out: somebody may have asked about a patient that there is not. */
export async function patientsAt(tx: Transaction, targets: readonly string[]): Promise<Map<string, PatientId>> {
  const { rows } = await sql<{ target: string; patientId: PatientId }>`
    select id as target, id as "patientId" from patients where id = any(${targets}::text[])
    union all select id, patient_id from visits where id = any(${targets}::text[])`.execute(tx)
  return new Map(rows.map(({ target, patientId }) => [target, patientId]))
}

/** How many are read at once. */
export const pageSize = 50

/** With who did it and who signed it off. */
function reviewItems(tx: Transaction) {
  return tx
    .selectFrom('review_items as item')
    .innerJoin('users as doer', 'doer.id', 'item.user_id')
    .leftJoin('users as reviewer', 'reviewer.id', 'item.signed_off_by')
    .selectAll('item')
    .select(['doer.name as doer_name', 'reviewer.name as reviewer_name'])
}
export type ReviewItemWithNames = Awaited<ReturnType<ReturnType<typeof reviewItems>['executeTakeFirstOrThrow']>>

/** What waits, the oldest first, or what was signed off, the latest first. One more than a page, if there is more. */
export function readPage(
  tx: Transaction,
  { state, kind, after, hidden }: {
    state: 'waiting' | 'signed-off'
    kind?: ReviewKind | undefined
    after?: ReviewItemId | undefined
    hidden: readonly ReviewKind[]
  },
): Promise<ReviewItemWithNames[]> {
  let query = reviewItems(tx).limit(pageSize + 1)
  if (kind !== undefined) query = query.where('item.kind', '=', kind)
  if (hidden.length > 0) query = query.where('item.kind', 'not in', hidden)
  if (state === 'waiting') {
    query = query.where('item.signed_off_at', 'is', null).orderBy('item.id')
    if (after !== undefined) query = query.where('item.id', '>', after)
  } else {
    query = query.where('item.signed_off_at', 'is not', null).orderBy('item.signed_off_at', 'desc').orderBy('item.id', 'desc')
    if (after !== undefined) {
      query = query.where(sql<boolean>`(item.signed_off_at, item.id) < (select signed_off_at, id from review_items where id = ${after})`)
    }
  }
  return query.execute()
}

/** Some, held until the transaction ends, in one order for everybody; with who made the key of a program. */
export function lockItems(tx: Transaction, ids: readonly ReviewItemId[]) {
  return tx
    .selectFrom('review_items')
    .select(['id', 'kind', 'user_id', 'events', 'signed_off_at'])
    .select((is) => is.selectFrom('api_keys').select('created_by').whereRef('api_keys.user_id', '=', 'review_items.user_id').as('maker'))
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function signOffItem(
  tx: Transaction,
  id: ReviewItemId,
  review: { at: Date; by: UserId; outcome: ReviewOutcome; comment: Sealed<typeof reviewComment> },
): Promise<void> {
  const { at, by, outcome, comment } = review
  await tx
    .updateTable('review_items')
    .set({ signed_off_at: at, signed_off_by: by, outcome, comment })
    .where('id', '=', id)
    .execute()
}

/** What waits, by kind, how many events that is about, and since when. */
export async function countWaiting(tx: Transaction): Promise<{ kind: ReviewKind; count: number; events: number; since: Date }[]> {
  const rows = await tx
    .selectFrom('review_items')
    .select((is) => ['kind', is.fn.countAll<string>().as('count'), is.fn.sum<string>('events').as('events'), is.fn.min('first_at').as('since')])
    .where('signed_off_at', 'is', null)
    .groupBy('kind')
    .execute()
  return rows.map(({ kind, count, events, since }) => ({ kind, count: Number(count), events: Number(events), since }))
}

/** What was found from a day on, by month, and who signed off how much of it with which outcome; the latest month first. */
export async function countMonths(tx: Transaction, since: string) {
  const rows = await tx
    .selectFrom('review_items as item')
    .leftJoin('users as reviewer', 'reviewer.id', 'item.signed_off_by')
    .select((is) => [
      sql<string>`left(item.day, 7)`.as('month'),
      'item.outcome',
      'item.signed_off_by as by',
      'reviewer.name',
      is.fn.countAll<string>().as('count'),
    ])
    .where('item.day', '>=', since)
    .groupBy(['month', 'item.outcome', 'item.signed_off_by', 'reviewer.name'])
    .orderBy('month', 'desc')
    .orderBy('reviewer.name')
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}
