import { sql, type Kysely } from 'kysely'

/**
 * What links ask for beside their secret: how it is set for new ones, how many answers to one were wrong, the code that
 * was mailed for it, the address that a guest's codes go to, and by whose key a letter to a patient opens: theirs.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table organizations add column link_check text not null default 'none'
      check (link_check in ('none', 'birth-date', 'mailed-code'));
    grant update (link_check) on organizations to curtain_app;

    alter table participants
      add column email bytea,
      add constraint participants_email_is_a_guests check (email is null or role = 'guest');

    alter table visit_links
      add column check_kind text not null default 'none' check (check_kind in ('none', 'birth-date', 'mailed-code')),
      add column wrong_answers integer not null default 0 check (wrong_answers between 0 and 5),
      add column code bytea,
      add column code_sent_at timestamptz,
      add column codes_sent integer not null default 0;
    alter table visit_links alter column check_kind drop default;
    revoke update on visit_links from curtain_app;
    grant update (expires_at, used_by, revoked_at, wrong_answers, code, code_sent_at, codes_sent)
      on visit_links to curtain_app;

    alter table mails
      add column patient_id text,
      add foreign key (organization_id, patient_id) references patients (organization_id, id);
  `.execute(database)
}
