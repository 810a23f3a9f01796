import { randomInt } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../server/src/config.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/src/database/embedded-postgres.ts'
import { startServer } from '../../server/src/main.ts'
import { Clinic } from '../support/clinic.ts'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { Browser } from '../support/server.ts'
import { setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** The operator's PostgreSQL: over TCP, on a loopback address of its own, with passwords. */
const address = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
const password = 'the/operator’s own: password'
const elsewhere = temporaryFolder()
const folder = temporaryFolder()
const url = `postgresql://clinic_owner:${encodeURIComponent(password)}@${address}/clinic`

let postgres: EmbeddedPostgres
let curtain: Curtain

const settings = [`listen_addresses=${address}`, 'fsync=off', 'shared_buffers=16MB']

beforeAll(async () => {
  postgres = await startEmbeddedPostgres(elsewhere.path, { settings })
  appendFileSync(join(elsewhere.path, 'postgres/pg_hba.conf'), 'host all all 127.0.0.0/8 scram-sha-256\n')
  await asOperator('postgres', 'select pg_reload_conf()')
  await asOperator('postgres', `create role clinic_owner login createrole password ${pg.escapeLiteral(password)}`)
  await asOperator('postgres', 'create database clinic owner clinic_owner')
  // The role of our own embedded database; an operator's PostgreSQL knows nothing of it.
  await asOperator('postgres', 'drop role curtain_app')
  curtain = await startCurtain(folder.path, { CURTAIN_DATABASE_URL: `${url}?sslmode=disable` })
})
afterAll(async () => {
  await curtain?.stop()
  await postgres?.stop()
  folder[Symbol.dispose]()
  elsewhere[Symbol.dispose]()
})

async function asOperator(database: string, text: string) {
  const client = new pg.Client(postgres.superuser(database))
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

test('a whole visit is recorded in a PostgreSQL reached by URL, and goes on after restarts of either', async () => {
  const staff = new Browser(curtain.url)
  const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
  await setUpRelaxed(staff, { secret, ...owner })
  const clinic = new Clinic(curtain.url, staff)
  const { visitId, patient } = await clinic.twoInVisit()
  expect(existsSync(join(folder.path, 'postgres'))).toBe(false)

  await curtain.stop()
  await curtain.start()
  const host = await clinic.arrive(visitId, staff)
  expect((await clinic.arrive(visitId, patient.browser)).hello.participant.admission).toBe('admitted')

  await postgres.stop()
  expect(await staff.refusal(staff.request('GET', `/v1/visits/${visitId}`))).toBe('not-ready')
  expect(await host.client.refusal('end', {})).toBe('not-ready')
  postgres = await startEmbeddedPostgres(elsewhere.path, { settings })
  await host.client.request('end', {})
  expect(await host.client.closed()).toBe(4000)

  expect(await asOperator('clinic', 'select status from visits')).toEqual([{ status: 'ended' }])
  const events = await asOperator('clinic', 'select type from audit_events order by id')
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['visit.created', 'link.exchanged', 'participant.admitted', 'visit.started', 'visit.ended']),
  )
})

test('the owner need make no roles after the first start; a lost password is set anew', async () => {
  await curtain.stop()
  await asOperator('clinic', 'alter role clinic_owner nocreaterole')
  await curtain.start()
  await curtain.stop()
  await asOperator('clinic', 'alter role clinic_owner createrole')
  rmSync(join(folder.path, 'keys/database-role.password'))
  await curtain.start()
})

test('a role of that name that could go around the rules is not used', async () => {
  await curtain.stop()
  await asOperator('clinic', 'alter role curtain_app bypassrls')
  await expect(curtain.start()).rejects.toThrow()
  await curtain.line(/its role curtain_app may go around row-level security/)
  await asOperator('clinic', 'alter role curtain_app nobypassrls')
  await curtain.start()
})

test('the server works as a role that owns nothing and goes around no rule', async () => {
  const [role] = await asOperator(
    'clinic',
    `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = 'curtain_app'`,
  )
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false })
  expect(await asOperator('clinic', `select tablename from pg_tables where tableowner = 'curtain_app'`)).toEqual([])
  const its = readFileSync(join(folder.path, 'keys/database-role.password'), 'utf8').trim()
  const client = new pg.Client({ host: address, user: 'curtain_app', password: its, database: 'clinic' })
  await client.connect()
  expect((await client.query('select id from visits')).rows).toEqual([])
  await expect(client.query('delete from audit_events')).rejects.toThrow(/permission denied/)
  await client.end()
})

test.each([
  ['without TLS to another address, unless it is said', url, /does not support SSL/],
  ['with the wrong password', `postgresql://clinic_owner:wrong@${address}/clinic?sslmode=disable`, /password authen/],
  ['where nothing listens', `${url.replace(address, '127.0.0.1:1')}?sslmode=disable`, /ECONNREFUSED/],
])('it does not start %s; it says which setting is wrong, and no password', async (_how, databaseUrl, reason) => {
  using own = temporaryFolder()
  const config = readConfig({}, {
    ...process.env,
    CURTAIN_DATA_DIR: own.path,
    CURTAIN_PORT: '0',
    CURTAIN_MEDIA_WORKERS: '1',
    CURTAIN_LOG_LEVEL: 'silent',
    CURTAIN_DATABASE_URL: databaseUrl,
  })
  const failure: unknown = await startServer(config).then(
    (server) => server.close(),
    (error: unknown) => error,
  )
  expect(String(failure)).toMatch(/^Error: The PostgreSQL of CURTAIN_DATABASE_URL cannot be used: /)
  expect(String(failure)).toMatch(reason)
  expect(String(failure)).not.toContain(password)
  expect(String(failure)).not.toContain(encodeURIComponent(password))
})

test('neither the password nor a statement is printed', () => {
  const printed = curtain.output.join('\n')
  for (const secret of [password, encodeURIComponent(password), 'insert into', 'select ']) {
    expect(printed).not.toContain(secret)
  }
})
