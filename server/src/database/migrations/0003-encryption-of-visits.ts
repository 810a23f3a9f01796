import { sql, type Kysely } from 'kysely'

/**
 * How each visit is encrypted, and which kinds an organization allows without end-to-end encryption. The server's role
 * may decide the first only by making a visit, and of an organization it may change nothing but the second.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table organizations add column transport_visits text[] not null default '{}'
      check (transport_visits <@ array['consultation', 'group', 'case-conference']);
    revoke update on organizations from curtain_app;
    grant update (transport_visits) on organizations to curtain_app;

    alter table visits add column encryption text not null default 'end-to-end'
      check (encryption in ('end-to-end', 'transport'));
    revoke update on visits from curtain_app;
    grant update (status, starts_at, duration_minutes, reason, locked, started_at, ended_at) on visits to curtain_app;
  `.execute(database)

  // What was held before there was end-to-end encryption must not claim it. Forced row-level security binds the owner.
  await sql`
    alter table visits no force row level security;
    update visits set encryption = 'transport' where status = 'ended';
    alter table visits force row level security;
  `.execute(database)
}
