import { sql, type Kysely } from 'kysely'

/**
 * Keeps a table's rows to the organization of the transaction, for its owner as well, and gives the server's role what it
 * needs. What is in here is part of migrations: it is never changed, but joined by another.
 * @param granted such as `select, insert, update (name)`; null where the migration says it itself
 */
export async function keepInsideOrganization(database: Kysely<never>, table: string, granted: string | null): Promise<void> {
  await sql
    .raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy inside_organization on ${table} to curtain_app
        using (organization_id = current_setting('curtain.organization', true))
        with check (organization_id = current_setting('curtain.organization', true));
      ${granted === null ? '' : `grant ${granted} on ${table} to curtain_app;`}
    `)
    .execute(database)
}
