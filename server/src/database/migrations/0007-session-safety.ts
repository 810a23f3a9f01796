import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * How long sessions of an organization last and from where they may come; where each was opened; the log of who signed in,
 * or tried to; and mail on its way.
 *
 * Whatever ends a session on record, or changes what its user may do, tells every server on this database at its commit
 * (`curtain_sessions`, with the organization, and the id of the session, the user or the organization itself), and so does
 * new mail (`curtain_mails`): no code can forget it, and no crash can come in between. Sessions of before end, as nothing is
 * known of where they come from.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table organizations
      add column idle_minutes integer not null default 15 check (idle_minutes between 2 and 60),
      add column bind_sessions boolean not null default false,
      add column allowed_addresses bytea;

    alter table sessions
      add column browser text not null default '',
      add column system text not null default '',
      add column address bytea;
    alter table sessions alter column browser drop default, alter column system drop default;
    create index on sessions (organization_id, user_id) where ended_at is null;
    alter table sessions no force row level security;
    update sessions set ended_at = now() where ended_at is null;
    alter table sessions force row level security;

    create table sign_ins (
      id text primary key,
      organization_id text not null references organizations,
      user_id text not null,
      at timestamptz not null,
      outcome text not null check (outcome in ('signed-in', 'failed', 'throttled', 'address-not-allowed', 'suspended')),
      way text not null check (way in ('password', 'link', 'identity-provider', 'setup')),
      browser text not null,
      system text not null,
      device_hash bytea,
      is_new_device boolean not null,
      address bytea not null,
      foreign key (organization_id, user_id) references users (organization_id, id)
    );
    create index on sign_ins (organization_id, id);
    create index on sign_ins (organization_id, user_id, id);
    create index on sign_ins (organization_id, user_id, device_hash) where outcome = 'signed-in';

    create table mails (
      id text primary key,
      organization_id text not null references organizations,
      recipient bytea not null,
      subject bytea not null,
      body bytea not null,
      created_at timestamptz not null,
      attempts integer not null default 0,
      next_attempt_at timestamptz not null
    );
    create index on mails (next_attempt_at);
  `.execute(database)

  for (const table of ['sign_ins', 'mails']) {
    await keepInsideOrganization(database, table, null)
  }

  // What a mail says is kept no longer than it takes to deliver it.
  await sql`
    grant update (idle_minutes, bind_sessions, allowed_addresses) on organizations to curtain_app;
    grant select, insert on sign_ins to curtain_app;
    grant select, insert, update (attempts, next_attempt_at), delete on mails to curtain_app;

    create policy look_up on mails for select to current_user using (true);
    create function look_up_waiting_mails() returns table (organization_id text, id text, next_attempt_at timestamptz)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select m.organization_id, m.id, m.next_attempt_at from mails m order by m.next_attempt_at, m.id limit 100;
      end;
    revoke execute on function look_up_waiting_mails() from public;
    grant execute on function look_up_waiting_mails() to curtain_app;

    create function tell_changed() returns trigger language plpgsql set search_path = pg_catalog, public as $$
      begin
        perform pg_notify('curtain_sessions', new.organization_id || ' ' || new.id);
        return null;
      end
    $$;
    create trigger tell_ended after update of ended_at on sessions
      for each row when (new.ended_at is distinct from old.ended_at) execute function tell_changed();

    create trigger tell_changed after update of roles, suspended_at on users
      for each row when (new.roles <> old.roles or new.suspended_at is distinct from old.suspended_at)
      execute function tell_changed();

    create function tell_organization_changed() returns trigger language plpgsql set search_path = pg_catalog, public as $$
      begin
        perform pg_notify('curtain_sessions', new.id || ' ' || new.id);
        return null;
      end
    $$;
    create trigger tell_changed after update of bind_sessions, allowed_addresses on organizations
      for each row when (
        new.bind_sessions <> old.bind_sessions or new.allowed_addresses is distinct from old.allowed_addresses
      )
      execute function tell_organization_changed();

    create function tell_new_mail() returns trigger language plpgsql set search_path = pg_catalog, public as $$
      begin
        perform pg_notify('curtain_mails', '');
        return null;
      end
    $$;
    create trigger tell_new after insert on mails for each statement execute function tell_new_mail();

    revoke execute on function tell_changed(), tell_organization_changed(), tell_new_mail() from public;
  `.execute(database)
}
