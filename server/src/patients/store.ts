import type { OrganizationId, PatientId, UserId } from '@curtain/protocol'
import type { Insertable } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { NameTokens } from '../keys/sealed.ts'
import type { SealedFields } from './fields.ts'
import type { patientsInReach } from './reach.ts'
import type { patientName, PatientRow } from './schema.ts'

export type Tokens = NameTokens<typeof patientName>

export async function insertPatient(
  tx: Transaction,
  patient: { id: PatientId; organizationId: OrganizationId; createdBy: UserId; now: Date },
  { name_index, ...fields }: SealedFields,
): Promise<void> {
  const { id, organizationId: organization_id, createdBy: created_by, now: created_at } = patient
  await tx.insertInto('patients').values({ id, organization_id, created_by, created_at, ...fields }).execute()
  await insertNameTokens(tx, organization_id, id, name_index)
}

/** Leaves those that there are. */
export async function insertNameTokens(
  tx: Transaction,
  organizationId: OrganizationId,
  patientId: PatientId,
  tokens: Tokens,
): Promise<void> {
  if (tokens.length === 0) return
  const rows = tokens.map((token) => ({ organization_id: organizationId, token, patient_id: patientId }))
  await tx.insertInto('patient_name_tokens').values(rows).onConflict((conflict) => conflict.doNothing()).execute()
}

function deleteNameTokens(tx: Transaction, patientId: PatientId) {
  return tx.deleteFrom('patient_name_tokens').where('patient_id', '=', patientId).execute()
}

export async function updateFields(
  tx: Transaction,
  organizationId: OrganizationId,
  patientId: PatientId,
  { name_index, ...fields }: SealedFields,
): Promise<void> {
  await tx.updateTable('patients').set(fields).where('id', '=', patientId).execute()
  await deleteNameTokens(tx, patientId)
  await insertNameTokens(tx, organizationId, patientId, name_index)
}

/** What is left is a row that says who is gone and since when, with a name that nothing opens once the key is destroyed. */
export async function forget(
  tx: Transaction,
  patientId: PatientId,
  why: { erased_at: Date } | { merged_into: PatientId },
): Promise<void> {
  await deleteNameTokens(tx, patientId)
  const nothing = {
    birth_date: null, birth_date_index: null, record_number: null, record_number_index: null,
    email: null, email_index: null, phone: null, phone_index: null,
  } satisfies Partial<Insertable<PatientRow>>
  await tx.updateTable('patients').set({ ...nothing, ...why }).where('id', '=', patientId).execute()
}

/** Who is gone, and whose key may still be there after a crash. */
export function gonePatients(tx: Transaction) {
  return tx
    .selectFrom('patients')
    .select('id')
    .where((where) => where.or([where('erased_at', 'is not', null), where('merged_into', 'is not', null)]))
    .execute()
}

/** Those of before there was an index of names, in the order of their ids. */
export function unindexedPatients(tx: Transaction, after: PatientId | null, count: number) {
  return tx
    .selectFrom('patients')
    .select(['id', 'name'])
    .where('erased_at', 'is', null)
    .where('merged_into', 'is', null)
    .where((where) =>
      where.not(where.exists(where.selectFrom('patient_name_tokens').whereRef('patient_id', '=', 'patients.id').select('token'))),
    )
    .$if(after !== null, (query) => query.where('id', '>', after))
    .orderBy('id')
    .limit(count)
    .execute()
}

export function findPatient(tx: Transaction, patientId: PatientId) {
  return tx.selectFrom('patients').selectAll().where('id', '=', patientId).executeTakeFirst()
}

/** The patient, who stays as they are until the transaction ends: what is added to them waits for none but their end. */
export function holdPatient(tx: Transaction, patientId: PatientId) {
  return tx.selectFrom('patients').selectAll().where('id', '=', patientId).forKeyShare().executeTakeFirst()
}

/** Patients, held for changes until the transaction ends; in the order of their ids, so that two who lock the same do not wait for each other. */
export function lockPatients(tx: Transaction, patientIds: readonly PatientId[]) {
  return tx.selectFrom('patients').selectAll().where('id', 'in', [...patientIds]).orderBy('id').forUpdate().execute()
}

/**
 * The newest first: ids sort by the time they were made.
 * @param among those within somebody's reach
 */
export function newestPatients(among: ReturnType<typeof patientsInReach>, count: number) {
  return among
    .selectAll('patients')
    .where('patients.erased_at', 'is', null)
    .where('patients.merged_into', 'is', null)
    .orderBy('patients.id', 'desc')
    .limit(count)
    .execute()
}
