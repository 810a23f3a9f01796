import { Frontier, type Hash } from '@curtain/audit-log'
import { makeId, type AuditEventType, type Id, type OrganizationId } from '@curtain/protocol'
import pg from 'pg'
import { entryOf } from '../server/src/audit/entry.ts'
import type { AuditEvent } from '../server/src/audit/record.ts'
import { isKept } from '../server/src/audit/tree.ts'
import type { DatabaseConnection } from '../server/src/database/database.ts'
import type { AuditWorld } from './audit-population.ts'
import { dropIndexes } from './patient-load.ts'
import { progress, wholeNumber } from './report.ts'

const batch = 2_000

/** A connection that is closed whatever happens: else one that breaks when PostgreSQL stops would hide why it was stopped. */
async function openClient(superuser: DatabaseConnection): Promise<AsyncDisposable & { client: pg.Client }> {
  const client = new pg.Client(superuser)
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}

interface MadeUpEvent {
  id: Id<'auditEvent'>
  at: Date
  event: AuditEvent<AuditEventType>
  entry: string
}

const yearMs = 365 * 24 * 3_600_000

/** Events one after the other, over the last six years by default, each with an address that is as long as a sealed one. */
export function* madeUpEvents(next: () => AuditEvent<AuditEventType>, count: number, spanMs = 6 * yearMs): Generator<MadeUpEvent> {
  const entropy = new Uint8Array(10)
  const end = Date.now()
  for (let made = 0; made < count; made++) {
    const at = new Date(end - spanMs + Math.floor((made * spanMs) / count))
    new DataView(entropy.buffer).setUint32(4, made)
    const id = makeId('auditEvent', at.getTime(), entropy)
    const event = next()
    yield { id, at, event, entry: entryOf(id, event, at, { from: `${id}${id}`.padEnd(64, 'A').slice(0, 64).replaceAll('_', 'A') }) }
  }
}

/** Writes events as the server would, many in a statement. */
export async function insertEvents(client: pg.Client, events: readonly MadeUpEvent[]): Promise<void> {
  const values = [
    events.map(({ id }) => id), events.map(({ at }) => at), events.map(({ event }) => event.type),
    events.map(({ event }) => event.outcome ?? 'success'), events.map(({ event }) => event.userId ?? null),
    events.map(({ event }) => event.participantId ?? null), events.map(({ event }) => event.sessionId ?? null),
    events.map(({ event }) => event.target ?? null), events.map(({ event }) => JSON.stringify(event.facts ?? {})), events.map(({ entry }) => entry),
  ]
  await client.query({
    name: 'events',
    text: `insert into audit_events (organization_id, id, at, type, outcome, user_id, participant_id, session_id, target, facts, entry)
      select $1, * from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::jsonb[], $11::text[])`,
    values: [events[0]?.event.organizationId, ...values],
  })
}

const hex = (hashes: readonly Hash[]) => hashes.map((hash) => `\\x${hash.toString('hex')}`)

async function insertPlaces(
  client: pg.Client,
  organizationId: string,
  leaves: readonly { index: number; id: string; hash: Hash }[],
  nodes: readonly { level: number; index: number; hash: Hash }[],
): Promise<void> {
  await client.query({
    name: 'leaves',
    text: 'insert into audit_leaves (organization_id, index, event_id, hash) select $1, * from unnest($2::bigint[], $3::text[], $4::bytea[])',
    values: [organizationId, leaves.map(({ index }) => index), leaves.map(({ id }) => id), hex(leaves.map(({ hash }) => hash))],
  })
  await client.query({
    name: 'nodes',
    text: 'insert into audit_nodes (organization_id, level, index, hash) select $1, * from unnest($2::smallint[], $3::bigint[], $4::bytea[])',
    values: [organizationId, nodes.map(({ level }) => level), nodes.map(({ index }) => index), hex(nodes.map(({ hash }) => hash))],
  })
}

export interface LoadTimes {
  rowsSeconds: number
  indexSeconds: number
}

/**
 * Fills the log of an organization that has none yet, going around its tables' triggers and building their indexes at the end.
 * @returns how long it took
 */
