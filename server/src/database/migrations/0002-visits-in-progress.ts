import { sql, type Kysely } from 'kysely'

/** Which visits are in progress, asked before any organization is known: after a start, some may have nobody in them. */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create policy look_up_in_progress on visits for select to current_user using (status = 'in-progress');
    create function look_up_visits_in_progress() returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select v.organization_id, v.id from visits v where v.status = 'in-progress'; end;
    revoke execute on function look_up_visits_in_progress() from public;
    grant execute on function look_up_visits_in_progress() to curtain_app;
  `.execute(database)
}
