import type { Patient, PatientId } from '@curtain/protocol'
import type { SearchableSealer, Sealer } from '../keys/fields.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { SealedColumn, Sealed } from '../keys/sealed.ts'
import {
  patientBirthDate,
  patientEmail,
  patientName,
  patientPhone,
  patientRecordNumber,
  type StoredPatient,
} from './schema.ts'

/** What is known of a patient, in the clear. */
export type PatientFields = Pick<Patient, 'name' | 'birthDate' | 'recordNumber' | 'email' | 'phone'>

export const noFields: PatientFields = { name: '', birthDate: null, recordNumber: null, email: null, phone: null }
export const fieldNames = ['name', 'birthDate', 'recordNumber', 'email', 'phone'] as const satisfies (keyof PatientFields)[]

/** All of them as rows take them, each with what finds it. */
export function sealFields(sealer: SearchableSealer, id: PatientId, fields: PatientFields) {
  return {
    ...sealer.sealIndexed(patientName, id, fields.name),
    ...sealer.sealIndexed(patientBirthDate, id, fields.birthDate),
    ...sealer.sealIndexed(patientRecordNumber, id, fields.recordNumber),
    ...sealer.sealIndexed(patientEmail, id, fields.email),
    ...sealer.sealIndexed(patientPhone, id, fields.phone),
  }
}
export type SealedFields = ReturnType<typeof sealFields>

type SealedRow = Pick<StoredPatient, 'id' | 'name' | 'birth_date' | 'record_number' | 'email' | 'phone'>

export function openFields(sealer: Sealer, row: SealedRow): PatientFields {
  const open = <Column extends SealedColumn>(column: Column, sealed: Sealed<Column> | null) =>
    sealed === null ? null : sealer.open(column, row.id, sealed)
  return {
    name: sealer.open(patientName, row.id, row.name),
    birthDate: open(patientBirthDate, row.birth_date),
    recordNumber: open(patientRecordNumber, row.record_number),
    email: open(patientEmail, row.email),
    phone: open(patientPhone, row.phone),
  }
}

/** As the API tells it. Of somebody whose key was destroyed nothing is left to tell. */
export async function describePatient(fields: OrganizationSealer, row: StoredPatient): Promise<Patient> {
  return describeOpened(row, isGone(row) ? noFields : openWhatOpens(await fields.patient(row.id), row))
}

/** The same of a list. */
export async function describePatients(fields: OrganizationSealer, rows: readonly StoredPatient[]): Promise<Patient[]> {
  const sealers = await fields.patients(rows.map(({ id }) => id))
  return rows.map((row) => describeOpened(row, isGone(row) ? noFields : openWhatOpens(sealers.of(row.id), row)))
}

/** Between the moment that makes it so and the end of their key there is one in which it would still open. */
const isGone = (row: StoredPatient) => row.erased_at !== null || row.merged_into !== null
const openWhatOpens = (sealer: Sealer | null, row: SealedRow) => (sealer === null ? noFields : openFields(sealer, row))

/** The same of one whose fields were opened already. */
export function describeOpened(
  row: Pick<StoredPatient, 'id' | 'created_at' | 'erased_at' | 'merged_into'>,
  known: PatientFields,
): Patient {
  return {
    id: row.id,
    ...known,
    createdAt: row.created_at.toISOString(),
    erasedAt: row.erased_at?.toISOString() ?? null,
    mergedInto: row.merged_into,
  }
}
