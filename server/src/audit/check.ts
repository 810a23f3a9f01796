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

/** Events whose columns, or whose hash in the tree, do not fit their own entry. */
async function alteredEvents(tx: Transaction): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from audit_events e left join audit_leaves l on l.event_id = e.id
    where l.hash <> sha256('\\x00'::bytea || convert_to(e.entry, 'UTF8'))
      or e.entry::jsonb - ${sealedNames}::text[] is distinct from jsonb_strip_nulls(jsonb_build_object(
        'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'id', e.id, 'organizationId', e.organization_id,
        'outcome', e.outcome, 'participantId', e.participant_id, 'sessionId', e.session_id, 'target', e.target, 'type', e.type,
        'userId', e.user_id)) || jsonb_build_object('facts', e.facts)
    order by e.id limit ${mostNamed}`.execute(tx)
  return rows.map(({ id }) => id)
}

async function unplacedEvents(tx: Transaction, before: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from audit_events e where e.at < ${before} and not exists (select from audit_leaves l where l.event_id = e.id)
    order by e.id limit ${mostNamed}`.execute(tx)
  return rows.map(({ id }) => id)
}

/**
 * Looks at an organization's whole log: every entry, hash and signature as an auditor would, and what an auditor cannot see,
 * that the rows which pages show are what was logged.
 * @param kept the last checkpoint that was written outside the database; null where there is none yet
 */
export async function checkLog(
  database: Database,
  organizationId: OrganizationId,
  { key, kept, now }: { key: string; kept: string | null; now: Date },
): Promise<LogCheck> {
  const { altered, unplaced } = await database.inOrganization(organizationId, async (tx) => ({
    altered: await alteredEvents(tx),
    unplaced: await unplacedEvents(tx, new Date(now.getTime() - unplacedMs)),
  }))
  const { outcome, findings, entries, pruned, comparedWith } = await verifyExport(chunksOf(exportLog(database, organizationId, key)), {
    key: readVerifier(key),
    ...(kept !== null && { checkpoint: kept }),
  })
  return { outcome, findings, entries, pruned, comparedWith, altered, unplaced }
}

async function* chunksOf(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text, 'utf8')
}
