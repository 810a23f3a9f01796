import type { Patient, PatientChange, PatientChangeInput, PatientDetails, PatientId } from '@curtain/protocol'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { isUniqueViolation } from '../database/unique-violation.ts'
import { AppError } from '../errors.ts'
import type { SearchableSealer } from '../keys/fields.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import type { StaffActor } from '../users/schema.ts'
import { renameInVisits } from '../visits/of-patient.ts'
import { describePatient, describePatients, noFields, openFields, sealFields, type PatientFields } from './fields.ts'
import { addChange, difference, readHistory } from './history.ts'
import { mayAddPatients, mayChangeThrough, mayKeepPatients } from './policy.ts'
import { accessTo, patientsInReach } from './reach.ts'
import type { StoredPatient } from './schema.ts'
import { findPatient, insertPatient, lockPatients, newestPatients, updateFields } from './store.ts'

const listed = 200

export interface PatientsOptions {
  database: Database
  keys: Keys
  now?: () => Date
}

export type Patients = ReturnType<typeof createPatients>

/** Patients' records: adding, reading and changing them. */
export function createPatients({ database, keys, now = () => new Date() }: PatientsOptions) {
  /** Whoever is told of a number that is taken learns that there is such a patient, theirs or not: that they asked is on record. */
  async function orTaken(actor: StaffActor, target: PatientId | null, error: unknown): Promise<never> {
    // Record numbers are the only thing of patients that no two may share.
    if (!isUniqueViolation(error)) throw error
    const { organizationId, userId, sessionId } = actor
    const event = { type: 'patient.record-number-taken', outcome: 'denied', organizationId, userId, sessionId, target } as const
    await database.inOrganization(organizationId, (tx) => record(tx, event, now()))
    throw new AppError('record-number-taken', { cause: error, fields: ['recordNumber'] })
  }

  return {
    /** The newest 200 within somebody's reach. */
    async list(actor: StaffActor): Promise<Patient[]> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.list')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const rows = await newestPatients(patientsInReach(tx, actor), listed)
        const facts = { count: rows.length, patientIds: rows.map(({ id }) => id) }
        await record(tx, { type: 'patient.listed', organizationId, userId, sessionId, facts }, now())
        return describePatients(fields, rows)
      })
    },

    /** @throws AppError `record-number-taken` */
    async create(actor: StaffActor, input: NewPatient): Promise<Patient> {
      await demand(database, actor, mayAddPatients(actor), 'patient.create')
      const fields = await keys.sealer(actor.organizationId)
      const row = await database
        .inOrganization(actor.organizationId, (tx) => addPatient(tx, fields, actor, input, now()))
        .catch((error: unknown) => orTaken(actor, null, error))
      await fields.keepPatient(row.id)
      return describePatient(fields, row)
    },

    /**
     * One patient, and by what right they are seen. Of one who was erased, or merged into another, no more than that.
     * @throws AppError `not-found`
     */
    async read(actor: StaffActor, patientId: PatientId): Promise<PatientDetails> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.read', patientId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const row = await findPatient(tx, patientId)
        if (row === undefined) throw new AppError('not-found')
        const right = await accessTo(tx, actor, patientId, now())
        demandReach(right !== null, 'patient.read', patientId)
        const { access, until } = right
        const facts = { access }
        await record(tx, { type: 'patient.read', organizationId, userId, sessionId, target: patientId, facts }, now())
        return { ...(await describePatient(fields, row)), access, accessUntil: until?.toISOString() ?? null }
      })
    },

    /** @throws AppError `not-found`, `patient-erased`, `patient-merged`, `record-number-taken` */
    async change(actor: StaffActor, patientId: PatientId, change: PatientChangeInput): Promise<PatientDetails> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.change', patientId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const [row] = await lockPatients(tx, [patientId])
        if (row === undefined) throw new AppError('not-found')
        const right = await accessTo(tx, actor, patientId, now())
        demandReach(right !== null && mayChangeThrough(right.access), 'patient.change', patientId)
        refuseIfGone(row)
        const sealer = await sealerOfPatient(fields, patientId)
        const before = openFields(sealer, row)
        const after: PatientFields = { ...before, ...withoutUndefined(change) }
        const changed = difference(before, after)
        if (changed.length > 0) {
          const at = now()
          await updateFields(tx, organizationId, patientId, sealFields(sealer, patientId, after))
          if (before.name !== after.name) await renameInVisits(tx, sealer, patientId, after.name)
          await addChange(tx, sealer, actor, { patientId, kind: 'changed', fields: changed, at })
          const facts = { fields: changed.map(({ field }) => field) }
          await record(tx, { type: 'patient.changed', organizationId, userId, sessionId, target: patientId, facts }, at)
        }
        const { access, until } = right
        const said = { createdAt: row.created_at.toISOString(), erasedAt: null, mergedInto: null }
        return { id: patientId, ...after, ...said, access, accessUntil: until?.toISOString() ?? null }
      }).catch((error: unknown) => orTaken(actor, patientId, error))
    },

    /** Who changed what of a patient, the newest first. @throws AppError `not-found` */
    async history(actor: StaffActor, patientId: PatientId): Promise<PatientChange[]> {
      await demand(database, actor, mayKeepPatients(actor), 'patient.read-history', patientId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const row = await findPatient(tx, patientId)
        if (row === undefined) throw new AppError('not-found')
        demandReach((await accessTo(tx, actor, patientId, now())) !== null, 'patient.read-history', patientId)
        const changes = await readHistory(tx, row.erased_at === null ? await fields.patient(patientId) : null, patientId)
        const facts = { count: changes.length }
        await record(tx, { type: 'patient.history-read', organizationId, userId, sessionId, target: patientId, facts }, now())
        return changes
      })
    },
  }
}

