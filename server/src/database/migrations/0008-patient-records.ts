import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * What is known of a patient beside their name, how it came to be, and what finds it without opening it
 * (docs/patient-search.md). Tokens are rows of their own rather than an array with a GIN index: under row-level security
 * only leakproof operators may use an index, and those of arrays are not. They are the one thing here that the server's role
 * may delete: a name that changes, and a patient who is erased, must leave none behind.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table index_keys (
      organization_id text primary key references organizations,
      wrapped bytea not null,
      created_at timestamptz not null,
      names_indexed_at timestamptz
    );

    alter table patients
      add column birth_date bytea,
      add column birth_date_index bytea,
      add column record_number bytea,
      add column record_number_index bytea,
      add column email bytea,
      add column email_index bytea,
      add column phone bytea,
      add column phone_index bytea,
      add column erased_at timestamptz,
      add column merged_into text,
      add foreign key (organization_id, merged_into) references patients (organization_id, id),
      add check (num_nulls(birth_date, birth_date_index) in (0, 2)),
      add check (num_nulls(record_number, record_number_index) in (0, 2)),
      add check (num_nulls(email, email_index) in (0, 2)),
      add check (num_nulls(phone, phone_index) in (0, 2)),
      add constraint what_is_gone_is_not_found check (
        (erased_at is null and merged_into is null)
        or num_nonnulls(birth_date_index, record_number_index, email_index, phone_index) = 0
      );
    create unique index patients_record_numbers on patients (organization_id, record_number_index);
    create index on patients (organization_id, birth_date_index) where birth_date_index is not null;
    create index on patients (organization_id, email_index) where email_index is not null;
    create index on patients (organization_id, phone_index) where phone_index is not null;
    create index on patients (organization_id, id) where erased_at is not null or merged_into is not null;

    create table patient_name_tokens (
      organization_id text not null,
      token bytea not null,
      patient_id text not null,
      primary key (organization_id, token, patient_id),
      foreign key (organization_id, patient_id) references patients (organization_id, id)
    );
    create index on patient_name_tokens (patient_id);
    -- How common a beginning is decides from which end a search goes; the usual hundred are too few to know.
    alter table patient_name_tokens alter column token set statistics 2000;

    create table patient_changes (
      id text primary key,
      organization_id text not null references organizations,
      patient_id text not null,
      changed_at timestamptz not null,
      changed_by text not null,
      kind text not null check (kind in ('registered', 'changed', 'merged', 'erased')),
      fields bytea not null,
      foreign key (organization_id, patient_id) references patients (organization_id, id),
      foreign key (organization_id, changed_by) references users (organization_id, id)
    );
    create index on patient_changes (patient_id, id);

    -- For one thing: a visit of a patient's double becomes the patient's.
    grant update (patient_id) on visits to curtain_app;
    create index on participants (organization_id, patient_id) where patient_id is not null;
    create index on audit_events (organization_id, target);
  `.execute(database)

  const rights = {
    index_keys: 'select, insert, update (wrapped, names_indexed_at)',
    patient_name_tokens: 'select, insert, delete',
    patient_changes: 'select, insert, update (patient_id, fields)',
  }
  for (const [table, granted] of Object.entries(rights)) {
    await keepInsideOrganization(database, table, granted)
  }
}
