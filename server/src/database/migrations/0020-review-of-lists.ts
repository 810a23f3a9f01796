import { sql, type Kysely } from 'kysely'

/** Rules of review that were set before lists counted get what is the first rule for them; who looks for many that are opened looks for these. */
export async function up(database: Kysely<never>): Promise<void> {
  await sql`
    alter table review_rules no force row level security;
    update review_rules set rules = rules
      || '{"massListing": {"patients": 1000, "minutes": 60}}'
      || case when rules->'kinds' ? 'mass-reading'
        then jsonb_build_object('kinds', rules->'kinds' || '["mass-listing"]')
        else '{}' end
      where not rules ? 'massListing';
    alter table review_rules force row level security;
  `.execute(database)
}
