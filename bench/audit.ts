// What the audit log costs: appending, giving places, verifying, proving one entry, and finding events, among millions.
import { mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readyToSeal } from '../server/src/audit/request-origin.ts'
import { type Database, openDatabase } from '../server/src/database/database.ts'
import { startEmbeddedPostgres } from '../server/src/database/embedded-postgres.ts'
import { migrate } from '../server/src/database/migrate.ts'
import { newId } from '../server/src/database/new-id.ts'
import { createKeys } from '../server/src/keys/keys.ts'
import { createOrganizationKeys } from '../server/src/keys/organization-keys.ts'
import { createPatientKeyFiles } from '../server/src/keys/patient-key-files.ts'
import { createLocalRootKey } from '../server/src/keys/root-file.ts'
import { createOrganization } from '../server/src/organizations/service.ts'
import type { SignedInActor } from '../server/src/users/schema.ts'
import { measureAppends, measureCheckpointing } from './audit-append.ts'
import { lineUp, loadLog, loadWorld } from './audit-load.ts'
import { createEvents, makeAuditWorld } from './audit-population.ts'
import { measureProofs, measureSearches, measureSequencing, measureVerification } from './audit-reading.ts'
import { machineFacts } from './machine.ts'
import { seededRandom } from './patient-population.ts'
import { markdownTable, wholeNumber } from './report.ts'

const { values: given } = parseArgs({ options: { events: { type: 'string', default: '1000000' } } })
const events = Number(given.events)
const waiting = Math.min(200_000, Math.ceil(events / 5))
const appends = 2_000
const rounds = 8

const facts = machineFacts()
const folder = mkdtempSync(join(tmpdir(), 'curtain-bench-'))
const postgres = await startEmbeddedPostgres(folder)

async function measure(opened: Database): Promise<void> {
  const organizations = createOrganizationKeys({ database: opened, root: createLocalRootKey(randomBytes(32)) })
  const keys = createKeys({ database: opened, organizations, patientKeys: createPatientKeyFiles(join(folder, 'patient-keys')) })
  const database = readyToSeal(opened)
  const makeLog = async (name: string) => {
    const input = { organizationName: name, name: 'Sky', email: `${name}@clinic.example`, password: null }
    const { organizationId, userId } = await createOrganization({ database, keys }, input, new Date())
    return { organizationId, keys, userId }
  }
  const tell = (table: string) => console.log(`${table}\n`)
  tell(facts)

  const random = seededRandom(1)
  const log = await makeLog('millions')
  const { organizationId, userId } = log
  const world = makeAuditWorld(events, random)
  const next = createEvents(world, organizationId, random)
  await loadWorld(postgres.superuser(), organizationId, world)
  const loaded = await loadLog(postgres.superuser(), next, events)
  await lineUp(postgres.superuser(), next, waiting)
  tell(await measureSequencing(database, log, waiting))
  tell(await measureProofs(database, log, 500, random))
  const officer: SignedInActor = { kind: 'staff', organizationId, userId, sessionId: newId('session', new Date()), roles: ['security-officer'] }
  tell(await measureSearches(database, log, officer, { world, each: 100, random }))
  tell(await measureVerification(database, log, folder))
  tell(markdownTable(['loading', ''], [
    ['events', wholeNumber(events)],
    ['made up, hashed and written, in one line', `${wholeNumber(loaded.rowsSeconds)} s`],
    ['indexes and statistics', `${wholeNumber(loaded.indexSeconds)} s`],
  ]))

  // Last: what was loaded is in the indexes that are appended to, as in a clinic of years.
  const busy = await makeLog('appending')
  const connection = { owner: postgres.owner(), server: postgres.server() }
  tell(await measureAppends(connection, busy, { rounds, appends }))
  tell(await measureCheckpointing(connection.server, busy, appends * 4))
}

try {
  await migrate(postgres.owner())
  const database = openDatabase(postgres.server())
  try {
    await measure(database)
  } finally {
    await database.close()
  }
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
