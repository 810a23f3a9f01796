import { patientChange, type PatientChange, type PatientId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Sealer } from '../keys/fields.ts'
import type { StaffActor } from '../users/schema.ts'
import { fieldNames, type PatientFields } from './fields.ts'
import { patientChangeFields } from './schema.ts'

const changedFields = patientChange.shape.fields
type ChangedField = PatientChange['fields'][number]

/** Which fields differ, with what was there and what is there now. */
export function difference(before: PatientFields | null, after: PatientFields): ChangedField[] {
  return fieldNames.flatMap((field) => {
    const values = { before: before?.[field] ?? null, after: after[field] }
    return values.before === values.after ? [] : [{ field, ...values }]
  })
}

/** Writes a change into a patient's history, sealed with their key, in the transaction of the change. */
export async function addChange(
  tx: Transaction,
  sealer: Sealer,
  { organizationId, userId }: Pick<StaffActor, 'organizationId' | 'userId'>,
  change: { patientId: PatientId; kind: PatientChange['kind']; fields: readonly ChangedField[]; at: Date },
): Promise<void> {
  const id = newId('patientChange', change.at)
  await tx
    .insertInto('patient_changes')
    .values({
      id,
      organization_id: organizationId,
      patient_id: change.patientId,
      changed_at: change.at,
      changed_by: userId,
      kind: change.kind,
      fields: sealer.seal(patientChangeFields, id, JSON.stringify(change.fields)),
    })
    .execute()
}

/** @param sealer null where the key was destroyed: who changed something, and when, is all that is left then */
export async function readHistory(tx: Transaction, sealer: Sealer | null, patientId: PatientId): Promise<PatientChange[]> {
  const rows = await tx
    .selectFrom('patient_changes')
    .innerJoin('users', 'users.id', 'patient_changes.changed_by')
    .selectAll('patient_changes')
    .select('users.name as changed_by_name')
    .where('patient_id', '=', patientId)
    .orderBy('changed_at', 'desc')
    .orderBy('patient_changes.id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    at: row.changed_at.toISOString(),
    by: { id: row.changed_by, name: row.changed_by_name },
    kind: row.kind,
    fields: sealer === null ? [] : changedFields.parse(JSON.parse(sealer.open(patientChangeFields, row.id, row.fields))),
  }))
}

/** Gives one patient's history to another, sealed anew with that one's key. */
export async function moveHistory(
  tx: Transaction,
  from: { patientId: PatientId; sealer: Sealer },
  into: { patientId: PatientId; sealer: Sealer },
): Promise<void> {
  const rows = await tx
    .selectFrom('patient_changes')
    .select(['id', 'fields'])
    .where('patient_id', '=', from.patientId)
    .execute()
  for (const { id, fields } of rows) {
    const sealed = into.sealer.seal(patientChangeFields, id, from.sealer.open(patientChangeFields, id, fields))
    await tx
      .updateTable('patient_changes')
      .set({ patient_id: into.patientId, fields: sealed })
      .where('id', '=', id)
      .execute()
  }
}

export async function hasHistory(tx: Transaction, patientId: PatientId): Promise<boolean> {
  const found = await tx.selectFrom('patient_changes').select('id').where('patient_id', '=', patientId).limit(1).executeTakeFirst()
  return found !== undefined
}
