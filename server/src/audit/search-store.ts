import { type AuditEventType, type AuditFilter, auditEvents, type Id, madeAt, makeId, type OrganizationId, patientId as patientIdSchema, type PatientId, type UserId } from '@curtain/protocol'
import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import { logSize } from './log-store.ts'

type EventId = Id<'auditEvent'>
type Condition = RawBuilder<unknown>

/** An event, and its place. */
export interface FoundEvent {
  id: EventId
  index: number | null
  at: Date
  type: AuditEventType
  outcome: 'success' | 'denied'
  userId: UserId | null
  participantId: string | null
  sessionId: string | null
  target: string | null
  facts: Record<string, unknown>
  entry: string
}

/** Places that are looked at, of those that came after one that was seen: whoever was away longer searches anew. */
const mostNews = 2000
/** As in migration 0017. */
const spanMs = 30 * 24 * 3_600_000
const allTypes = Object.keys(auditEvents)
/** Types whose facts can name patients. */
const namingTypes: ReadonlySet<string> = new Set(
  Object.entries(auditEvents).flatMap(([type, { facts }]) =>
    ['patientIds', 'patientId', 'into'].some((name) => Object.hasOwn(facts, name)) ? [type] : [],
  ),
)

/** The first id that an event of a moment could have: ids sort by time. */
const firstIdAt = (ms: number): EventId => makeId('auditEvent', Math.max(0, ms), new Uint8Array(10))

/** What a filter means here: with the ids that stand for a patient, and moments as ids. */
interface Wanted {
  organizationId: OrganizationId
  filter: AuditFilter
  patient: { ids: readonly PatientId[]; targets: readonly string[] } | null
  /** The first id, and the one before which they end; null without end. */
  from: EventId
  to: EventId | null
}

/**
 * Events for which all of a filter holds, the newest first. Whatever is asked, an index gives it in that order.
 * @param before the event after which they begin
 */
export async function findEvents(
  tx: Transaction,
  organizationId: OrganizationId,
  filter: AuditFilter,
  { before = null, most }: { before?: EventId | null; most: number },
): Promise<FoundEvent[]> {
  const wanted = await understand(tx, organizationId, filter, before)
  const ids = await findIds(tx, wanted, most)
  return readEvents(tx, ids)
}

/**
 * What got its place after an event that was seen, the newest first.
 * @returns `more` where there is more of it than is looked at
 */
export async function findNews(
  tx: Transaction,
  organizationId: OrganizationId,
  filter: AuditFilter,
  { after, most }: { after: EventId; most: number },
): Promise<{ found: FoundEvent[]; more: boolean }> {
  const wanted = await understand(tx, organizationId, filter, null)
  const seen = await tx.selectFrom('audit_leaves').select('index').where('event_id', '=', after).executeTakeFirst()
  const size = await logSize(tx)
  const first = seen === undefined ? size - mostNews : Number(seen.index) + 1
  const conditions = [
    ...conditionsOf(wanted),
    ...concerns(wanted),
    sql`l.organization_id = ${organizationId}`,
    sql`l.index >= ${Math.max(first, size - mostNews)}`,
    // One that had no place yet: by its time, then.
    ...(seen === undefined ? [sql`e.id > ${after}`] : []),
  ]
  const { rows } = await sql<{ id: EventId }>`
    select e.id from audit_leaves l join audit_events e on e.id = l.event_id
    where ${all(conditions)} order by e.id desc limit ${most + 1}`.execute(tx)
  const found = await readEvents(tx, rows.slice(0, most).map(({ id }) => id))
  return { found, more: rows.length > most || first < size - mostNews }
}

async function understand(
  tx: Transaction,
  organizationId: OrganizationId,
  filter: AuditFilter,
  before: EventId | null,
): Promise<Wanted> {
  const until = filter.until === undefined ? null : firstIdAt(Date.parse(filter.until))
  const ends = [until, before].flatMap((end) => end ?? []).toSorted()
  return {
    organizationId,
    filter,
    patient: filter.patientId === undefined ? null : await standingFor(tx, filter.patientId),
    from: firstIdAt(filter.since === undefined ? 0 : Date.parse(filter.since)),
    to: ends[0] ?? null,
  }
}

/** The records that a patient's is made of, those that were merged into it among them, and all their visits. */
async function standingFor(tx: Transaction, patientId: PatientId): Promise<NonNullable<Wanted['patient']>> {
  const { rows } = await sql<{ id: string }>`
    with recursive records (id) as (
      select ${patientId}::text
      union select patients.id from patients join records on patients.merged_into = records.id
    )
    select id from records union all select visits.id from visits join records on visits.patient_id = records.id`.execute(tx)
  const targets = rows.map(({ id }) => id)
  return { ids: targets.flatMap((id) => patientIdSchema.safeParse(id).data ?? []), targets }
}

const all = (conditions: readonly Condition[]) => sql.join(conditions, sql` and `)

