import type { PatientId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { LegacyFields } from '../keys/legacy-fields.ts'
import { patientName } from '../patients/schema.ts'
import { sealerOfPatient } from '../patients/service.ts'
import { insertNameTokens } from '../patients/store.ts'
import { participantDisplayName, visitReason } from './schema.ts'

/**
 * Seals anew what an organization's patients, visits and participants have from before there were keys of organizations and
 * patients.
 * @returns the patients; once this is committed, `fields.keepPatient` is to be called for each
 */
export async function adoptLegacyFields(
  tx: Transaction,
  legacy: LegacyFields,
  fields: OrganizationSealer,
): Promise<PatientId[]> {
  const patients = await tx.selectFrom('patients').select(['id', 'organization_id', 'name']).execute()
  for (const { id, organization_id, name } of patients) {
    const sealer = await fields.newPatient(id)
    const { name_index, ...sealed } = sealer.sealIndexed(patientName, id, legacy.open(patientName, id, name))
    await tx.updateTable('patients').set(sealed).where('id', '=', id).execute()
    await insertNameTokens(tx, organization_id, id, name_index)
  }
  const visits = await tx.selectFrom('visits').select(['id', 'patient_id', 'reason']).execute()
  for (const { id, patient_id, reason } of visits) {
    const sealer = await sealerOfPatient(fields, patient_id)
    const sealed = sealer.seal(visitReason, id, legacy.open(visitReason, id, reason))
    await tx.updateTable('visits').set({ reason: sealed }).where('id', '=', id).execute()
  }
  const participants = await tx.selectFrom('participants').select(['id', 'patient_id', 'display_name']).execute()
  for (const { id, patient_id, display_name } of participants) {
    const sealer = patient_id === null ? fields : await sealerOfPatient(fields, patient_id)
    const sealed = sealer.seal(participantDisplayName, id, legacy.open(participantDisplayName, id, display_name))
    await tx.updateTable('participants').set({ display_name: sealed }).where('id', '=', id).execute()
  }
  return patients.map(({ id }) => id)
}
