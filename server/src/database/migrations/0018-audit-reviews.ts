import { sql, type Kysely } from 'kysely'
import { keepInsideOrganization } from './inside-organization.ts'

/** What follows the logs, and how far each has come. */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    create table audit_followers (
      organization_id text not null references organizations,
      name text not null,
      next bigint not null check (next >= 0),
      primary key (organization_id, name)
    );
  `.execute(database)
  await keepInsideOrganization(database, 'audit_followers', 'select, insert, update (next)')
}
