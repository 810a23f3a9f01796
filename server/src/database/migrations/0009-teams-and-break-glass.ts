import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * Through what else than their own work clinicians see patients: teams, and for half an hour broken glass. The server's role
 * can end and review what was opened that way, but never make it last longer, nor change why or for whom it was.
 * Memberships are the one thing it may delete: that they were is in the audit log, and a row that says no more than that
 * something is over would be read again at every question of who may see whom.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table care_teams (
      id text primary key,
      organization_id text not null references organizations,
      name text not null,
      created_at timestamptz not null,
      unique (organization_id, id)
    );
    create unique index care_teams_have_names_of_their_own on care_teams (organization_id, lower(name));

    create table care_team_members (
      organization_id text not null references organizations,
      team_id text not null,
      user_id text not null,
      primary key (team_id, user_id),
      foreign key (organization_id, team_id) references care_teams (organization_id, id),
      foreign key (organization_id, user_id) references users (organization_id, id)
    );
    create index on care_team_members (organization_id, user_id);

    create table care_team_patients (
      organization_id text not null references organizations,
      team_id text not null,
      patient_id text not null,
      primary key (team_id, patient_id),
      foreign key (organization_id, team_id) references care_teams (organization_id, id),
      foreign key (organization_id, patient_id) references patients (organization_id, id)
    );
    create index on care_team_patients (organization_id, patient_id);
    create index on visits (organization_id, patient_id, starts_at);

    create table break_glass (
      id text primary key,
      organization_id text not null references organizations,
      user_id text not null,
      patient_id text not null,
      reason bytea not null,
      broken_at timestamptz not null,
      expires_at timestamptz not null check (expires_at > broken_at),
      ended_at timestamptz check (ended_at <= expires_at),
      reviewed_at timestamptz,
      reviewed_by text check (reviewed_by <> user_id),
      outcome text check (outcome in ('justified', 'not-justified')),
      comment bytea,
      check (num_nulls(reviewed_at, reviewed_by, outcome, comment) in (0, 4)),
      foreign key (organization_id, user_id) references users (organization_id, id),
      foreign key (organization_id, patient_id) references patients (organization_id, id),
      foreign key (organization_id, reviewed_by) references users (organization_id, id)
    );
    create index on break_glass (organization_id, user_id, expires_at);
    create index on break_glass (organization_id, id desc);
    create index on break_glass (expires_at) where ended_at is null;
  `.execute(database)

  const rights = {
    care_teams: 'select, insert, update (name)',
    care_team_members: 'select, insert, delete',
    care_team_patients: 'select, insert, delete',
    break_glass: 'select, insert, update (ended_at, reviewed_at, reviewed_by, outcome, comment)',
  }
  for (const [table, granted] of Object.entries(rights)) {
    await keepInsideOrganization(database, table, granted)
  }

  await sql`
    create policy look_up_open on break_glass for select to current_user using (ended_at is null);
    create function look_up_expired_break_glass(instant timestamptz) returns table (organization_id text, id text)
      language sql stable security definer set search_path = pg_catalog, public
      begin atomic
        select b.organization_id, b.id from break_glass b where b.ended_at is null and b.expires_at <= instant;
      end;
    revoke execute on function look_up_expired_break_glass(timestamptz) from public;
    grant execute on function look_up_expired_break_glass(timestamptz) to curtain_app;
  `.execute(database)
}
