import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * What follows the logs, and how far each has come; and what in them is to be looked at by somebody. The server's role can
 * count more into what waits for review and sign it off, but never move it to somebody else, nor change what was signed off.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table audit_followers (
      organization_id text not null references organizations,
      name text not null,
      next bigint not null check (next >= 0),
      primary key (organization_id, name)
    );

    create table review_rules (
      organization_id text primary key references organizations,
      rules jsonb not null
    );

    create table review_items (
      id text primary key,
      organization_id text not null references organizations,
      kind text not null,
      key text not null,
      day text not null,
      user_id text not null,
      patient_id text,
      first_at timestamptz not null,
      last_at timestamptz not null,
      first_index bigint not null,
      last_index bigint not null,
      events integer not null check (events > 0),
      most integer,
      signed_off_at timestamptz,
      signed_off_by text check (signed_off_by <> user_id),
      outcome text check (outcome in ('justified', 'not-justified')),
      comment bytea,
      check (num_nulls(signed_off_at, signed_off_by, outcome) in (0, 3)),
      foreign key (organization_id, user_id) references users (organization_id, id),
      foreign key (organization_id, patient_id) references patients (organization_id, id),
      foreign key (organization_id, signed_off_by) references users (organization_id, id)
    );
    create unique index review_items_wait_once on review_items (organization_id, kind, key) where signed_off_at is null;
    create index on review_items (organization_id, id) where signed_off_at is null;
    create index on review_items (organization_id, signed_off_at desc, id desc) where signed_off_at is not null;
    create index on review_items (organization_id, day);

    create function keep_signed_off() returns trigger language plpgsql set search_path = pg_catalog, public as $$
    begin
      raise exception 'a review that was signed off stays as it is';
    end $$;
    create trigger review_items_stay_signed_off before update on review_items
      for each row when (old.signed_off_at is not null) execute function keep_signed_off();
  `.execute(database)
  const rights = {
    audit_followers: 'select, insert, update (next)',
    review_rules: 'select, insert, update (rules)',
    review_items:
      'select, insert, update (first_at, last_at, first_index, last_index, events, most, signed_off_at, signed_off_by, outcome, comment)',
  }
  for (const [table, granted] of Object.entries(rights)) await keepInsideOrganization(database, table, granted)
}
