import type { PatientExport, PatientId, VisitId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { StaffActor } from '../users/schema.ts'
import { isOver } from './lifecycle.ts'
import { mayKnowReason } from './policy.ts'
import { participantDisplayName, visitReason } from './schema.ts'
import { participantsOf, visitBonds } from './store.ts'
import { openDisplayName, sealersOfVisits } from './view.ts'

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

/** All visits of a patient as they are handed to them, the newest first; with the reasons that whoever does it may know. */
export async function describeForPatient(
  tx: Transaction,
  fields: OrganizationSealer,
  actor: StaffActor,
  patientId: PatientId,
  now: Date,
): Promise<PatientExport['visits']> {
  const visits = await tx
    .selectFrom('visits')
    .innerJoin('users', 'users.id', 'visits.clinician_id')
    .selectAll('visits')
    .select('users.name as clinician_name')
    .where('patient_id', '=', patientId)
    .orderBy('starts_at', 'desc')
    .orderBy('visits.id', 'desc')
    .execute()
  const ids = visits.map(({ id }) => id)
  const bonds = await visitBonds(tx, actor.userId, ids, now)
  const everybody = await participantsOf(tx, ids)
  const participants = Map.groupBy(everybody, (row) => row.visit_id)
  const sealers = await sealersOfVisits(fields, [{ patient_id: patientId }, ...everybody])
  const sealer = sealers.patients.of(patientId)
  return visits.map((row) => ({
    id: row.id,
    kind: row.kind,
    encryption: row.encryption,
    status: row.status,
    startsAt: row.starts_at.toISOString(),
    durationMinutes: row.duration_minutes,
    reason: mayKnowReason(actor, bonds.get(row.id) ?? null) ? (sealer?.open(visitReason, row.id, row.reason) ?? '') : null,
    clinician: { id: row.clinician_id, name: row.clinician_name },
    participants: (participants.get(row.id) ?? []).map((one) => ({
      role: one.role,
      displayName: one.role === 'guest' ? null : openDisplayName(sealers, one),
      admission: one.admission,
    })),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  }))
}
