import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeId, type OrganizationId, type PatientId, type UserId } from '@curtain/protocol'
import pg from 'pg'
import type { DatabaseConnection } from '../server/src/database/database.ts'
import type { OrganizationSealer } from '../server/src/keys/keys.ts'
import type { PatientKeyStore } from '../server/src/keys/patient-keys.ts'
import { sealFields, type SealedFields } from '../server/src/patients/fields.ts'
import type { MadeUpPatient } from './patient-population.ts'
import { progress, wholeNumber } from './report.ts'

/** A store of patient keys that makes them without waiting for the disk: who loads a million has them in no backup yet. */
export function withoutSync(store: PatientKeyStore, folder: string): PatientKeyStore {
  const made = new Set<OrganizationId>()
  return {
    ...store,
    create(organizationId, patientId, wrapped) {
      if (!made.has(organizationId)) mkdirSync(join(folder, organizationId), { recursive: true, mode: 0o700 })
      made.add(organizationId)
      writeFileSync(join(folder, organizationId, patientId), wrapped, { mode: 0o600 })
      return Promise.resolve()
    },
  }
}

export interface LoadTimes {
  /** Names made up, keys made and written, fields sealed and indexed, rows written, all in one line. */
  rowsSeconds: number
  indexSeconds: number
}

const batch = 1_000

/**
 * Fills an organization with patients, sealed as the server seals them, going around its tables' triggers and building their
 * indexes at the end.
 * @param perUser how many in turn are added by each of `users`; the rest by the first
 */
export async function loadPatients(
  superuser: DatabaseConnection,
  fields: OrganizationSealer,
  of: { organizationId: OrganizationId; users: readonly UserId[]; perUser: number },
  people: () => MadeUpPatient,
  count: number,
): Promise<LoadTimes> {
  const client = new pg.Client(superuser)
  await client.connect()
  await client.query(`set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'`)
  const rebuild = await dropIndexes(client, ['patients', 'patient_name_tokens'])
  const from = performance.now()
  let writing: Promise<unknown> = Promise.resolve()
  for (let done = 0; done < count; ) {
    const rows: { id: PatientId; by: UserId; sealed: SealedFields }[] = []
    for (const upTo = Math.min(count, done + batch); done < upTo; done++) {
      const id = makeId('patient', Date.UTC(2020, 0, 1) + done, crypto.getRandomValues(new Uint8Array(10)))
      const sealer = await fields.newPatient(id)
      const by = of.users[Math.floor(done / of.perUser)] ?? of.users[0]
      if (by === undefined) throw new Error('nobody to add patients')
      rows.push({ id, by, sealed: sealFields(sealer, id, people()) })
    }
    await writing
    writing = insert(client, of.organizationId, rows)
    if (done % 50_000 === 0) progress(`${wholeNumber(done)} patients after ${wholeNumber((performance.now() - from) / 1000)} s`)
  }
  await writing
  const loaded = performance.now()
  progress('building the indexes')
  await rebuild()
  await client.query('vacuum analyze patients')
  await client.query('vacuum analyze patient_name_tokens')
  await client.end()
  return { rowsSeconds: (loaded - from) / 1000, indexSeconds: (performance.now() - loaded) / 1000 }
}

const columns = [
  'name', 'birth_date', 'birth_date_index', 'record_number', 'record_number_index', 'email', 'email_index', 'phone', 'phone_index',
] as const

async function insert(
  client: pg.Client,
  organizationId: OrganizationId,
  rows: readonly { id: PatientId; by: UserId; sealed: SealedFields }[],
): Promise<void> {
  const bytes = (column: (typeof columns)[number]) => rows.map(({ sealed }) => hex(sealed[column]))
  await client.query(
    `insert into patients (organization_id, created_at, id, created_by, ${columns.join(', ')})
      select $1, now(), * from unnest($2::text[], $3::text[], ${columns.map((_column, at) => `$${at + 4}::bytea[]`).join(', ')})`,
    [organizationId, rows.map(({ id }) => id), rows.map(({ by }) => by), ...columns.map(bytes)],
  )
  const tokens = rows.flatMap(({ id, sealed }) => sealed.name_index.map((token) => ({ id, token: hex(token) })))
  await client.query(
    `insert into patient_name_tokens (organization_id, patient_id, token) select $1, * from unnest($2::text[], $3::bytea[])`,
    [organizationId, tokens.map(({ id }) => id), tokens.map(({ token }) => token)],
  )
}

const hex = (value: Buffer | null) => (value === null ? null : `\\x${value.toString('hex')}`)

/** @returns what makes them again, as they were */
export async function dropIndexes(client: pg.Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows: constraints } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = any ($1::regclass[]) and contype in ('p', 'u') and not exists (
        select from pg_constraint f where f.contype = 'f' and f.confrelid = pg_constraint.conrelid and f.conindid = pg_constraint.conindid)`,
    [tables],
  )
  for (const { table, name } of constraints) await client.query(`alter table ${table} drop constraint ${name}`)
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  return async () => {
    for (const { table, name, definition } of constraints) await client.query(`alter table ${table} add constraint ${name} ${definition}`)
    for (const { definition } of indexes) await client.query(definition)
  }
}
