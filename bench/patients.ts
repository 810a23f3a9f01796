// How long it takes to find one of a million patients who are sealed, what sealing costs, and what a rotation of keys does.
import { mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { PatientSearch } from '@curtain/protocol'
import pg from 'pg'
import { openDatabase, type Database } from '../server/src/database/database.ts'
import { startEmbeddedPostgres } from '../server/src/database/embedded-postgres.ts'
import { migrate } from '../server/src/database/migrate.ts'
import { newId } from '../server/src/database/new-id.ts'
import { createKeys, type Keys } from '../server/src/keys/keys.ts'
import { nameWords } from '../server/src/keys/name-words.ts'
import { createOrganizationKeys } from '../server/src/keys/organization-keys.ts'
import { createPatientKeyFiles } from '../server/src/keys/patient-key-files.ts'
import { createLocalRootKey } from '../server/src/keys/root-file.ts'
import { createOrganization } from '../server/src/organizations/service.ts'
import { createPatientSearches } from '../server/src/patients/search.ts'
import type { SignedInActor } from '../server/src/users/schema.ts'
import { insertUser } from '../server/src/users/store.ts'
import { machineFacts } from './machine.ts'
import { loadPatients } from './patient-load.ts'
import { createPopulation, seededRandom, type MadeUpPatient } from './patient-population.ts'
import { measureRotation, measureSealing } from './patient-sealing.ts'
import { markdownTable, progress, wholeNumber } from './report.ts'
import { percentile } from './statistics.ts'

const { values: given } = parseArgs({
  options: {
    patients: { type: 'string', default: '1000000' },
    searches: { type: 'string', default: '1000' },
    /** Patients of each of two clinicians. */
    own: { type: 'string', default: '2000' },
    /** How many are written and read one by one, and whose keys are wrapped again. */
    rows: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
})
const patients = Number(given.patients)
const searches = Number(given.searches)
const own = Number(given.own)
const rows = Number(given.rows)
const seed = Number(given.seed)

const facts = machineFacts()
const folder = mkdtempSync(join(tmpdir(), 'curtain-bench-'))
const postgres = await startEmbeddedPostgres(folder)

async function measure(database: Database): Promise<string> {
  const rootKey = randomBytes(32)
  const organizations = createOrganizationKeys({ database, root: createLocalRootKey(rootKey) })
  const keyFolder = join(folder, 'patient-keys')
  const patientKeys = createPatientKeyFiles(keyFolder)
  const keys = createKeys({ database, organizations, patientKeys })
  const clinic = await makeClinic(database, keys, 'many')

  const { organizationId } = clinic.scheduler
  const users = [clinic.scheduler, ...clinic.clinicians].map(({ userId }) => userId)
  const loaded = await loadPatients({
    superuser: postgres.superuser(), server: postgres.server(), rootKey: rootKey.toString('hex'), keyFolder,
    organizationId, users, perUser: own, patients, seed,
  })
  // The same people as were loaded. Whom the searches are for, of all of them.
  const next = createPopulation(seededRandom(seed))
  const random = seededRandom(seed + 1)
  const known: MadeUpPatient[] = []
  for (let at = 0; at < patients; at++) {
    const person = next()
    if (known.length < 20_000) known.push(person)
    else if (random() < 20_000 / patients) known[Math.floor(random() * known.length)] = person
  }
  progress('searching')
  const found = await measureSearches(database, keys, clinic, known, random)
  progress('sealing')
  const sealing = await measureSealing(database, keys, postgres.superuser(), await makeClinic(database, keys, 'sealing'), next, rows)
  progress('rotating')
  const rotation = await measureRotation(keys, await makeClinic(database, keys, 'rotating'), database, next, rows)
  const load = markdownTable(
    ['loading', ''],
    [
      ['patients', wholeNumber(patients)],
      [`made up, sealed, indexed and written, by ${loaded.processes} processes`, `${wholeNumber(loaded.rowsSeconds)} s`],
      ['indexes, statistics, and all of it on disk', `${wholeNumber(loaded.indexSeconds)} s`],
      ['patients with their indexes', await sizesOf('patients')],
      ['tokens with their indexes', await sizesOf('patient_name_tokens')],
    ],
  )
  return [facts, load, found, sealing, rotation].join('\n\n')
}

interface Clinic {
  scheduler: SignedInActor
  /** The first two thousand patients after the scheduler's own are one's, the next the other's. */
  clinicians: SignedInActor[]
}

async function makeClinic(database: Database, keys: Keys, name: string): Promise<Clinic> {
  const input = { organizationName: name, name: 'Sky', email: `${name}@clinic.example`, password: null }
  const { organizationId } = await createOrganization({ database, keys }, input, new Date())
  const add = async (role: 'scheduler' | 'clinician', at: number): Promise<SignedInActor> => {
    const userId = newId('user', new Date())
    const user = { id: userId, organizationId, name: 'Sky', email: `${name}-${role}${at}@clinic.example`, passwordHash: null, roles: [role], now: new Date() }
    await database.inOrganization(organizationId, (tx) => insertUser(tx, user))
    return { kind: 'staff', organizationId, userId, sessionId: newId('session', new Date()), roles: [role] }
  }
  return { scheduler: await add('scheduler', 0), clinicians: [await add('clinician', 1), await add('clinician', 2)] }
}

async function sizesOf(table: string): Promise<string> {
  const client = new pg.Client(postgres.superuser())
  await client.connect()
  const { rows: [row] } = await client.query<{ size: string }>('select pg_size_pretty(pg_total_relation_size($1)) as size', [table])
  await client.end()
  return row?.size ?? ''
}

/** What people type: the person they mean, and what of them they give. */
const kinds: [string, (person: MadeUpPatient, random: () => number) => PatientSearch][] = [
  ['one letter of a name', ({ name }) => ({ name: beginning(name, 1) })],
  ['three letters of the surname', ({ name }) => ({ name: beginning(name, 3) })],
  ['two letters of each word', ({ name }) => ({ name: nameWords(name).map((word) => word.slice(0, 2)).join(' ') })],
  ['one letter and one word', ({ name }) => ({ name: `${name.charAt(0)} ${nameWords(name).at(-1)}` })],
  ['two beginnings that few share', ({ name }, random) => ({ name: `${beginning(name, 2)} ${String.fromCodePoint(97 + Math.floor(random() * 26))}o` })],
  ['the whole name', ({ name }) => ({ name })],
  ['birth date', ({ birthDate }) => ({ birthDate })],
  ['three letters and the birth date', ({ name, birthDate }) => ({ name: beginning(name, 3), birthDate })],
  ['record number', ({ recordNumber }) => ({ recordNumber })],
  ['telephone', ({ phone }) => ({ contact: phone })],
]
const beginning = (name: string, letters: number) => (nameWords(name).at(-1) ?? '').slice(0, letters)

async function measureSearches(database: Database, keys: Keys, clinic: Clinic, known: readonly MadeUpPatient[], random: () => number): Promise<string> {
  const { search } = createPatientSearches({ database, keys })
  const all: number[] = []
  const lines: string[][] = []
  for (const [who, actor] of [['scheduler', clinic.scheduler], ['clinician', clinic.clinicians[0]]] as const) {
    if (actor === undefined) continue
    for (const [kind, make] of kinds) {
      const times: number[] = []
      let found = 0
      for (let at = 0; at < searches / 10; at++) {
        const person = known[Math.floor(random() * known.length)]
        if (person === undefined) throw new Error('nobody to look for')
        const from = performance.now()
        const { patients: list } = await search(actor, make(person, random))
        times.push(performance.now() - from)
        found += list.length
      }
      all.push(...times)
      lines.push([`${who}: ${kind}`, (found / times.length).toFixed(1), ...figures(times)])
    }
  }
  lines.push(['all of these', '', ...figures(all)])
  return markdownTable(['search, with opening what it finds and the audit event, ms', 'found', 'p50', 'p95', 'p99', 'most'], lines)
}

const figures = (times: readonly number[]) => [0.5, 0.95, 0.99, 1].map((share) => percentile(times, share).toFixed(1))

try {
  await migrate(postgres.owner())
  const database = openDatabase(postgres.server())
  try {
    console.log(await measure(database))
  } finally {
    await database.close()
  }
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
