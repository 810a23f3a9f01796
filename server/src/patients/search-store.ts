import type { PatientId } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { BlindIndex } from '../keys/sealed.ts'
import type { PatientIds } from './reach.ts'
import type { patientBirthDate, patientEmail, patientPhone, patientRecordNumber, StoredPatient } from './schema.ts'

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

/** Until the transaction ends, PostgreSQL starts no processes to share the work of a query: to find fifty it is done before they are there. */
export async function inOneProcess(tx: Transaction): Promise<void> {
  await sql`set local max_parallel_workers_per_gather = 0`.execute(tx)
}

/**
 * Those whom the indexes lead to, the newest first.
 * @param among lists of ids in all of which they are; none for everybody
 * @param before where the last page ended
 */
export function candidates(
  tx: Transaction,
  among: readonly PatientIds[],
  { beginnings, exact }: IndexedLookUp,
  before: PatientId | null,
  count: number,
): Promise<StoredPatient[]> {
  const patients = tx
    .selectFrom('patients')
    .selectAll('patients')
    .where('patients.erased_at', 'is', null)
    .where('patients.merged_into', 'is', null)
    .orderBy('patients.id', 'desc')
  const [first, ...others] = beginnings
  if (first !== undefined && Object.keys(exact).length === 0) {
    const ids = named(tx, among, [first, ...others], before, count)
    return patients.innerJoin(ids.as('found'), 'found.id', 'patients.id').execute()
  }
  let found = patients
  for (const ids of among) found = found.where('patients.id', 'in', ids)
  for (const token of beginnings) found = found.where('patients.id', 'in', withToken(tx, token))
  const { birth_date_index, record_number_index, email_index, phone_index } = exact
  return found
    .$if(birth_date_index !== undefined, (query) => query.where('patients.birth_date_index', '=', birth_date_index ?? null))
    .$if(record_number_index !== undefined, (query) => query.where('patients.record_number_index', '=', record_number_index ?? null))
    .$if(email_index !== undefined, (query) => query.where('patients.email_index', '=', email_index ?? null))
    .$if(phone_index !== undefined, (query) => query.where('patients.phone_index', '=', phone_index ?? null))
    .$if(before !== null, (query) => query.where('patients.id', '<', before))
    .limit(count)
    .execute()
}

/**
 * The ids of those who have all tokens, the newest first. Nobody's row is read here: who is gone has no tokens. A name's tokens
 * lie in the order of patients' ids, so that a beginning which half the clinic shares is read no further than asked for.
 */
function named(
  tx: Transaction,
  among: readonly PatientIds[],
  tokens: readonly [Buffer, ...Buffer[]],
  before: PatientId | null,
  count: number,
) {
  const [first, ...others] = tokens
  const [list, ...lists] = among
  if (list === undefined) {
    let ids = tx.selectFrom('patient_name_tokens').select('patient_id as id').where('token', '=', first)
    for (const token of others) ids = ids.where('patient_id', 'in', withToken(tx, token))
    if (before !== null) ids = ids.where('patient_id', '<', before)
    return ids.orderBy('patient_id', 'desc').limit(count)
  }
  // Sorted in a query of its own, which PostgreSQL leaves as it is, the list is gone through until there are enough. Where it
  // takes a list for shorter than it is, it would otherwise read all who match and sort them then.
  let listed = tx.selectFrom(list.as('listed')).select('listed.id').orderBy('listed.id', 'desc')
  for (const ids of lists) listed = listed.where('listed.id', 'in', ids)
  if (before !== null) listed = listed.where('listed.id', '<', before)
  let ids = tx.selectFrom(listed.as('listed')).select('listed.id')
  for (const token of tokens) ids = ids.where('listed.id', 'in', withToken(tx, token))
  return ids.orderBy('listed.id', 'desc').limit(count)
}

const withToken = (tx: Transaction, token: Buffer) =>
  tx.selectFrom('patient_name_tokens').select('patient_id').where('token', '=', token)
