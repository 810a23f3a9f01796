import type { Patient, PatientId } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import type { StaffActor } from '../users/schema.ts'
import { mayKeepPatients } from './policy.ts'
import { patientsInReach } from './reach.ts'
import { patientName, type PatientRow } from './schema.ts'
import { insertPatient, newestPatients } from './store.ts'

const listed = 200

export type Patients = ReturnType<typeof createPatients>

export function createPatients(options: { database: Database; keys: Keys; now?: () => Date }) {
  const { database, keys, now = () => new Date() } = options
  return {
    /** The newest 200 within somebody's reach. */
    async list(actor: StaffActor): Promise<Patient[]> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.list')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const rows = await newestPatients(patientsInReach(tx, actor), listed)
        const facts = { count: rows.length }
        await record(tx, { type: 'patient.listed', organizationId, userId, sessionId, facts }, now())
        return rows.map((row) => readPatient(fields, row))
      })
    },

    async create(actor: StaffActor, name: string): Promise<Patient> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.create')
      const fields = await keys.sealer(actor.organizationId)
      const row = await database.inOrganization(actor.organizationId, (tx) => addPatient(tx, fields, actor, name, now()))
      await fields.keepPatient(row.id)
      return readPatient(fields, row)
    },
  }
}

/**
 * Adds a patient in the transaction of whatever needs one. Their key is there before their row; once that is committed,
 * `fields.keepPatient` is to be called.
 */
export async function addPatient(
  tx: Transaction,
  fields: OrganizationSealer,
  { organizationId, userId, sessionId }: Pick<StaffActor, 'organizationId' | 'userId'> & { sessionId: string | null },
  name: string,
  now: Date,
): Promise<PatientRow> {
  const id = newId('patient', now)
  const sealed = (await fields.newPatient(id)).seal(patientName, id, name)
  await insertPatient(tx, { id, organizationId, name: sealed, createdBy: userId, now })
  await record(tx, { type: 'patient.created', organizationId, userId, sessionId, target: id }, now)
  return { id, organization_id: organizationId, name: sealed, created_by: userId, created_at: now }
}

/**
 * What a patient's fields are sealed with, for what cannot be done without.
 * @throws AppError `not-found` when the patient was erased
 */
export function sealerOfPatient(fields: OrganizationSealer, patientId: PatientId): Sealer {
  const sealer = fields.patient(patientId)
  if (sealer === null) throw new AppError('not-found')
  return sealer
}

/** Of an erased patient there is no name any more. */
function readPatient(fields: OrganizationSealer, row: PatientRow): Patient {
  return {
    id: row.id,
    name: fields.patient(row.id)?.open(patientName, row.id, row.name) ?? '',
    birthDate: null,
    recordNumber: null,
    email: null,
    phone: null,
    createdAt: row.created_at.toISOString(),
    erasedAt: null,
    mergedInto: null,
  }
}
