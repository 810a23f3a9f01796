import { sql, type Kysely } from 'kysely'

/** The secret before a webhook's present one, which goes on to sign beside it for a while. */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table alert_rules
      add column old_webhook_secret bytea,
      add column old_secret_until timestamptz,
      add check ((old_webhook_secret is null) = (old_secret_until is null)),
      add check (webhook_secret is not null or old_webhook_secret is null);
    create index on alert_rules (old_secret_until) where old_secret_until is not null;

    create function look_up_overdue_webhook_secrets(instant timestamptz) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select r.organization_id, r.id from alert_rules r where r.old_secret_until <= instant;
      end;
    revoke execute on function look_up_overdue_webhook_secrets(timestamptz) from public;
    grant execute on function look_up_overdue_webhook_secrets(timestamptz) to curtain_app;
  `.execute(database)
}
