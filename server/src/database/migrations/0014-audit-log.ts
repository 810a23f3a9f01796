import { sql, type Kysely } from 'kysely'

/**
 * The log as a Merkle tree. An event's `entry` is the very text that is hashed; `audit_pending` says which events have no
 * place in the tree yet; leaves, nodes and checkpoints are written once. The server's role can add to all of them and take
 * nothing away but what is pending, which it puts into the tree in the same transaction.
 *
 * What is written by the thousand names its organization without a foreign key: row-level security asks for no less, and a
 * look-up for each row would be most of the work.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table audit_events add column entry text;
    create table audit_pending (
      position bigint generated always as identity,
      organization_id text not null,
      event_id text not null,
      primary key (organization_id, position)
    );

    create table audit_leaves (
      organization_id text not null,
      index bigint not null check (index >= 0),
      event_id text not null unique,
      hash bytea not null check (length(hash) = 32),
      primary key (organization_id, index)
    );
    create table audit_nodes (
      organization_id text not null,
      level smallint not null check (level > 0),
      index bigint not null check (index >= 0),
      hash bytea not null check (length(hash) = 32),
      primary key (organization_id, level, index)
    );
    create table audit_checkpoints (
      organization_id text not null references organizations,
      size bigint not null,
      root bytea not null check (length(root) = 32),
      note text not null,
      created_at timestamptz not null,
      primary key (organization_id, size)
    );
    create table audit_keys (
      organization_id text not null references organizations,
      version integer not null check (version > 0),
      seed bytea not null,
      created_at timestamptz not null,
      primary key (organization_id, version)
    );
  `.execute(database)
  for (const table of ['audit_pending', 'audit_leaves', 'audit_nodes', 'audit_checkpoints', 'audit_keys']) {
    await sql
      .raw(`
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
        create policy inside_organization on ${table} to curtain_app
          using (organization_id = current_setting('curtain.organization', true))
          with check (organization_id = current_setting('curtain.organization', true));
        grant select, insert${table === 'audit_pending' ? ', delete' : ''} on ${table} to curtain_app;
      `)
      .execute(database)
  }
  await sql`
    create policy look_up on audit_pending for select to current_user using (true);
    create function look_up_pending_logs() returns table (organization_id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic select distinct p.organization_id from audit_pending p; end;
    revoke execute on function look_up_pending_logs() from public;
    grant execute on function look_up_pending_logs() to curtain_app;
  `.execute(database)
  // The owner sees no rows otherwise.
  await sql`alter table audit_events no force row level security`.execute(database)
  await giveEntries(database)
  await sql`
    alter table audit_events alter column entry set not null;
    alter table audit_pending no force row level security;
    insert into audit_pending (organization_id, event_id) select organization_id, id from audit_events order by id;
    alter table audit_pending force row level security;
    alter table audit_events force row level security;
  `.execute(database)
}

interface EarlierEvent {
  id: string
  organization_id: string
  at: Date
  type: string
  outcome: string
  user_id: string | null
  participant_id: string | null
  session_id: string | null
  target: string | null
  facts: Record<string, unknown>
}

/** Events of before get the text that they would be logged as now (RFC 8785: names in order, no blanks). */
async function giveEntries(database: Kysely<never>): Promise<void> {
  const batch = 1000
  for (;;) {
    const { rows } = await sql<EarlierEvent>`
      select id, organization_id, at, type, outcome, user_id, participant_id, session_id, target, facts
      from audit_events where entry is null limit ${batch}`.execute(database)
    const entries = rows.map((row) => {
      const facts = Object.fromEntries(Object.entries(row.facts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      return JSON.stringify({
        at: row.at.toISOString(),
        facts,
        id: row.id,
        organizationId: row.organization_id,
        outcome: row.outcome,
        ...(row.participant_id !== null && { participantId: row.participant_id }),
        ...(row.session_id !== null && { sessionId: row.session_id }),
        ...(row.target !== null && { target: row.target }),
        type: row.type,
        ...(row.user_id !== null && { userId: row.user_id }),
      })
    })
    await sql`
      update audit_events set entry = given.entry
      from unnest(${rows.map(({ id }) => id)}::text[], ${entries}::text[]) as given (id, entry)
      where audit_events.id = given.id`.execute(database)
    if (rows.length < batch) return
  }
}
