import type { PatientId } from '@curtain/protocol'
import type { BlindIndex } from '../keys/sealed.ts'
import type { patientsInReach } from './reach.ts'
import type { patientBirthDate, patientEmail, patientPhone, patientRecordNumber, StoredPatient } from './schema.ts'

/** The patients among whom is looked. */
export type Among = ReturnType<typeof patientsInReach>

/** What rows are found by; all of it has to hold. */
export interface IndexedLookUp {
  /** Tokens of beginnings of a name's words. */
  beginnings: readonly Buffer[]
  exact: {
    birth_date_index?: BlindIndex<typeof patientBirthDate>
    record_number_index?: BlindIndex<typeof patientRecordNumber>
    email_index?: BlindIndex<typeof patientEmail>
    phone_index?: BlindIndex<typeof patientPhone>
  }
}

/**
 * Those whom the indexes lead to, the newest first. A name's tokens lie in the order of patients' ids, so that a beginning which
 * half the clinic shares is read no further than asked for.
 * @param before where the last page ended
 */
export function candidates(among: Among, lookUp: IndexedLookUp, before: PatientId | null, count: number): Promise<StoredPatient[]> {
  let found = among.selectAll('patients').where('patients.erased_at', 'is', null).where('patients.merged_into', 'is', null)
  for (const token of lookUp.beginnings) {
    found = found.where((where) =>
      where('patients.id', 'in', where.selectFrom('patient_name_tokens').select('patient_id').where('token', '=', token)),
    )
  }
  const { birth_date_index, record_number_index, email_index, phone_index } = lookUp.exact
  return found
    .$if(birth_date_index !== undefined, (query) => query.where('patients.birth_date_index', '=', birth_date_index ?? null))
    .$if(record_number_index !== undefined, (query) => query.where('patients.record_number_index', '=', record_number_index ?? null))
    .$if(email_index !== undefined, (query) => query.where('patients.email_index', '=', email_index ?? null))
    .$if(phone_index !== undefined, (query) => query.where('patients.phone_index', '=', phone_index ?? null))
    .$if(before !== null, (query) => query.where('patients.id', '<', before))
    .orderBy('patients.id', 'desc')
    .limit(count)
    .execute()
}
