// One of the processes that load patients. Started by `loadPatients`, which tells it its share, and ends when that is written.
import { mkdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { makeId, type OrganizationId, type PatientId, type UserId } from '@curtain/protocol'
import pg from 'pg'
import { openDatabase } from '../server/src/database/database.ts'
import { createKeys } from '../server/src/keys/keys.ts'
import { createOrganizationKeys } from '../server/src/keys/organization-keys.ts'
import { createPatientKeyFiles } from '../server/src/keys/patient-key-files.ts'
import type { PatientKeyStore } from '../server/src/keys/patient-keys.ts'
import { createLocalRootKey } from '../server/src/keys/root-file.ts'
import { sealFields, type SealedFields } from '../server/src/patients/fields.ts'
import { loadShare } from './patient-load.ts'
import { createPopulation, seededRandom } from './patient-population.ts'
import { progress, wholeNumber } from './report.ts'

const batch = 1_000

async function load(message: unknown): Promise<void> {
  const { job, process: own, of: processes } = loadShare.parse(message)
  const database = openDatabase(job.server, { poolSize: 1 })
  const organizations = createOrganizationKeys({ database, root: createLocalRootKey(Buffer.from(job.rootKey, 'hex')) })
  const patientKeys = withoutSync(createPatientKeyFiles(job.keyFolder), job.keyFolder)
  const fields = await createKeys({ database, organizations, patientKeys }).sealer(job.organizationId)
  const client = new pg.Client(job.superuser)
  await client.connect()
  await client.query('set session_replication_role = replica; set synchronous_commit = off')
  const people = createPopulation(seededRandom(job.seed))
  const from = performance.now()
  let writing: Promise<unknown> = Promise.resolve()
  for (let first = 0; first < job.patients; first += batch) {
    const some = Array.from({ length: Math.min(batch, job.patients - first) }, people)
    if ((first / batch) % processes !== own) continue
    const rows: { id: PatientId; by: UserId; sealed: SealedFields }[] = []
    for (const [at, person] of some.entries()) {
      const id = makeId('patient', Date.UTC(2020, 0, 1) + first + at, crypto.getRandomValues(new Uint8Array(10)))
      const sealer = await fields.newPatient(id)
      const by = job.users[Math.floor((first + at) / job.perUser)] ?? job.users[0]
      if (by === undefined) throw new Error('nobody to add patients')
      rows.push({ id, by, sealed: sealFields(sealer, id, person) })
    }
    await writing
    writing = insert(client, job.organizationId, rows)
    const done = first + some.length
    if (own === 0 && done % 50_000 < batch * processes) {
      progress(`${wholeNumber(done)} patients after ${wholeNumber((performance.now() - from) / 1000)} s`)
    }
  }
  await writing
  await client.end()
  await database.close()
}

/** A store of patient keys that makes them without waiting for the disk: who loads a million has them in no backup yet. */
function withoutSync(store: PatientKeyStore, folder: string): PatientKeyStore {
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

const [message] = await once(process, 'message')
await load(message)
process.disconnect()
