import { sql, type Kysely } from 'kysely'

/**
 * The keys of organizations, wrapped by the root key, and which root key that is. The server's role can add a version and
 * say that its rotation is finished; it can neither change nor remove one.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table organization_keys (
      organization_id text not null references organizations,
      version integer not null check (version > 0),
      wrapped bytea not null,
      root_key_id text not null,
      created_at timestamptz not null,
      rewrapped_at timestamptz,
      primary key (organization_id, version)
    );
    alter table organization_keys enable row level security;
    alter table organization_keys force row level security;
    create policy inside_organization on organization_keys to curtain_app
      using (organization_id = current_setting('curtain.organization', true))
      with check (organization_id = current_setting('curtain.organization', true));
    grant select, insert, update (rewrapped_at) on organization_keys to curtain_app;

    create policy look_up on organization_keys for select to current_user using (true);
    create function look_up_organization_keys() returns table (organization_id text, root_key_id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select o.id, k.root_key_id from organizations o
        left join lateral (
          select root_key_id from organization_keys where organization_id = o.id order by version desc limit 1
        ) k on true;
      end;
    revoke execute on function look_up_organization_keys() from public;
    grant execute on function look_up_organization_keys() to curtain_app;
  `.execute(database)
}