export async function loadLog(superuser: DatabaseConnection, next: () => AuditEvent<AuditEventType>, count: number): Promise<LoadTimes> {
  await using opened = await openClient(superuser)
  const { client } = opened
  await client.query(`set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'`)
  await client.query('delete from audit_pending; delete from audit_events')
  const rebuild = await dropIndexes(client, ['audit_events', 'audit_leaves'])
  const from = performance.now()
  const frontier = new Frontier()
  let writing: Promise<unknown> = Promise.resolve()
  let events: MadeUpEvent[] = []
  const write = async (made: readonly MadeUpEvent[]) => {
    const nodes: { level: number; index: number; hash: Hash }[] = []
    const leaves = made.map(({ id, entry }) => ({
      id,
      index: frontier.size,
      hash: frontier.append(Buffer.from(entry, 'utf8'), (level, index, hash) => {
        if (level > 0 && isKept({ level })) nodes.push({ level, index, hash })
      }),
    }))
    await insertEvents(client, made)
    await insertPlaces(client, made[0]?.event.organizationId ?? '', leaves, nodes)
    if (frontier.size % 500_000 === 0) progress(`${wholeNumber(frontier.size)} events after ${wholeNumber((performance.now() - from) / 1000)} s`)
  }
  for (const event of madeUpEvents(next, count)) {
    if (events.push(event) < batch) continue
    await writing
    writing = write(events)
    events = []
  }
  await writing
  if (events.length > 0) await write(events)
  const loaded = performance.now()
  progress('building the indexes')
  await rebuild()
  for (const table of ['audit_events', 'audit_leaves', 'audit_nodes']) await client.query(`vacuum analyze ${table}`)
  return { rowsSeconds: (loaded - from) / 1000, indexSeconds: (performance.now() - loaded) / 1000 }
}

/** Writes patients, visits and who takes part, with nothing sealed in them: searches ask whose visit it was. */
export async function loadWorld(superuser: DatabaseConnection, organizationId: OrganizationId, { users, patients, visits }: AuditWorld): Promise<void> {
  await using opened = await openClient(superuser)
  const { client } = opened
  await client.query('set session_replication_role = replica; set synchronous_commit = off')
  const by = users[0]
  await client.query(
    `insert into patients (id, organization_id, name, created_by, created_at) select unnest($2::text[]), $1, '', $3, now()`,
    [organizationId, patients, by],
  )
  await client.query(
    `insert into visits (id, patient_id, organization_id, clinician_id, kind, status, starts_at, duration_minutes, reason, created_at)
      select visit.*, $1, $4, 'consultation', 'ended', now(), 30, '', now() from unnest($2::text[], $3::text[]) as visit`,
    [organizationId, visits.map(({ id }) => id), visits.map(({ patientId }) => patientId), by],
  )
  await client.query(
    `insert into participants (id, visit_id, patient_id, organization_id, role, display_name, admission, created_at)
      select person.*, $1, 'patient', '', 'admitted', now() from unnest($2::text[], $3::text[], $4::text[]) as person`,
    [organizationId, visits.map(({ participantId }) => participantId), visits.map(({ id }) => id), visits.map(({ patientId }) => patientId)],
  )
  for (const table of ['patients', 'visits', 'participants']) await client.query(`vacuum analyze ${table}`)
}

/** Puts events into the line, as many transactions would, for the sequencer to take. */
export async function lineUp(superuser: DatabaseConnection, next: () => AuditEvent<AuditEventType>, count: number): Promise<void> {
  await using opened = await openClient(superuser)
  const { client } = opened
  await client.query('set session_replication_role = replica; set synchronous_commit = off')
  const made = [...madeUpEvents(next, count, 0)]
  for (let at = 0; at < made.length; at += batch) {
    const events = made.slice(at, at + batch)
    await insertEvents(client, events)
    await client.query('insert into audit_pending (organization_id, event_id) select $1, unnest($2::text[])', [
      events[0]?.event.organizationId, events.map(({ id }) => id),
    ])
  }
}
