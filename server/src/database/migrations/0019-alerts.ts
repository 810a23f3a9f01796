import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * Rules of when somebody is alerted, how far each has counted, and the messages that follow from them. New messages are told
 * to every server on this database at the commit (`curtain_alerts`).
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table alert_rules (
      id text primary key,
      organization_id text not null references organizations,
      name text not null,
      topics text[] not null,
      types text[] not null,
      outcome text check (outcome in ('success', 'denied')),
      user_id text,
      target text,
      count integer not null check (count between 1 and 1000),
      within_minutes integer not null check (within_minutes between 1 and 1440),
      count_by text not null check (count_by in ('person', 'everybody')),
      is_on boolean not null,
      mail_officers boolean not null,
      mail_addresses bytea,
      webhook_url bytea,
      webhook_secret bytea,
      created_by text not null,
      created_at timestamptz not null,
      watches_since timestamptz not null,
      quiet_until timestamptz,
      quiet_minutes integer not null default 0,
      more integer not null default 0 check (more >= 0),
      removed_at timestamptz,
      unique (organization_id, id),
      check ((webhook_url is null) = (webhook_secret is null)),
      foreign key (organization_id, created_by) references users (organization_id, id)
    );
    create index on alert_rules (organization_id) where removed_at is null;
    create index on alert_rules (quiet_until) where quiet_until is not null;

    create table alert_counts (
      organization_id text not null references organizations,
      rule_id text not null,
      person text not null,
      times timestamptz[] not null,
      primary key (rule_id, person),
      foreign key (organization_id, rule_id) references alert_rules (organization_id, id)
    );

    create table alert_deliveries (
      id text primary key,
      organization_id text not null references organizations,
      rule_id text not null,
      by text not null check (by in ('mail', 'webhook')),
      kind text not null check (kind in ('event', 'more', 'test')),
      count integer not null,
      body text not null,
      created_at timestamptz not null,
      state text not null check (state in ('waiting', 'delivered', 'failed')),
      attempts integer not null default 0,
      next_attempt_at timestamptz,
      give_up_at timestamptz,
      ended_at timestamptz,
      problem text,
      status integer,
      check ((state = 'waiting') = (next_attempt_at is not null and give_up_at is not null)),
      check ((state = 'waiting') = (ended_at is null)),
      foreign key (organization_id, rule_id) references alert_rules (organization_id, id)
    );
    create index on alert_deliveries (organization_id, id);
    create index on alert_deliveries (organization_id, next_attempt_at) where state = 'waiting';
    create index on alert_deliveries (organization_id, ended_at);
  `.execute(database)
  await keepInsideOrganization(database, 'alert_rules', 'select, insert, update')
  // What was counted and what was sent is on record in the log; neither is kept for longer than it is of use.
  await keepInsideOrganization(database, 'alert_counts', 'select, insert, update (times), delete')
  await keepInsideOrganization(
    database,
    'alert_deliveries',
    'select, insert, update (state, attempts, next_attempt_at, give_up_at, ended_at, problem, status), delete',
  )
  await sql`
    create policy look_up on alert_deliveries for select to current_user using (true);
    create policy look_up on alert_rules for select to current_user using (true);
    -- One of each organization: whoever has many waiting holds up nobody else.
    create function look_up_waiting_alerts() returns table (organization_id text, id text, next_attempt_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select first.organization_id, first.id, first.next_attempt_at from (
          select distinct on (d.organization_id) d.organization_id, d.id, d.next_attempt_at
          from alert_deliveries d where d.state = 'waiting'
          order by d.organization_id, d.next_attempt_at, d.id
        ) first order by first.next_attempt_at, first.id limit 100;
      end;
    create function look_up_quiet_alerts() returns table (organization_id text, id text, quiet_until timestamptz)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select r.organization_id, r.id, r.quiet_until from alert_rules r
        where r.quiet_until is not null order by r.quiet_until, r.id limit 100;
      end;
    revoke execute on function look_up_waiting_alerts(), look_up_quiet_alerts() from public;
    grant execute on function look_up_waiting_alerts(), look_up_quiet_alerts() to curtain_app;

    create function tell_new_alert() returns trigger language plpgsql set search_path = pg_catalog, public as $$
      begin
        perform pg_notify('curtain_alerts', '');
        return null;
      end
    $$;
    create trigger tell_new after insert on alert_deliveries for each statement execute function tell_new_alert();
    create trigger tell_again after update of state on alert_deliveries
      for each row when (new.state = 'waiting') execute function tell_new_alert();
    revoke execute on function tell_new_alert() from public;
  `.execute(database)
}
