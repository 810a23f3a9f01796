import type { PatientId, VisitId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import { isOver } from './lifecycle.ts'
import { participantDisplayName, visitReason } from './schema.ts'

/** A patient and what opens what is theirs. */
export interface PatientWithKey {
  patientId: PatientId
  sealer: Sealer
}

/** All visits of some patients, held until the transaction ends. */
export function lockVisitsOf(tx: Transaction, patientIds: readonly PatientId[]) {
  return tx.selectFrom('visits').selectAll().where('patient_id', 'in', [...patientIds]).orderBy('id').forUpdate().execute()
}

/** Calls a patient by their new name in the visits that are not over; what is over stays as it was held. */
export async function renameInVisits(tx: Transaction, sealer: Sealer, patientId: PatientId, name: string): Promise<void> {
  const rows = await tx
    .selectFrom('participants')
    .innerJoin('visits', 'visits.id', 'participants.visit_id')
    .select(['participants.id', 'visits.status'])
    .where('participants.patient_id', '=', patientId)
    .execute()
  for (const { id } of rows.filter(({ status }) => !isOver(status))) {
    const sealed = sealer.seal(participantDisplayName, id, name)
    await tx.updateTable('participants').set({ display_name: sealed }).where('id', '=', id).execute()
  }
}

/**
 * Gives one patient's visits to another, with why they take place and who was there sealed anew with that one's key.
 * @returns the visits
 */
export async function moveVisits(tx: Transaction, from: PatientWithKey, into: PatientWithKey): Promise<VisitId[]> {
  const visits = await lockVisitsOf(tx, [from.patientId])
  for (const { id, reason } of visits) {
    const sealed = into.sealer.seal(visitReason, id, from.sealer.open(visitReason, id, reason))
    await tx.updateTable('visits').set({ patient_id: into.patientId, reason: sealed }).where('id', '=', id).execute()
  }
  const participants = await tx
    .selectFrom('participants')
    .select(['id', 'display_name'])
    .where('patient_id', '=', from.patientId)
    .execute()
  for (const { id, display_name } of participants) {
    const sealed = into.sealer.seal(participantDisplayName, id, from.sealer.open(participantDisplayName, id, display_name))
    await tx.updateTable('participants').set({ patient_id: into.patientId, display_name: sealed }).where('id', '=', id).execute()
  }
  return visits.map(({ id }) => id)
}
