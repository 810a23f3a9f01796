import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * API keys, each with an account of its own that nobody signs in to, and room tokens. The server's role can use and end a
 * key, never change what it is for; the same goes for a room token.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    -- A name that no mail reaches (RFC 2606), where an address has to be.
    alter table users add column kind text not null default 'person' check (kind in ('person', 'service'));
    alter table users add constraint users_services_do_not_sign_in
      check (kind = 'person' or (email = id || '@service.invalid' and password_hash is null));

    -- Who signs in is a person.
    create or replace function look_up_user(address text) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select u.organization_id, u.id from users u where u.email = address and u.kind = 'person'; end;

    create table api_keys (
      id text primary key,
      organization_id text not null references organizations,
      user_id text not null unique,
      secret_hash bytea not null,
      scopes text[] not null,
      addresses bytea,
      created_by text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null check (expires_at <= created_at + interval '366 days'),
      last_used_at timestamptz,
      ended_at timestamptz,
      foreign key (organization_id, user_id) references users (organization_id, id),
      foreign key (organization_id, created_by) references users (organization_id, id)
    );
    create index on api_keys (organization_id, id desc) where ended_at is null;

    create table room_tokens (
      id text primary key,
      organization_id text not null references organizations,
      visit_id text not null,
      participant_id text not null,
      created_by text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null check (expires_at <= created_at + interval '5 minutes'),
      used_by text,
      revoked_at timestamptz,
      unique (organization_id, id),
      foreign key (organization_id, visit_id, participant_id)
        references participants (organization_id, visit_id, id),
      foreign key (organization_id, created_by) references users (organization_id, id)
    );
    create index on room_tokens (participant_id);
    create index on room_tokens (visit_id);
    create index on room_tokens (created_by) where used_by is null and revoked_at is null;

    alter table participant_sessions
      alter column link_id drop not null,
      add column room_token_id text,
      add column grants text[],
      add foreign key (organization_id, room_token_id) references room_tokens (organization_id, id),
      add constraint participant_sessions_came_by_one_way check ((link_id is null) <> (room_token_id is null));
  `.execute(database)

  for (const [table, changed] of [
    ['api_keys', 'last_used_at, ended_at'],
    ['room_tokens', 'used_by, revoked_at'],
  ] as const) {
    await keepInsideOrganization(database, table, `select, insert, update (${changed})`)
    await sql.raw(`create policy look_up on ${table} for select to current_user using (true)`).execute(database)
  }

  await sql`
    create function look_up_api_key(key_id text) returns table (organization_id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select k.organization_id from api_keys k where k.id = key_id; end;
    create function look_up_room_token(token_id text) returns table (organization_id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select t.organization_id from room_tokens t where t.id = token_id; end;
    revoke execute on function look_up_api_key(text), look_up_room_token(text) from public;
    grant execute on function look_up_api_key(text), look_up_room_token(text) to curtain_app;

    -- What is held open by a key ends with it on every server, as with a session.
    create function tell_api_key_ended() returns trigger language plpgsql set search_path = pg_catalog, public as $$
      begin
        perform pg_notify('curtain_sessions', new.organization_id || ' ' || new.id);
        return null;
      end
    $$;
    create trigger tell_ended after update of ended_at on api_keys
      for each row when (new.ended_at is distinct from old.ended_at) execute function tell_api_key_ended();
    revoke execute on function tell_api_key_ended() from public;
  `.execute(database)
}
