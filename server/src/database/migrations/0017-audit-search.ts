import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * What finds events among millions: by who did it, what it was done to, its type, and the patients that its facts name.
 *
 * The ids of events sort by time, so that each index gives what is asked for newest first, and no more of it is read than
 * is shown. Which patients an event names is kept by spans of thirty days, so that somebody who stood in a hundred thousand
 * lists is looked for in one span after the other.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create index audit_events_by_user on audit_events (organization_id, user_id, type, id) where user_id is not null;
    create index audit_events_by_target on audit_events (organization_id, target, id) where target is not null;
    -- The one before it begins with the same.
    drop index audit_events_organization_id_target_idx;
    create index audit_events_by_type on audit_events (organization_id, type, id);
    create index audit_events_denied on audit_events (organization_id, type, id) where outcome = 'denied';
    create index audit_events_denied_by_user on audit_events (organization_id, user_id, type, id)
      where outcome = 'denied' and user_id is not null;

    -- Immutable indeed: the epoch of an instant is the same in every time zone.
    create function audit_mentioned(facts jsonb, at timestamptz) returns text[]
      language sql immutable parallel safe set search_path = pg_catalog, public
      return (
        select array_agg(named.id || ':' || floor(extract(epoch from at) / 2592000)::bigint)
        from (
          select jsonb_array_elements_text(
            case jsonb_typeof(facts->'patientIds') when 'array' then facts->'patientIds' else '[]' end
          ) as id
          union select facts->>'patientId'
          union select facts->>'into'
        ) as named
        where named.id is not null
      );
    -- Not put off (fastupdate): somebody's list would have to wait one day until all that was put off is put into the index.
    create index audit_events_mentions on audit_events using gin (audit_mentioned(facts, at)) with (fastupdate = off)
      where facts ?| array['patientIds', 'patientId', 'into'];

    -- Operators on arrays may leak what they compare, so that behind row-level security no index is used for them. The
    -- owner looks instead, and answers what is inside the organization of the transaction alone.
    create policy find_mentions on audit_events for select to current_user using (true);
    create function audit_mentions(wanted text[])
      returns table (id text, organization_id text, type text, outcome text, user_id text, target text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select e.id, e.organization_id, e.type, e.outcome, e.user_id, e.target from audit_events e
        where e.facts ?| array['patientIds', 'patientId', 'into']
          and audit_mentioned(e.facts, e.at) && wanted
          and e.organization_id = current_setting('curtain.organization', true);
      end;
    revoke execute on function audit_mentions(text[]) from public;
    grant execute on function audit_mentions(text[]) to curtain_app;

    create table audit_saved_searches (
      id text primary key,
      organization_id text not null references organizations,
      name bytea not null,
      filter jsonb not null,
      created_by text not null,
      created_at timestamptz not null,
      removed_at timestamptz,
      foreign key (organization_id, created_by) references users (organization_id, id)
    );
    create index on audit_saved_searches (organization_id, id) where removed_at is null;
  `.execute(database)
  await keepInsideOrganization(database, 'audit_saved_searches', 'select, insert, update (removed_at)')
}
