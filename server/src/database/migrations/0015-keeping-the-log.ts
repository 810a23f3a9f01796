import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * How far each place outside the database is with the checkpoints of each log, and what the server found each time when it
 * looked at its own log. `audit_checks` is only ever added to; a row of the other two is taken by a server for a while, by
 * setting on when the next may try.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table audit_deliveries (
      organization_id text not null references organizations,
      destination text not null,
      size bigint not null default 0,
      delivered_at timestamptz,
      attempts integer not null default 0,
      failing_since timestamptz,
      failure text,
      next_attempt_at timestamptz not null,
      primary key (organization_id, destination)
    );
    create table audit_checks (
      position bigint generated always as identity,
      organization_id text not null references organizations,
      at timestamptz not null,
      outcome text not null check (outcome in ('sound', 'broken')),
      entries bigint not null,
      compared_with bigint,
      findings jsonb not null,
      told boolean not null,
      primary key (organization_id, position)
    );
    create table audit_check_turns (
      organization_id text primary key references organizations,
      next_at timestamptz not null
    );
  `.execute(database)
  await keepInsideOrganization(database, 'audit_deliveries', `select, insert,
    update (size, delivered_at, attempts, failing_since, failure, next_attempt_at)`)
  await keepInsideOrganization(database, 'audit_checks', 'select, insert')
  await keepInsideOrganization(database, 'audit_check_turns', 'select, insert, update (next_at)')

  await sql`
    create policy look_up on audit_deliveries for select to current_user using (true);
    create policy look_up on audit_checkpoints for select to current_user using (true);
    create policy look_up on audit_checks for select to current_user using (true);
    create policy look_up on audit_check_turns for select to current_user using (true);

    -- A checkpoint of another size than what is there: newer, or the log has become shorter, which is for the server to see.
    create function look_up_undelivered(wanted text) returns table (organization_id text, next_attempt_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select o.id, d.next_attempt_at
        from organizations o
        cross join lateral (
          select c.size from audit_checkpoints c where c.organization_id = o.id order by c.size desc limit 1
        ) latest
        left join audit_deliveries d on d.organization_id = o.id and d.destination = wanted
        where d.size is distinct from latest.size
        order by d.next_attempt_at nulls first limit 100;
      end;

    create function look_up_log_checks()
      returns table (organization_id text, next_at timestamptz, outcome text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select o.id, t.next_at, latest.outcome
        from organizations o
        left join audit_check_turns t on t.organization_id = o.id
        left join lateral (
          select c.outcome from audit_checks c where c.organization_id = o.id order by c.position desc limit 1
        ) latest on true;
      end;

    revoke execute on function look_up_undelivered(text), look_up_log_checks() from public;
    grant execute on function look_up_undelivered(text), look_up_log_checks() to curtain_app;
  `.execute(database)
}
