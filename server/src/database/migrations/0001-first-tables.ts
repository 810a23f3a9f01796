import { sql, type Kysely } from 'kysely'

/**
 * The first tables. Each that belongs to an organization has row-level security, forced also on the tables' owner, by
 * the transaction's `curtain.organization`; unset, nothing is visible. The owner may only select what the look-up
 * functions need.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table organizations (
      id text primary key,
      name text not null,
      created_at timestamptz not null
    );

    create table users (
      id text primary key,
      organization_id text not null references organizations,
      name text not null,
      email text not null unique check (email = lower(email)),
      password_hash text,
      roles text[] not null,
      created_at timestamptz not null,
      unique (organization_id, id)
    );

    create table sessions (
      id text primary key,
      organization_id text not null references organizations,
      user_id text not null,
      token_hash bytea not null unique,
      created_at timestamptz not null,
      last_used_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      foreign key (organization_id, user_id) references users (organization_id, id)
    );

    create table patients (
      id text primary key,
      organization_id text not null references organizations,
      name bytea not null,
      created_by text not null,
      created_at timestamptz not null,
      unique (organization_id, id),
      foreign key (organization_id, created_by) references users (organization_id, id)
    );
    create index on patients (organization_id, id desc);

    create table visits (
      id text primary key,
      organization_id text not null references organizations,
      patient_id text not null,
      clinician_id text not null,
      kind text not null check (kind in ('consultation', 'group', 'case-conference')),
      status text not null
        check (status in ('scheduled', 'open', 'in-progress', 'ended', 'cancelled', 'no-show')),
      starts_at timestamptz not null,
      duration_minutes integer not null,
      reason bytea not null,
      locked boolean not null default false,
      created_at timestamptz not null,
      started_at timestamptz,
      ended_at timestamptz,
      unique (organization_id, id),
      foreign key (organization_id, patient_id) references patients (organization_id, id),
      foreign key (organization_id, clinician_id) references users (organization_id, id)
    );
    create index on visits (organization_id, starts_at);

    create table sign_in_links (
      id text primary key,
      organization_id text not null references organizations,
      user_id text not null,
      visit_id text,
      secret_hash bytea not null unique,
      expires_at timestamptz not null,
      used_at timestamptz,
      foreign key (organization_id, user_id) references users (organization_id, id),
      foreign key (organization_id, visit_id) references visits (organization_id, id)
    );

    create table participants (
      id text primary key,
      organization_id text not null references organizations,
      visit_id text not null,
      role text not null check (role in ('host', 'patient', 'guest')),
      user_id text,
      patient_id text,
      display_name bytea not null,
      admission text not null check (admission in ('waiting', 'admitted', 'refused', 'removed')),
      created_at timestamptz not null,
      unique (organization_id, visit_id, id),
      unique (visit_id, user_id),
      unique (visit_id, patient_id),
      check ((role = 'host') = (user_id is not null)),
      foreign key (organization_id, visit_id) references visits (organization_id, id),
      foreign key (organization_id, user_id) references users (organization_id, id),
      foreign key (organization_id, patient_id) references patients (organization_id, id)
    );

    create table visit_links (
      id text primary key,
      organization_id text not null references organizations,
      visit_id text not null,
      participant_id text not null,
      secret_hash bytea not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_by text,
      revoked_at timestamptz,
      foreign key (organization_id, visit_id, participant_id)
        references participants (organization_id, visit_id, id)
    );
    create index on visit_links (participant_id);
    create index on visit_links (visit_id);

    create table participant_sessions (
      id text primary key,
      organization_id text not null references organizations,
      visit_id text not null,
      participant_id text not null,
      link_id text not null references visit_links,
      token_hash bytea not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      foreign key (organization_id, visit_id, participant_id)
        references participants (organization_id, visit_id, id)
    );
    create index on participant_sessions (participant_id);
    create index on participant_sessions (visit_id);

    create table audit_events (
      id text primary key,
      organization_id text not null references organizations,
      at timestamptz not null,
      type text not null,
      outcome text not null check (outcome in ('success', 'denied')),
      user_id text,
      participant_id text,
      session_id text,
      target text,
      facts jsonb not null
    );
    create index on audit_events (organization_id, id);
  `.execute(database)

  for (const table of tenantTables) {
    const key = table === 'organizations' ? 'id' : 'organization_id'
    await sql
      .raw(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy inside_organization on ${table} to curtain_app
          using (${key} = current_setting('curtain.organization', true))
          with check (${key} = current_setting('curtain.organization', true));
        grant select, insert${table === 'audit_events' ? '' : ', update'} on ${table} to curtain_app;
      `)
      .execute(database)
  }

  for (const table of ['organizations', 'users', 'sessions', 'sign_in_links', 'visit_links', 'participant_sessions']) {
    await sql.raw(`create policy look_up on ${table} for select to current_user using (true)`).execute(database)
  }
  await sql`
    create function look_up_organization_exists() returns boolean
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select exists (select from organizations); end;
    create function look_up_session(hash bytea) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select s.organization_id, s.id from sessions s where s.token_hash = hash; end;
    create function look_up_user(address text) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select u.organization_id, u.id from users u where u.email = address; end;
    create function look_up_sign_in_link(hash bytea) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select l.organization_id, l.id from sign_in_links l where l.secret_hash = hash; end;
    create function look_up_visit_link(hash bytea) returns table (organization_id text, visit_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select l.organization_id, l.visit_id, l.id from visit_links l where l.secret_hash = hash; end;
    create function look_up_participant_session(hash bytea)
      returns table (organization_id text, visit_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select s.organization_id, s.visit_id, s.id from participant_sessions s where s.token_hash = hash;
      end;
    revoke execute on all functions in schema public from public;
    grant execute on all functions in schema public to curtain_app;
  `.execute(database)
}

const tenantTables = [
  'organizations',
  'users',
  'sessions',
  'sign_in_links',
  'patients',
  'visits',
  'participants',
  'visit_links',
  'participant_sessions',
  'audit_events',
]
