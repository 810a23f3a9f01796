import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * How long a log keeps its events, what must be kept longer, and how events are pruned: by the owner's function alone, which
 * removes what is older than the log keeps, that nothing holds, and that the log has said under a signed checkpoint that it
 * removes. Decisions are rows that are added and never changed, at the database's own time: what is decided today cannot be
 * made to have been decided earlier.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table audit_retention (
      position bigint generated always as identity primary key,
      organization_id text not null references organizations,
      years smallint not null check (years between 6 and 100),
      set_by text not null,
      set_at timestamptz not null default now(),
      foreign key (organization_id, set_by) references users (organization_id, id)
    );
    create index on audit_retention (organization_id, position);

    create table legal_holds (
      id text primary key,
      organization_id text not null references organizations,
      patient_id text,
      reason bytea not null,
      set_by text not null,
      set_at timestamptz not null default now(),
      unique (organization_id, id),
      foreign key (organization_id, patient_id) references patients (organization_id, id),
      foreign key (organization_id, set_by) references users (organization_id, id)
    );
    create index on legal_holds (organization_id);

    create table legal_hold_ends (
      hold_id text primary key,
      organization_id text not null references organizations,
      ended_by text not null,
      ended_at timestamptz not null default now(),
      foreign key (organization_id, hold_id) references legal_holds (organization_id, id),
      foreign key (organization_id, ended_by) references users (organization_id, id)
    );

    create table audit_prunings (
      organization_id text not null references organizations,
      event_id text not null,
      announced_at timestamptz not null default now(),
      pruned bigint not null default 0,
      pruned_to bigint not null default 0,
      pruned_at timestamptz,
      primary key (organization_id, event_id)
    );

    -- Rows come in about the order of time: what is oldest is found by an index of a few pages, at no cost to writing.
    create index on audit_events using brin (at);
    alter table audit_keys add column key text not null;
  `.execute(database)

  const rights = {
    audit_retention: 'select, insert (organization_id, years, set_by)',
    legal_holds: 'select, insert (id, organization_id, patient_id, reason, set_by)',
    legal_hold_ends: 'select, insert (hold_id, organization_id, ended_by)',
    audit_prunings: 'select, insert (organization_id, event_id)',
  }
  for (const [table, granted] of Object.entries(rights)) await keepInsideOrganization(database, table, granted)

  // What the owner's function needs, inside the organization of the transaction as everybody.
  const inside = "organization_id = current_setting('curtain.organization', true)"
  const read = [...Object.keys(rights), 'audit_events', 'audit_leaves', 'audit_checkpoints', 'patients', 'visits', 'participants']
  for (const table of read) {
    await sql.raw(`create policy prune_reads on ${table} for select to current_user using (${inside})`).execute(database)
  }
  await sql
    .raw(`
      create policy prune on audit_events for delete to current_user using (${inside});
      create policy prune on audit_prunings for update to current_user using (${inside});
    `)
    .execute(database)
  await makeFunctions(database)
}

async function makeFunctions(database: Kysely<never>): Promise<void> {
  await sql`
    -- Whoever ends a hold or shortens the time by mistake, or against somebody, has thirty days in which others notice.
    create function legal_holds_in_force() returns setof legal_holds
      language sql stable set search_path = pg_catalog, public
      begin atomic
        select h.* from legal_holds h left join legal_hold_ends e on e.hold_id = h.id
        where h.organization_id = current_setting('curtain.organization', true)
          and (e.ended_at is null or e.ended_at > now() - interval '30 days');
      end;

    create function audit_retention_years() returns integer
      language sql stable set search_path = pg_catalog, public
      begin atomic
        select coalesce(max(decided.years), 6)::integer from (
          select r.years, lead(r.set_at) over (order by r.position) as replaced_at
          from audit_retention r where r.organization_id = current_setting('curtain.organization', true)
        ) decided
        where decided.replaced_at is null or decided.replaced_at > now() - interval '30 days';
      end;

    -- Ids of what a hold is about: the patients, doubles that became them or that they became, their visits, who was in those.
    create function legally_held_ids() returns text[]
      language sql stable set search_path = pg_catalog, public
      begin atomic
        with recursive records (id) as (
          select h.patient_id from legal_holds_in_force() h where h.patient_id is not null
          union
          select linked.id from records cross join lateral (
            select p.merged_into as id from patients p where p.id = records.id and p.merged_into is not null
            union all
            select p.id from patients p where p.merged_into = records.id
          ) linked
        ), held_visits as (
          select v.id from visits v where v.patient_id in (select r.id from records r)
        )
        select coalesce(array_agg(held.id), '{}') from (
          select r.id from records r
          union all select v.id from held_visits v
          union all select p.id from participants p where p.visit_id in (select v.id from held_visits v)
        ) held;
      end;

    -- Events older than the log keeps, that nothing holds. What vouches for the log's key stays with the log.
    create function audit_events_due() returns table (event_id text, index bigint)
      language sql stable set search_path = pg_catalog, public
      begin atomic
        with held as materialized (select legally_held_ids() as ids, exists (select from legal_holds_in_force() h where h.patient_id is null) as is_all)
        select e.id, l.index from held cross join audit_events e join audit_leaves l on l.event_id = e.id
        where e.organization_id = current_setting('curtain.organization', true)
          and e.at < now() - make_interval(years => audit_retention_years())
          and e.type <> 'log.key-replaced'
          and not held.is_all
          and not coalesce(e.target = any (held.ids), false)
          and not coalesce(e.participant_id = any (held.ids), false)
          and not coalesce(e.facts -> 'patientIds' ?| held.ids, false)
          and not exists (select from jsonb_each_text(e.facts) fact where fact.value = any (held.ids));
      end;

    -- Only what lies before the first event that is still to be kept can go. A clock that was set back, so that an event looks
    -- old at once, prunes nothing by that. It looks on from where events went until now, which only the owner's function says.
    create function audit_prunable_before() returns bigint
      language sql stable set search_path = pg_catalog, public
      begin atomic
        with already as (
          select coalesce(max(p.pruned_to), 0) as before
          from audit_prunings p where p.organization_id = current_setting('curtain.organization', true)
        )
        select coalesce(
          (select l.index from audit_leaves l join audit_events e on e.id = l.event_id
           where l.organization_id = current_setting('curtain.organization', true) and l.index >= already.before
             and e.at >= now() - make_interval(years => audit_retention_years())
           order by l.index limit 1),
          already.before)
        from already;
      end;

    -- What could be announced now.
    create function audit_pruning_due() returns table (before bigint, due bigint, pruned bigint)
      language sql stable set search_path = pg_catalog, public
      begin atomic
        with bound as materialized (select audit_prunable_before() as before)
        select bound.before, (select count(*) from audit_events_due() d where d.index < bound.before),
          (select coalesce(sum(p.pruned), 0)::bigint from audit_prunings p
           where p.organization_id = current_setting('curtain.organization', true))
        from bound;
      end;

    create function prune_audit_events(most integer) returns bigint
      language sql volatile security definer set search_path = pg_catalog, public
      begin atomic
        with announced as materialized (
          select p.event_id, (e.entry::jsonb #>> '{facts,before}')::bigint as before, (e.entry::jsonb #>> '{facts,count}')::bigint
            - (select sum(all_of.pruned) from audit_prunings all_of where all_of.organization_id = p.organization_id) as allowed
          from audit_prunings p
          join audit_events e on e.id = p.event_id and e.organization_id = p.organization_id and e.type = 'log.pruned'
          join audit_leaves l on l.event_id = e.id
          where p.organization_id = current_setting('curtain.organization', true)
            and l.index < (select max(c.size) from audit_checkpoints c where c.organization_id = p.organization_id)
          order by l.index desc limit 1
        ), bound as materialized (
          -- Not only what the log said: whoever can write as the server's role can have it say anything.
          select audit_prunable_before() as before
        ), chosen as materialized (
          select d.event_id from announced a, bound b, audit_events_due() d
          where d.index < a.before and d.index < b.before order by d.index
          limit (select greatest(0, least(most, a.allowed)) from announced a)
        ), gone as (
          delete from audit_events e using chosen c where e.id = c.event_id returning e.id
        ), counted as (
          update audit_prunings p set pruned = p.pruned + (select count(*) from gone), pruned_at = now(), pruned_to = b.before
          from announced a, bound b where p.event_id = a.event_id
        )
        select count(*) from gone;
      end;
    revoke execute on function prune_audit_events(integer) from public;
    grant execute on function prune_audit_events(integer) to curtain_app;
  `.execute(database)
}
