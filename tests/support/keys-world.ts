import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganizationId, PatientId, Visit, VisitId } from '@curtain/protocol'
import type { RootKeyConfig } from '../../server/src/config.ts'
import { newId } from '../../server/src/database/new-id.ts'
import type { Keys } from '../../server/src/keys/keys.ts'
import { openKeys } from '../../server/src/keys/open-keys.ts'
import { createOrganization } from '../../server/src/organizations/service.ts'
import { createPatients } from '../../server/src/patients/service.ts'
import type { StaffActor } from '../../server/src/users/schema.ts'
import { adoptLegacyFields } from '../../server/src/visits/adoption.ts'
import { createVisitChanges } from '../../server/src/visits/changes.ts'
import { createLinks } from '../../server/src/visits/links.ts'
import { createVisits } from '../../server/src/visits/service.ts'
import { createTickets } from '../../server/src/visits/tickets.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { noMail } from './no-mail.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What reads and writes sealed rows, on keys that were opened at one start. */
export interface KeysStart {
  keys: Keys
  /** An organization of its own, with its first user. */
  makeOrganization(): Promise<StaffActor>
  makeVisit(actor: StaffActor, patient: string | { id: PatientId }, reason: string): Promise<Visit>
  inviteGuest(actor: StaffActor, visitId: VisitId, name: string): Promise<void>
  readVisit(actor: StaffActor, visitId: VisitId): Promise<Visit>
  patientNames(actor: StaffActor): Promise<string[]>
}

/** A database and a data folder, as a start finds them. */
export interface KeysWorld extends AsyncDisposable {
  database: TestDatabase
  keysFolder: string
  patientsFolder: (organizationId: OrganizationId) => string
  start(rootKey?: RootKeyConfig): Promise<KeysStart>
}

export async function makeKeysWorld(database?: TestDatabase): Promise<KeysWorld> {
  const world = database ?? (await createTestDatabase())
  const folder = temporaryFolder()
  const keysFolder = join(folder.path, 'keys')
  mkdirSync(keysFolder, { mode: 0o700 })
  return {
    database: world,
    keysFolder,
    patientsFolder: (organizationId) => join(keysFolder, 'patients', organizationId),
    async start(rootKey = { provider: 'file' }) {
      const config = { dataDir: folder.path, rootKey }
      return partsOn(world, await openKeys({ config, database: world.database, adopt: adoptLegacyFields }))
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]()
      if (database === undefined) await world[Symbol.asyncDispose]()
    },
  }
}

function partsOn({ database }: TestDatabase, keys: Keys): KeysStart {
  const changes = createVisitChanges()
  const publicUrl = () => 'https://clinic.example'
  const live = { present: () => new Set<never>(), close: () => {}, endSession: () => {} }
  const visits = createVisits({ database, keys, live, changes, mail: noMail, publicUrl })
  const patients = createPatients({ database, keys })
  const links = createLinks({ database, keys, tickets: createTickets(), changes, mail: noMail, live, publicUrl })
  return {
    keys,
    async makeOrganization() {
      const email = `${randomBytes(6).toString('hex')}@clinic.example`
      const input = { organizationName: 'Harbor', name: 'Dana', email, password: null }
      const { organizationId, userId } = await createOrganization({ database, keys }, input, new Date())
      return { kind: 'staff', organizationId, userId, sessionId: newId('session', new Date()), roles: ['owner', 'clinician'] }
    },
    async makeVisit(actor, patient, reason) {
      const startsAt = new Date().toISOString()
      const input = { startsAt, durationMinutes: 30, kind: 'consultation', encryption: 'end-to-end', reason } as const
      return (await visits.create(actor, { ...input, patient: typeof patient === 'string' ? { name: patient } : patient })).visit
    },
    async inviteGuest(actor, visitId, name) {
      await links.create(actor, visitId, { guest: { name } })
    },
    readVisit: (actor, visitId) => visits.read(actor, visitId),
    patientNames: async (actor) => (await patients.list(actor)).map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)),
  }
}
