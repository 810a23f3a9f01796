import { logCheck, type LogCheck, type OrganizationId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'

const findings = logCheck.shape.findings

/** Takes the next check of a log, if it `isDue`, until another may begin one. @returns false where it is not, or somebody else is at it */
export async function claimCheck(
  tx: Transaction,
  organizationId: OrganizationId,
  { now, until, mostAheadMs }: { now: Date; until: Date; mostAheadMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into audit_check_turns as t (organization_id, next_at) values (${organizationId}, ${until})
    on conflict (organization_id) do update set next_at = excluded.next_at
      where t.next_at <= ${now} or t.next_at > ${new Date(now.getTime() + mostAheadMs)}
    returning organization_id`.execute(tx)
  return rows.length > 0
}

export async function setNextCheck(tx: Transaction, next: Date): Promise<void> {
  await tx.updateTable('audit_check_turns').set({ next_at: next }).execute()
}

export async function insertCheck(
  tx: Transaction,
  organizationId: OrganizationId,
  { at, outcome, entries, comparedWith, findings: found }: Omit<LogCheck, 'at'> & { at: Date },
  told: boolean,
): Promise<void> {
  await tx
    .insertInto('audit_checks')
    .values({
      organization_id: organizationId,
      at,
      outcome,
      entries: String(entries),
      compared_with: comparedWith === null ? null : String(comparedWith),
      findings: JSON.stringify(found),
      told,
    })
    .execute()
}

export async function lastCheck(tx: Transaction): Promise<LogCheck | null> {
  const row = await tx.selectFrom('audit_checks').selectAll().orderBy('position', 'desc').limit(1).executeTakeFirst()
  if (row === undefined) return null
  return {
    at: row.at.toISOString(),
    outcome: row.outcome,
    entries: Number(row.entries),
    comparedWith: row.compared_with === null ? null : Number(row.compared_with),
    findings: findings.parse(row.findings),
  }
}

/** When those who watch over the log were last told that it is broken; null where that is over since, or never was. */
export async function toldSince(tx: Transaction): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(at) as at from audit_checks
    where told and position > coalesce((select max(position) from audit_checks where outcome = 'sound'), 0)`.execute(tx)
  return rows[0]?.at ?? null
}