/** What somebody says of a patient who is not on record yet. */
export type NewPatient = Pick<PatientFields, 'name'> & Partial<PatientFields>

/**
 * Adds a patient in the transaction of whatever needs one. Their key is there before their row; once that is committed,
 * `fields.keepPatient` is to be called.
 */
export async function addPatient(
  tx: Transaction,
  fields: OrganizationSealer,
  actor: Pick<StaffActor, 'organizationId' | 'userId'> & { sessionId: string | null },
  input: NewPatient,
  now: Date,
): Promise<StoredPatient> {
  const { organizationId, userId, sessionId } = actor
  const id = newId('patient', now)
  const sealer = await fields.newPatient(id)
  const known: PatientFields = { ...noFields, ...input }
  const sealed = sealFields(sealer, id, known)
  await insertPatient(tx, { id, organizationId, createdBy: userId, now }, sealed)
  await addChange(tx, sealer, actor, { patientId: id, kind: 'registered', fields: difference(null, known), at: now })
  await record(tx, { type: 'patient.created', organizationId, userId, sessionId, target: id }, now)
  const { name_index: _, ...columns } = sealed
  return { id, organization_id: organizationId, ...columns, created_by: userId, created_at: now, erased_at: null, merged_into: null }
}

/**
 * What a patient's fields are sealed with, for what cannot be done without.
 * @throws AppError `not-found` when their key was destroyed
 */
export async function sealerOfPatient(fields: OrganizationSealer, patientId: PatientId): Promise<SearchableSealer> {
  const sealer = await fields.patient(patientId)
  if (sealer === null) throw new AppError('not-found')
  return sealer
}

/** @throws AppError `patient-erased`, `patient-merged` */
export function refuseIfGone(row: Pick<StoredPatient, 'erased_at' | 'merged_into'>): void {
  if (row.erased_at !== null) throw new AppError('patient-erased')
  if (row.merged_into !== null) throw new AppError('patient-merged')
}

/** What is left out of a change is left as it is, also where it was given as undefined. */
function withoutUndefined(change: PatientChangeInput): Partial<PatientFields> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
