import type { OrganizationId, PatientId, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { patientsInReach } from './reach.ts'
import type { PatientRow } from './schema.ts'

export async function insertPatient(
  tx: Transaction,
  patient: { id: PatientId; organizationId: OrganizationId; name: PatientRow['name']; createdBy: UserId; now: Date },
): Promise<void> {
  await tx
    .insertInto('patients')
    .values({
      id: patient.id,
      organization_id: patient.organizationId,
      name: patient.name,
      created_by: patient.createdBy,
      created_at: patient.now,
    })
    .execute()
}

export function findPatient(tx: Transaction, patientId: PatientId) {
  return tx.selectFrom('patients').selectAll().where('id', '=', patientId).executeTakeFirst()
}

/**
 * The newest first: ids sort by the time they were made.
 * @param among those within somebody's reach
 */
export function newestPatients(among: ReturnType<typeof patientsInReach>, count: number) {
  return among.selectAll('patients').orderBy('patients.id', 'desc').limit(count).execute()
}
