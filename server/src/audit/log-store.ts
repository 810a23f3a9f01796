import type { Hash } from '@curtain/audit-log'
import type { Id, OrganizationId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'

// A log has fewer than 2^53 entries: what PostgreSQL gives as text is a number here.

/** Keeps every other sequencer of this organization's log away until the transaction ends. @returns false where one is at work */
export async function holdLog(tx: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`curtain audit log ${organizationId}`}, 0)) as held`.execute(tx)
  return rows[0]?.held === true
}

/** How many entries the log has. */
export async function logSize(tx: Transaction): Promise<number> {
  const last = await tx.selectFrom('audit_leaves').select('index').orderBy('index', 'desc').limit(1).executeTakeFirst()
  return last === undefined ? 0 : Number(last.index) + 1
}

/**
 * Takes those that have waited longest out of the line, in order. They go into the tree in the same transaction. An event that
 * somebody put into the line again has its place, or gets one.
 */
export async function takePending(
  tx: Transaction,
  organizationId: OrganizationId,
  most: number,
): Promise<{ id: Id<'auditEvent'>; entry: string }[]> {
  const { rows } = await sql<{ id: Id<'auditEvent'>; entry: string }>`
    with taken as (
      -- In one statement, which sees the same line twice: what comes into the middle of it meanwhile stays.
      delete from audit_pending where organization_id = ${organizationId} and position <= (
        select max(position) from (
          select position from audit_pending where organization_id = ${organizationId} order by position limit ${most}
        ) as first
      )
      returning position, event_id
    )
    -- The limit tells the planner how few they are: it would read all events to find them.
    select e.id, e.entry from (select * from taken limit ${most}) as taken join audit_events e on e.id = taken.event_id
    order by taken.position`.execute(tx)
  // Asked apart: within the statement above it would be asked of every event there is.
  const placed = await tx
    .selectFrom('audit_leaves')
    .select('event_id')
    .where(sql<boolean>`event_id = any(${rows.map(({ id }) => id)}::text[])`)
    .execute()
  const waiting = new Map(rows.map((row) => [row.id, row]))
  for (const { event_id } of placed) waiting.delete(event_id)
  return [...waiting.values()]
}

export async function insertLeaves(
  tx: Transaction,
  organizationId: OrganizationId,
  first: number,
  leaves: readonly { id: string; hash: Hash }[],
): Promise<void> {
  await sql`
    insert into audit_leaves (organization_id, index, event_id, hash)
    select ${organizationId}, ${first} + place - 1, id, hash
    from unnest(${leaves.map(({ id }) => id)}::text[], ${leaves.map(({ hash }) => hash)}::bytea[]) with ordinality as leaf (id, hash, place)
  `.execute(tx)
}

/** Tells every server on the database, once this is committed, that there is more in the log. */
export async function tellPlaced(tx: Transaction, organizationId: OrganizationId): Promise<void> {
  await sql`select pg_notify('curtain_audit', ${organizationId})`.execute(tx)
}

/** A node that is kept. */
export interface KeptNode {
  level: number
  index: number
  hash: Hash
}

export async function insertNodes(tx: Transaction, organizationId: OrganizationId, nodes: readonly KeptNode[]): Promise<void> {
  if (nodes.length === 0) return
  await tx
    .insertInto('audit_nodes')
    .values(nodes.map(({ level, index, hash }) => ({ organization_id: organizationId, level, index: String(index), hash })))
    .execute()
}

/** Nodes of a level from `start` to before `end`; leaves are of level 0. */
export interface NodeRange {
  level: number
  start: number
  end: number
}

/** Kept hashes of these ranges. @returns those of each, in order */
export async function keptHashes(tx: Transaction, organizationId: OrganizationId, ranges: readonly NodeRange[]): Promise<Hash[][]> {
  const { rows } = await sql<{ place: string; hash: Buffer }>`
    select wanted.place, kept.hash
    from unnest(
      ${ranges.map(({ level }) => level)}::smallint[], ${ranges.map(({ start }) => start)}::bigint[], ${ranges.map(({ end }) => end)}::bigint[]
    ) with ordinality as wanted (level, start, "end", place)
    cross join lateral (
      select index, hash from audit_leaves
        where wanted.level = 0 and organization_id = ${organizationId} and index >= wanted.start and index < wanted.end
      union all
      select index, hash from audit_nodes
        where organization_id = ${organizationId} and level = wanted.level and index >= wanted.start and index < wanted.end
    ) as kept
    order by wanted.place, kept.index`.execute(tx)
  const hashes = ranges.map((): Hash[] => [])
  for (const { place, hash } of rows) hashes[Number(place) - 1]?.push(hash)
  return hashes
}

export async function latestCheckpoint(tx: Transaction): Promise<{ size: number; root: Buffer; note: string; createdAt: Date } | null> {
  const row = await tx
    .selectFrom('audit_checkpoints')
    .select(['size', 'root', 'note', 'created_at'])
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  // Somebody else's row may say more than a log can have: that is found, rather than in the way of whoever looks.
  const size = Math.min(Number(row.size), Number.MAX_SAFE_INTEGER)
  return { size, root: row.root, note: row.note, createdAt: row.created_at }
}

export async function insertCheckpoint(
  tx: Transaction,
  organizationId: OrganizationId,
  checkpoint: { size: number; root: Hash; note: string; now: Date },
): Promise<void> {
  const { size, root, note, now } = checkpoint
  await tx
    .insertInto('audit_checkpoints')
    .values({ organization_id: organizationId, size: String(size), root, note, created_at: now })
    .execute()
}
