import { randomBytes } from 'node:crypto'
import type { OrganizationId, PatientId, Role, VisitId } from '@curtain/protocol'
import { newId } from '../../server/src/database/new-id.ts'
import type { Keys } from '../../server/src/keys/keys.ts'
import { createPatientErasures, type PatientErasures } from '../../server/src/patients/erasure.ts'
import { createPatientExports, type PatientExports } from '../../server/src/patients/export.ts'
import { createPatientMerges, type PatientMerges } from '../../server/src/patients/merge.ts'
import { createPatientSearches, type PatientSearches } from '../../server/src/patients/search.ts'
import { createPatients, type Patients } from '../../server/src/patients/service.ts'
import { settlePatients } from '../../server/src/patients/settling.ts'
import type { SignedInActor } from '../../server/src/users/schema.ts'
import { insertUser } from '../../server/src/users/store.ts'
import { type KeysStart, makeKeysWorld } from './keys-world.ts'
import type { TestDatabase } from './database.ts'

/** What there is to do with patients, on keys that were opened at one start. */
export interface PatientsStart extends KeysStart, Patients, PatientSearches, PatientMerges, PatientExports, PatientErasures {}

export interface PatientsWorld extends AsyncDisposable {
  database: TestDatabase
  patientsFolder: (organizationId: OrganizationId) => string
  /** As the server does: keys are opened, and what an earlier start left undone is done. */
  start(): Promise<PatientsStart>
  addStaff(organizationId: OrganizationId, ...roles: Role[]): Promise<SignedInActor>
  /** As if it had taken place. */
  endVisit(visitId: VisitId): Promise<void>
  tokensOf(patientId: PatientId): Promise<number>
  events(type: string): Promise<Record<string, unknown>[]>
}

export async function makePatientsWorld(): Promise<PatientsWorld> {
  const world = await makeKeysWorld()
  const { database } = world
  return {
    database,
    patientsFolder: world.patientsFolder,
    async start() {
      const start = await world.start()
      await settlePatients({ database: database.database, keys: start.keys })
      return patientsOn(database, start)
    },
    async addStaff(organizationId, ...roles) {
      const now = new Date()
      const userId = newId('user', now)
      const email = `${randomBytes(6).toString('hex')}@clinic.example`
      await database.database.inOrganization(organizationId, (tx) =>
        insertUser(tx, { id: userId, organizationId, name: 'Sky', email, passwordHash: null, roles, now }),
      )
      return { kind: 'staff', organizationId, userId, sessionId: newId('session', now), roles }
    },
    async endVisit(visitId) {
      await database.query(`update visits set status = 'ended', ended_at = now() where id = $1`, [visitId])
    },
    tokensOf: async (patientId) =>
      (await database.query('select from patient_name_tokens where patient_id = $1', [patientId])).length,
    events: (type) => database.query('select * from audit_events where type = $1 order by id', [type]),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** @param keys others than the start's, to see what becomes of it where they fail */
export function patientsOn({ database }: TestDatabase, start: KeysStart, keys: Keys = start.keys): PatientsStart {
  const changes = { publish: () => {} }
  return {
    ...start,
    ...createPatients({ database, keys }),
    ...createPatientSearches({ database, keys }),
    ...createPatientMerges({ database, keys, changes }),
    ...createPatientExports({ database, keys }),
    ...createPatientErasures({ database, keys, changes }),
  }
}
