import type { Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import { patientBirthDate, patientEmail } from '../patients/schema.ts'
import { findPatient } from '../patients/store.ts'
import { participantEmail, type ParticipantRow } from './schema.ts'

/** What the clinic knows of somebody who comes by link, that they can be asked for or reached by. */
export interface Known {
  /** `1958-04-30` */
  birthDate: string | null
  email: string | null
}

export type KnownFrom = Pick<ParticipantRow, 'id' | 'patient_id' | 'email'>

/** As it is on record at this moment; of an erased patient there is nothing any more. */
export async function knownOf(tx: Transaction, fields: OrganizationSealer, participant: KnownFrom): Promise<Known> {
  const { id, patient_id: patientId, email } = participant
  if (patientId === null) {
    return { birthDate: null, email: email === null ? null : fields.open(participantEmail, id, email) }
  }
  const sealer = await fields.patient(patientId)
  const patient = await findPatient(tx, patientId)
  if (sealer === null || patient === undefined) return { birthDate: null, email: null }
  const { birth_date: birthDate, email: address } = patient
  return {
    birthDate: birthDate === null ? null : sealer.open(patientBirthDate, patientId, birthDate),
    email: address === null ? null : sealer.open(patientEmail, patientId, address),
  }
}

/**
 * With whose key a letter to them waits for the mail server: their address must not outlive a patient.
 * @throws AppError `not-found` when the patient's key was destroyed
 */
export async function sealerOfLetters(
  fields: OrganizationSealer,
  { patient_id: patientId }: Pick<KnownFrom, 'patient_id'>,
): Promise<Sealer> {
  const sealer = patientId === null ? fields : await fields.patient(patientId)
  if (sealer === null) throw new AppError('not-found')
  return sealer
}
