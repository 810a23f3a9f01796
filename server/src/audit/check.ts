import { type Report, readVerifier, verifyExport } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { exportLog } from './export.ts'
import { sealedNames } from './sealed-values.ts'

/** What the server finds when it looks at its own log. Only ids, and places in the log. */
export interface LogCheck extends Pick<Report, 'outcome' | 'findings' | 'entries' | 'pruned' | 'comparedWith'> {
  /** Events whose columns say something else than what was logged: pages would show what did not happen. */
  altered: string[]
  /** Events that were committed long ago and have no place in the log. */
  unplaced: string[]
}

/** A place is given within a second; one that is still missing after this was never meant to be given. */
const unplacedMs = 5 * 60_000
/** The first few say enough. */
const mostNamed = 20

/** Events looked at in one statement: a log of millions is not held up by it, and takes none longer than the database allows. */
const page = 10_000

interface Rows {
  altered: string[]
  unplaced: string[]
}

/** Events whose columns, or whose hash in the tree, do not fit their own entry; and those from before a time without a place. */
async function lookAtRows(
  tx: Transaction,
  organizationId: OrganizationId,
  { after, before }: { after: string; before: Date },
): Promise<Rows & { last: string | null }> {
  const { rows } = await sql<Rows & { last: string | null }>`
    with page as (
      select * from audit_events where organization_id = ${organizationId} and id > ${after} order by id limit ${page}
    ), looked as (
      select e.id,
        l.event_id is null and e.at < ${before} and not exists (select from audit_pending p where p.event_id = e.id) as is_unplaced,
        coalesce(l.hash <> sha256('\\x00'::bytea || convert_to(e.entry, 'UTF8')), false)
          -- What cannot be compared must not end the check.
          or case when not pg_input_is_valid(e.entry, 'jsonb') or jsonb_typeof(e.entry::jsonb) <> 'object' then true
          else e.entry::jsonb - ${sealedNames}::text[] is distinct from jsonb_strip_nulls(jsonb_build_object(
            'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'id', e.id, 'organizationId', e.organization_id,
            'outcome', e.outcome, 'participantId', e.participant_id, 'sessionId', e.session_id, 'target', e.target, 'type', e.type,
            'userId', e.user_id)) || jsonb_build_object('facts', e.facts) end as is_altered
      from page e left join audit_leaves l on l.event_id = e.id
    )
    select max(id) as last, coalesce(array_agg(id order by id) filter (where is_altered), '{}') as altered,
      coalesce(array_agg(id order by id) filter (where is_unplaced), '{}') as unplaced
    from looked`.execute(tx)
  return rows[0] ?? { last: null, altered: [], unplaced: [] }
}

async function lookAtAllRows(
  database: Database,
  organizationId: OrganizationId,
  { before, signal }: { before: Date; signal: AbortSignal | undefined },
): Promise<Rows> {
  const all: Rows = { altered: [], unplaced: [] }
  let last: string | null = ''
  while (last !== null) {
    signal?.throwIfAborted()
    const after: string = last
    const looked = await database.inOrganization(organizationId, (tx) => lookAtRows(tx, organizationId, { after, before }))
    all.altered.push(...looked.altered)
    all.unplaced.push(...looked.unplaced)
    last = looked.last
  }
  return { altered: all.altered.slice(0, mostNamed), unplaced: all.unplaced.slice(0, mostNamed) }
}

/**
 * Looks at an organization's whole log: every entry, hash and signature as an auditor would, and what an auditor cannot see,
 * that the rows which pages show are what was logged.
 * @param signal breaks it off, which may take a moment
 * @param kept the last checkpoint that was written outside the database; null where there is none yet
 */
export async function checkLog(
  database: Database,
  organizationId: OrganizationId,
  { key, kept, now, signal }: { key: string; kept: string | null; now: Date; signal?: AbortSignal },
): Promise<LogCheck> {
  const { altered, unplaced } = await lookAtAllRows(database, organizationId, { before: new Date(now.getTime() - unplacedMs), signal })
  const { outcome, findings, entries, pruned, comparedWith } = await verifyExport(chunksOf(exportLog(database, organizationId, key), signal), {
    key: readVerifier(key),
    ...(kept !== null && { checkpoint: kept }),
  })
  return { outcome, findings, entries, pruned, comparedWith, altered, unplaced }
}

async function* chunksOf(texts: AsyncIterable<string>, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for await (const text of texts) {
    signal?.throwIfAborted()
    yield Buffer.from(text, 'utf8')
  }
}
