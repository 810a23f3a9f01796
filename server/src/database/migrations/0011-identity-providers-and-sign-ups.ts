import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * Identity providers of organizations, who comes from them, and who asks for an account. Of the tables here only
 * `identity_flows` lets the server's role delete: anybody may begin to sign in, and what was begun and left is of no use to
 * anybody after ten minutes.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table organizations add column takes_sign_ups boolean not null default false;
    grant update (takes_sign_ups) on organizations to curtain_app;

    create table identity_providers (
      id text primary key,
      organization_id text not null references organizations,
      name text not null,
      issuer text not null,
      client_id text not null,
      client_secret bytea,
      role_claim text,
      role_mappings jsonb not null,
      new_accounts text not null check (new_accounts in ('wait', 'make')),
      trusts_second_factor boolean not null,
      created_at timestamptz not null,
      removed_at timestamptz,
      unique (organization_id, id),
      check ((removed_at is null) = (client_secret is not null))
    );

    create table identity_domains (
      provider_id text not null,
      domain text not null check (domain = lower(domain)),
      organization_id text not null references organizations,
      released_at timestamptz,
      primary key (provider_id, domain),
      foreign key (organization_id, provider_id) references identity_providers (organization_id, id)
    );
    create unique index identity_domains_lead_to_one_provider on identity_domains (domain) where released_at is null;

    create table identities (
      provider_id text not null,
      subject_hash bytea not null,
      organization_id text not null references organizations,
      user_id text not null,
      linked_at timestamptz not null,
      primary key (provider_id, subject_hash),
      unique (provider_id, user_id),
      foreign key (organization_id, provider_id) references identity_providers (organization_id, id),
      foreign key (organization_id, user_id) references users (organization_id, id)
    );

    create table identity_sessions (
      session_id text primary key references sessions,
      organization_id text not null references organizations,
      provider_id text not null,
      subject_hash bytea not null,
      provider_session_hash bytea,
      sign_out_url text,
      foreign key (organization_id, provider_id) references identity_providers (organization_id, id)
    );
    create index on identity_sessions (provider_id, subject_hash);

    create table identity_flows (
      cookie_hash bytea primary key,
      organization_id text not null references organizations,
      provider_id text not null,
      session_id text,
      next_page text,
      expires_at timestamptz not null,
      used_at timestamptz,
      foreign key (organization_id, provider_id) references identity_providers (organization_id, id)
    );
    create index on identity_flows (organization_id, expires_at);

    create table sign_ups (
      id text primary key,
      organization_id text not null references organizations,
      kind text not null check (kind in ('request', 'proposal', 'identity-provider')),
      name bytea,
      email bytea,
      note bytea,
      roles text[] not null,
      proposed_by text,
      provider_id text,
      subject_hash bytea,
      email_confirmed_at timestamptz,
      confirmation_hash bytea unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      outcome text check (outcome in ('approved', 'refused', 'expired')),
      decided_by text,
      decided_at timestamptz,
      check ((outcome is null) = (decided_at is null)),
      check (outcome is null or (name is null and email is null and note is null)),
      check ((kind = 'proposal') = (proposed_by is not null)),
      check ((kind = 'identity-provider') = (provider_id is not null and subject_hash is not null)),
      foreign key (organization_id, proposed_by) references users (organization_id, id),
      foreign key (organization_id, decided_by) references users (organization_id, id),
      foreign key (organization_id, provider_id) references identity_providers (organization_id, id)
    );
    create index on sign_ups (organization_id, created_at) where outcome is null;
    create unique index on sign_ups (provider_id, subject_hash) where outcome is null;
  `.execute(database)

  for (const table of tenantTables) {
    await keepInsideOrganization(database, table, `select, insert, update${table === 'identity_flows' ? ', delete' : ''}`)
  }

  for (const table of ['identity_providers', 'identity_domains', 'identity_flows', 'sign_ups']) {
    await sql.raw(`create policy look_up on ${table} for select to current_user using (true)`).execute(database)
  }
  await sql`
    create function look_up_identity_domain(name text) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select d.organization_id, d.provider_id from identity_domains d where d.domain = name and d.released_at is null;
      end;
    create function look_up_identity_provider(provider text) returns table (organization_id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select p.organization_id from identity_providers p where p.id = provider and p.removed_at is null;
      end;
    create function look_up_identity_flow(hash bytea) returns table (organization_id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select f.organization_id from identity_flows f where f.cookie_hash = hash; end;
    create function look_up_sign_up(hash bytea) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select s.organization_id, s.id from sign_ups s where s.confirmation_hash = hash; end;
    revoke execute on function look_up_identity_domain(text), look_up_identity_provider(text),
      look_up_identity_flow(bytea), look_up_sign_up(bytea) from public;
    grant execute on function look_up_identity_domain(text), look_up_identity_provider(text),
      look_up_identity_flow(bytea), look_up_sign_up(bytea) to curtain_app;
  `.execute(database)
}

const tenantTables = [
  'identity_providers',
  'identity_domains',
  'identities',
  'identity_sessions',
  'identity_flows',
  'sign_ups',
]
