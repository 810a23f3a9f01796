import { sql, type Kysely } from 'kysely'

/** Links by which whoever forgot their password sets a new one, and the sessions that such a link opened. */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table sign_in_links
      drop constraint sign_in_links_opens_check,
      add constraint sign_in_links_opens_check check (opens in ('set-up', 'whole', 'new-password'));
    alter table sessions add column forgot_password boolean not null default false;
  `.execute(database)
}