/** All that has to hold of an event, but for what leads to it. */
function conditionsOf({ organizationId, filter, from, to }: Wanted): Condition[] {
  const { userId, visitId, target, types, outcome } = filter
  return [
    sql`e.organization_id = ${organizationId}`,
    sql`e.id >= ${from}`,
    ...(to === null ? [] : [sql`e.id < ${to}`]),
    ...(userId === undefined ? [] : [sql`e.user_id = ${userId}`]),
    ...(visitId === undefined ? [] : [sql`e.target = ${visitId}`]),
    ...(target === undefined ? [] : [sql`e.target = ${target}`]),
    ...(types === undefined ? [] : [sql`e.type = any(${types}::text[])`]),
    // As it stands in the conditions of the indexes.
    ...(outcome === undefined ? [] : [sql`e.outcome = ${sql.lit(outcome)}`]),
  ]
}

/** The same for a patient, of an event that was found otherwise. */
function concerns({ patient }: Wanted): Condition[] {
  if (patient === null) return []
  const { ids, targets } = patient
  return [
    sql`(e.target = any(${targets}::text[]) or e.facts->>'patientId' = any(${ids}::text[])
      or e.facts->>'into' = any(${ids}::text[]) or e.facts->'patientIds' ?| ${ids}::text[])`,
  ]
}

async function findIds(tx: Transaction, wanted: Wanted, most: number): Promise<EventId[]> {
  const { patient, filter } = wanted
  const { visitId, target, types, userId, outcome } = filter
  if (patient !== null) {
    const done = await idsByKey(tx, 'target', patient.targets, wanted, most)
    const mayBeNamed = types === undefined || types.some((type) => namingTypes.has(type))
    const named = mayBeNamed ? await idsByMention(tx, patient.ids, wanted, most) : []
    return [...new Set([...done, ...named])].toSorted().toReversed().slice(0, most)
  }
  const about = visitId ?? target
  if (about !== undefined) return idsByKey(tx, 'target', [about], wanted, most)
  // Type by type, each in the order of time: what is rare is found as fast as what is not.
  if (types !== undefined || userId !== undefined || outcome === 'denied') {
    return idsByKey(tx, 'type', types ?? allTypes, wanted, most)
  }
  const { rows } = await sql<{ id: EventId }>`
    select e.id from audit_events e where ${all(conditionsOf(wanted))} order by e.id desc limit ${most}`.execute(tx)
  return rows.map(({ id }) => id)
}

/** The newest of each key by the index that begins with it, and of those the newest. */
async function idsByKey(
  tx: Transaction,
  column: 'target' | 'type',
  keys: readonly string[],
  wanted: Wanted,
  most: number,
): Promise<EventId[]> {
  const { rows } = await sql<{ id: EventId }>`
    select found.id from unnest(${keys}::text[]) as wanted (key) cross join lateral (
      select e.id from audit_events e
      where e.${sql.ref(column)} = wanted.key and ${all(conditionsOf(wanted))}
      order by e.id desc limit ${most}
    ) as found
    order by found.id desc limit ${most}`.execute(tx)
  return rows.map(({ id }) => id)
}

/**
 * Events whose facts name one of these patients: lists that they stood in, a team that they were handed to. One span of time
 * after the other, and more of them at a time the longer nothing is found.
 */
async function idsByMention(tx: Transaction, patientIds: readonly PatientId[], wanted: Wanted, most: number): Promise<EventId[]> {
  const { rows: ends } = await sql<{ id: EventId | null }>`
    select min(e.id) as id from audit_events e where ${all(conditionsOf({ ...wanted, filter: {} }))}
    union all select max(e.id) from audit_events e where ${all(conditionsOf({ ...wanted, filter: {} }))}`.execute(tx)
  const [lowest = 0, highest = -1] = ends.flatMap(({ id }) => (id === null ? [] : Math.floor(madeAt(id) / spanMs)))
  const ids: EventId[] = []
  let spans = 1
  for (let last = highest; last >= lowest && ids.length < most; last -= spans, spans *= 2) {
    const keys = Array.from({ length: spans }, (_, back) => patientIds.map((id) => `${id}:${last - back}`)).flat()
    const { rows } = await sql<{ id: EventId }>`
      select e.id from audit_mentions(${keys}::text[]) e
      where ${all(conditionsOf(wanted))} order by e.id desc limit ${most}`.execute(tx)
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

async function readEvents(tx: Transaction, ids: readonly EventId[]): Promise<FoundEvent[]> {
  const { rows } = await sql<Omit<FoundEvent, 'index'> & { index: string | null }>`
    select e.id, l.index, e.at, e.type, e.outcome, e.user_id as "userId", e.participant_id as "participantId",
      e.session_id as "sessionId", e.target, e.facts, e.entry
    from audit_events e left join audit_leaves l on l.event_id = e.id
    where e.id = any(${ids}::text[]) order by e.id desc`.execute(tx)
  return rows.map((row) => ({ ...row, index: row.index === null ? null : Number(row.index) }))
}
