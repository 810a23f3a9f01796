import type { OrganizationId, PatientId, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { ownVisits } from '../visits/store.ts'
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

/** Patients that are somebody's own: they added them, or have a visit with them. */
function ownPatients(tx: Transaction, userId: UserId) {
  return tx.selectFrom('patients').where((where) =>
    where.or([
      where('patients.created_by', '=', userId),
      where('patients.id', 'in', ownVisits(tx, userId).select('visits.patient_id')),
    ]),
  )
}

export async function isOwnPatient(tx: Transaction, patientId: PatientId, userId: UserId): Promise<boolean> {
  const found = await ownPatients(tx, userId).select('patients.id').where('patients.id', '=', patientId).executeTakeFirst()
  return found !== undefined
}

/**
 * The newest first: ids sort by the time they were made.
 * @param owner whose own; null for all
 */
export function newestPatients(tx: Transaction, count: number, owner: UserId | null) {
  const among = owner === null ? tx.selectFrom('patients') : ownPatients(tx, owner)
  return among.selectAll('patients').orderBy('patients.id', 'desc').limit(count).execute()
}
