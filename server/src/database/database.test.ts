import type { OrganizationId } from '@curtain/protocol'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { record } from '../audit/record.ts'
import { createOrganization } from '../organizations/service.ts'
import { addPatient } from '../patients/service.ts'
import { openDatabase, type Database, type DatabaseConnection } from './database.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'

let world: TestDatabase
let database: Database
let mine: OrganizationId
let theirs: OrganizationId

beforeAll(async () => {
  world = await createTestDatabase()
  database = world.database
  const make = async (name: string) => {
    const input = { organizationName: name, name: 'A', email: `${name}@clinic.example`, password: null }
    return (await createOrganization(world, input, new Date())).organizationId
  }
  mine = await make('mine')
  theirs = await make('theirs')
})
afterAll(() => world[Symbol.asyncDispose]())

/** Brings an empty database to where an earlier Curtain left one. */
async function migrateTo(owner: DatabaseConnection, name: keyof typeof migrations): Promise<void> {
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...owner, max: 2 }) }) })
  const { error } = await new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } }).migrateTo(name)
  await db.destroy()
  expect(error).toBeUndefined()
}

test('an organization sees its own rows only, whatever is asked', async () => {
  for (const table of ['organizations', 'users', 'audit_events'] as const) {
    const rows = await database.inOrganization(mine, (tx) => tx.selectFrom(table).selectAll().execute())
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(theirs)
  }
})

test('an organization cannot change, or add to, what is another one’s', async () => {
  const changed = await database.inOrganization(mine, (tx) =>
    tx.updateTable('users').set({ name: 'x' }).where('organization_id', '=', theirs).executeTakeFirst(),
  )
  expect(changed.numUpdatedRows).toBe(0n)
  const add = database.inOrganization(mine, (tx) =>
    record(tx, { type: 'visit.read', organizationId: theirs, target: 'x' }),
  )
  await expect(add).rejects.toThrow(/row-level security/)
})

test('every table is guarded by forced row-level security', async () => {
  const unguarded = await world.query(`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
    and not (relrowsecurity and relforcerowsecurity) and relname not like 'kysely_%'`)
  expect(unguarded).toEqual([])
})

test('one policy lets the server’s role into each table, and it asks for the organization on the way in and out', async () => {
  const tables = await world.query(`select relname as table, p.policyname as policy, p.permissive, p.cmd, p.qual, p.with_check from pg_class
    left join pg_policies p on p.tablename = relname and p.roles && '{curtain_app,public}'
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname not like 'kysely_%'`)
  expect(tables.length).toBeGreaterThan(20)
  for (const { table, ...policy } of tables) {
    const rule = `(${table === 'organizations' ? 'id' : 'organization_id'} = current_setting('curtain.organization'::text, true))`
    const inside = { policy: 'inside_organization', permissive: 'PERMISSIVE', cmd: 'ALL', qual: rule, with_check: rule }
    expect(policy, String(table)).toEqual(inside)
  }
})

test('every function that runs as its owner has its search path fixed, and nobody but the server may call it', async () => {
  const open = await world.query(`select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
    and (not coalesce(proconfig, '{}') && array['search_path=pg_catalog, public'] or has_function_privilege('public', oid, 'execute')
      or not has_function_privilege('curtain_app', oid, 'execute'))`)
  expect(open).toEqual([])
  expect((await world.query(`select from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`)).length).toBeGreaterThan(5)
})

test('outside of an organization the server’s role sees nothing, and cannot become another role', async () => {
  const client = new pg.Client(world.roles.server)
  await client.connect()
  try {
    expect((await client.query('select * from users')).rowCount).toBe(0)
    await expect(client.query('set role curtain_owner')).rejects.toThrow(/permission denied/)
    await expect(client.query('alter table users disable row level security')).rejects.toThrow(/must be owner/)
  } finally {
    await client.end()
  }
})

test('the organization does not stay set on a connection that is used again', async () => {
  await database.inOrganization(mine, () => Promise.resolve())
  const left = await database.inOrganization(theirs, async (tx) => {
    const { rows } = await sql<{ id: string }>`select id from organizations`.execute(tx)
    return rows.map(({ id }) => id)
  })
  expect(left).toEqual([theirs])
})

test('the audit log can be added to and read, never changed or shortened', async () => {
  const tamper = (run: (tx: Parameters<Parameters<Database['inOrganization']>[1]>[0]) => Promise<unknown>) =>
    expect(database.inOrganization(mine, run)).rejects.toThrow(/permission denied/)
  await tamper((tx) => sql`update audit_events set outcome = 'denied'`.execute(tx))
  await tamper((tx) => sql`delete from audit_events`.execute(tx))
  await tamper((tx) => sql`truncate audit_events`.execute(tx))
})

test('a change whose audit event cannot be written does not happen', async () => {
  const fields = await world.keys.sealer(mine)
  const attempt = database.inOrganization(mine, async (tx) => {
    const { id: userId } = await tx.selectFrom('users').select('id').executeTakeFirstOrThrow()
    await addPatient(tx, fields, { organizationId: mine, userId, sessionId: null }, { name: 'A' }, new Date())
    await record(tx, { type: 'patient.created', organizationId: theirs })
  })
  await expect(attempt).rejects.toThrow(/row-level security/)
  expect(await world.query('select id from patients')).toEqual([])
})

test('migrations run once, and a database from a newer Curtain is refused', async () => {
  await migrate(world.roles.owner)
  await using newer = await createTestDatabase()
  await newer.query(`insert into kysely_migration (name, "timestamp") values ('9999-of-the-future', '2099-01-01')`)
  await expect(migrate(newer.roles.owner)).rejects.toThrow(/belongs to a newer Curtain \(it has 9999-of-the-future\)/)
})

test('a visit held before there was end-to-end encryption does not claim it; one to come will have it', async () => {
  await using old = await createTestDatabase()
  await old.query(`
    drop schema public cascade;
    create schema public authorization curtain_owner;
    grant usage on schema public to curtain_app`)
  await migrateTo(old.roles.owner, '0002-visits-in-progress')
  await old.query(`
    insert into organizations values ('o', 'Old', now());
    insert into users values ('u', 'o', 'A', 'a@old.example', null, '{owner}', now());
    insert into patients values ('p', 'o', '', 'u', now());
    insert into visits (id, organization_id, patient_id, clinician_id, kind, status, starts_at, duration_minutes, reason, created_at)
      select status, 'o', 'p', 'u', 'group', status, now(), 30, '', now() from unnest(array['scheduled', 'in-progress', 'ended']) status`)
  await migrate(old.roles.owner)
  expect(await old.query('select status, encryption from visits order by id')).toEqual([
    { status: 'ended', encryption: 'transport' },
    { status: 'in-progress', encryption: 'end-to-end' },
    { status: 'scheduled', encryption: 'end-to-end' },
  ])
  const [forced] = await old.query(`select relforcerowsecurity as forced from pg_class where relname = 'visits'`)
  expect(forced).toEqual({ forced: true })
})

test('a PostgreSQL that is away is “not ready”, not an unknown failure', async () => {
  const nowhere = openDatabase({ ...world.roles.server, host: '/nonexistent' })
  await expect(nowhere.lookUps.organizationExists()).rejects.toMatchObject({ code: 'not-ready' })
  expect(await nowhere.isReachable()).toBe(false)
  await nowhere.close()
})
