import type { Patient } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { FieldSealer } from '../keys/fields.ts'
import type { StaffActor } from '../users/schema.ts'
import { mayKeepPatients, patientReach } from './policy.ts'
import type { PatientRow } from './schema.ts'
import { insertPatient, newestPatients } from './store.ts'

const listed = 200

export type Patients = ReturnType<typeof createPatients>

export function createPatients(options: { database: Database; fields: FieldSealer; now?: () => Date }) {
  const { database, fields, now = () => new Date() } = options
  return {
    /** The newest 200 within somebody's reach. */
    async list(actor: StaffActor): Promise<Patient[]> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.list')
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        const rows = await newestPatients(tx, listed, patientReach(actor) === 'all' ? null : userId)
        const facts = { count: rows.length }
        await record(tx, { type: 'patient.listed', organizationId, userId, sessionId, facts }, now())
        return rows.map((row) => readPatient(fields, row))
      })
    },

    async create(actor: StaffActor, name: string): Promise<Patient> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.create')
      return database.inOrganization(actor.organizationId, async (tx) =>
        readPatient(fields, await addPatient(tx, fields, actor, name, now())),
      )
    },
  }
}

/** Adds a patient in the transaction of whatever needs one. */
export async function addPatient(
  tx: Transaction,
  fields: FieldSealer,
  { organizationId, userId, sessionId }: Pick<StaffActor, 'organizationId' | 'userId'> & { sessionId: string | null },
  name: string,
  now: Date,
): Promise<PatientRow> {
  const id = newId('patient', now)
  const sealed = fields.seal({ table: 'patients', column: 'name', rowId: id }, name)
  await insertPatient(tx, { id, organizationId, name: sealed, createdBy: userId, now })
  await record(tx, { type: 'patient.created', organizationId, userId, sessionId, target: id }, now)
  return { id, organization_id: organizationId, name: sealed, created_by: userId, created_at: now }
}

function readPatient(fields: FieldSealer, row: PatientRow): Patient {
  return {
    id: row.id,
    name: fields.open({ table: 'patients', column: 'name', rowId: row.id }, row.name),
    createdAt: row.created_at.toISOString(),
  }
}
