import type { OrganizationId, PatientId, UserId } from '@curtain/protocol'
import type { ColumnType, Selectable } from 'kysely'
import { sealedColumn, type BlindIndex, type Sealed } from '../keys/sealed.ts'

// All sealed with the patient's own key.
export const patientName = sealedColumn('patients', 'name', { search: 'name' })
export const patientBirthDate = sealedColumn('patients', 'birth_date', { search: 'exact' })
export const patientRecordNumber = sealedColumn('patients', 'record_number', { search: 'exact', comparable: sameRecordNumber })
export const patientEmail = sealedColumn('patients', 'email', { search: 'exact', comparable: (email) => email.toLowerCase() })
export const patientPhone = sealedColumn('patients', 'phone', { search: 'exact', comparable: samePhone })
/** Which fields a change changed, with what was there before and after, as JSON. */
export const patientChangeFields = sealedColumn('patient_changes', 'fields')

/** Whatever is between its letters and digits, and however those are written. */
function sameRecordNumber(number: string): string {
  const written = number.normalize('NFKC').toUpperCase()
  const essence = written.replaceAll(/[^\p{L}\p{N}]/gu, '')
  return essence === '' ? written : essence
}

/** The last nine digits: a number with its country code is the same as without. */
function samePhone(phone: string): string {
  return phone.replaceAll(/\D/g, '').slice(-9)
}

type Later<Value> = ColumnType<Value | null, undefined, Value>
type Field<Column extends typeof patientBirthDate | typeof patientRecordNumber | typeof patientEmail | typeof patientPhone> = {
  readonly [Name in Column['name']]: Sealed<Column> | null
} & {
  readonly [Name in `${Column['name']}_index`]: BlindIndex<Column> | null
}

/** What is known of a patient. The tokens of the name are in `patient_name_tokens`. */
interface Fields
  extends Field<typeof patientBirthDate>, Field<typeof patientRecordNumber>, Field<typeof patientEmail>, Field<typeof patientPhone> {
  readonly name: Sealed<typeof patientName>
}

export interface PatientRow extends Fields {
  id: PatientId
  organization_id: OrganizationId
  created_by: UserId
  created_at: Date
  /** Their key is destroyed right after this is committed, at the latest by the next start. */
  erased_at: Later<Date>
  /** Whose double it was found to be. The same goes for its key. */
  merged_into: Later<PatientId>
}
export type StoredPatient = Selectable<PatientRow>

export interface PatientNameTokenRow {
  organization_id: OrganizationId
  token: Buffer
  patient_id: PatientId
}

/** One change to what is known of a patient. */
export interface PatientChangeRow {
  id: `pch_${string}`
  organization_id: OrganizationId
  patient_id: PatientId
  changed_at: ColumnType<Date, Date, never>
  changed_by: ColumnType<UserId, UserId, never>
  kind: ColumnType<'registered' | 'changed' | 'merged' | 'erased', 'registered' | 'changed' | 'merged' | 'erased', never>
  fields: Sealed<typeof patientChangeFields>
}
