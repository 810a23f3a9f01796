import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/**
 * Second factors, and sessions that are on their way in. Organizations of before ask for a second factor as well: to do
 * without is for an owner to decide, on record, and nobody is shut out, since whoever has none is led through setting one
 * up at their next sign-in. Sessions that are open stay as they are until they end.
 */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table organizations
      add column second_factor text not null default 'required' check (second_factor in ('required', 'optional')),
      add column password_max_age_days integer check (password_max_age_days between 30 and 730);

    grant update (second_factor, password_max_age_days) on organizations to curtain_app;

    alter table users add column password_changed_at timestamptz;
    -- Row-level security is forced on the owner too, who for this moment has to see what is there.
    alter table users no force row level security;
    update users set password_changed_at = created_at where password_hash is not null;
    alter table users force row level security;
    alter table users add constraint users_passwords_have_an_age
      check ((password_hash is null) = (password_changed_at is null));

    alter table sessions
      add column stage text not null default 'whole' check (stage in ('second-factor', 'set-up', 'whole')),
      add column way text not null default 'password' check (way in ('password', 'link', 'identity-provider', 'setup')),
      add column factor text check (factor in ('passkey', 'authenticator', 'recovery-code')),
      add column confirmed_at timestamptz,
      add column challenge text,
      add column challenge_purpose text check (challenge_purpose in ('sign-in', 'confirmation', 'enrolment')),
      add column challenge_expires_at timestamptz,
      add check ((challenge is null) = (challenge_purpose is null)),
      add check ((challenge is null) = (challenge_expires_at is null));
    alter table sessions alter column stage drop default, alter column way drop default;

    -- Those of before were for accounts without a password, as those of the accounts' page are now.
    alter table sign_in_links add column opens text not null default 'set-up' check (opens in ('set-up', 'whole'));
    alter table sign_in_links alter column opens drop default;

    create table passkeys (
      id text primary key,
      organization_id text not null references organizations,
      user_id text not null,
      name text not null,
      credential_id text not null unique,
      public_key bytea not null,
      counter bigint not null check (counter >= 0),
      transports text[] not null,
      synced boolean not null,
      created_at timestamptz not null,
      last_used_at timestamptz,
      foreign key (organization_id, user_id) references users (organization_id, id)
    );
    create index on passkeys (organization_id, user_id);

    create table authenticators (
      organization_id text not null references organizations,
      user_id text not null,
      in_use boolean not null,
      secret bytea not null,
      created_at timestamptz not null,
      last_step bigint,
      primary key (user_id, in_use),
      foreign key (organization_id, user_id) references users (organization_id, id)
    );

    create table recovery_codes (
      organization_id text not null references organizations,
      user_id text not null,
      code_hash bytea not null,
      created_at timestamptz not null,
      used_at timestamptz,
      primary key (user_id, code_hash),
      foreign key (organization_id, user_id) references users (organization_id, id)
    );

    create table password_history (
      organization_id text not null references organizations,
      user_id text not null,
      password_hash text not null,
      replaced_at timestamptz not null,
      primary key (user_id, password_hash),
      foreign key (organization_id, user_id) references users (organization_id, id)
    );
  `.execute(database)

  // Deleting is allowed here: a factor or a password that is not in use any more helps nobody but whoever steals it. That
  // it was there is in the audit log.
  for (const table of ['passkeys', 'authenticators', 'recovery_codes', 'password_history']) {
    await keepInsideOrganization(database, table, 'select, insert, update, delete')
  }
}
