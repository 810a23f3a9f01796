import { type Id, type ParticipantId, type PatientId, patientId as patientIdSchema } from '@curtain/protocol'
import { z } from 'zod'
import type { Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { PlainColumn, Sealed } from '../keys/sealed.ts'
import type { AuditEvent } from './record.ts'
import { currentOrigin } from './request-origin.ts'
import { auditFrom, auditReason } from './schema.ts'

/**
 * What an entry says about a person, sealed before it is hashed, in base64: whoever loses the key loses the value, and the log
 * stays as it is.
 */
const sealedValues = z.object({
  /** The address it came from: sealed with the patient's key where a patient or a guest of theirs did it, else the organization's. */
  from: z.base64().optional(),
  /** Whose key seals `from`; the organization's where there is none. */
  sealedFor: patientIdSchema.optional(),
  /** What somebody wrote as their reason, sealed with the organization's key: it must be answerable when the patient is erased. */
  reason: z.base64().optional(),
})
export type SealedValues = z.infer<typeof sealedValues>
/** The members of an entry that stand in it alone. */
export const sealedNames = Object.keys(sealedValues.shape)

/** What somebody wrote, and the organization's own sealer: the events of a request and of a command take it alike. */
export interface Reason {
  text: string
  fields: Sealer
}

/** Seals what an event says about people: where the request that goes on comes from, and the reason. */
export async function sealValues(
  tx: Transaction,
  id: Id<'auditEvent'>,
  { organizationId, userId, participantId, reason }: Pick<AuditEvent<never>, 'organizationId' | 'userId' | 'participantId' | 'reason'>,
): Promise<SealedValues> {
  const values: SealedValues = {}
  if (reason !== undefined) values.reason = reason.fields.seal(auditReason, id, reason.text).toString('base64')
  const origin = currentOrigin()
  if (origin === null) return values
  const fields = await origin.keys.sealer(organizationId)
  if (typeof participantId !== 'string' || typeof userId === 'string') {
    return { ...values, from: fields.seal(auditFrom, id, origin.address).toString('base64') }
  }
  const patientId = await patientOf(tx, participantId)
  const sealer = patientId === null ? null : await fields.patient(patientId)
  // Nobody's any more: what could be read by nobody but those from whom it was to be kept is not written.
  if (patientId === null || sealer === null) return values
  return { ...values, from: sealer.seal(auditFrom, id, origin.address).toString('base64'), sealedFor: patientId }
}

/** Whose visit somebody takes part in. */
async function patientOf(tx: Transaction, participantId: ParticipantId): Promise<PatientId | null> {
  const row = await tx
    .selectFrom('participants')
    .innerJoin('visits', 'visits.id', 'participants.visit_id')
    .select('visits.patient_id')
    .where('participants.id', '=', participantId)
    .executeTakeFirst()
  return row?.patient_id ?? null
}

export interface OpenedValues {
  from: string | null
  reason: string | null
  /** Values that are there and that nobody can open any more: the patient was erased. */
  closed: ('from' | 'reason')[]
}

/**
 * Adds to events what their entries hold sealed. What cannot be opened, or was changed, is told as closed: whether an entry was
 * changed is what the tree tells, and one that somebody made unreadable must not hide all the others.
 */
export async function openSealedValues<Event extends { id: Id<'auditEvent'>; entry: string }>(
  fields: OrganizationSealer,
  events: readonly Event[],
): Promise<(Event & OpenedValues)[]> {
  const held = events.map((event) => ({ event, values: readSealedValues(event.entry) }))
  const patients = await fields.patients(held.flatMap(({ values }) => values?.sealedFor ?? []))
  return held.map(({ event, values }) => {
    if (values === null) return { ...event, from: null, reason: null, closed: ['from', 'reason'] }
    const { id } = event
    const { from, sealedFor, reason } = values
    const ofPerson = () => (sealedFor === undefined ? fields : patients.of(sealedFor))
    const opened = {
      from: from === undefined ? null : open(ofPerson, auditFrom, id, from),
      reason: reason === undefined ? null : open(() => fields, auditReason, id, reason),
    }
    const closed = (['from', 'reason'] as const).filter((name) => opened[name] === undefined)
    return { ...event, from: opened.from ?? null, reason: opened.reason ?? null, closed }
  })
}

/** @returns null where it cannot be read */
function readSealedValues(entry: string): SealedValues | null {
  try {
    return sealedValues.parse(JSON.parse(entry))
  } catch {
    return null
  }
}

/** @returns undefined where it does not open */
function open(by: () => Sealer | null, column: PlainColumn, id: string, value: string): string | undefined {
  const sealed = Buffer.from(value, 'base64')
  try {
    return mayBeSealed(column, sealed) ? by()?.open(column, id, sealed) : undefined
  } catch {
    return undefined
  }
}

/** Whether it is so is for `open` to find. */
function mayBeSealed<Column extends PlainColumn>(_column: Column, value: Buffer): value is Sealed<Column> {
  return value.length > 0
}
