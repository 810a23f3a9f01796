import { sql, type Kysely } from 'kysely'

/** Every account has roles that there are and may be suspended, and what is somebody's own is found by them. */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table users add column suspended_at timestamptz;
    alter table users add constraint users_roles_are_known check (
      cardinality(roles) > 0
      and roles <@ array[
        'owner', 'security-officer', 'administrator', 'clinician', 'scheduler', 'media-operator', 'auditor'
      ]
    );
    create index on visits (organization_id, clinician_id, starts_at);
    create index on participants (organization_id, user_id) where user_id is not null;
    create index on patients (organization_id, created_by);
  `.execute(database)
}
