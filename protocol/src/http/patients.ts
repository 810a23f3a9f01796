import { z } from 'zod'
import { patientChangeId, patientId, teamId, userId } from '../ids.ts'
import { email, instant, line, personName } from '../text.ts'

/** A calendar day, `1958-04-30`. */
export const birthDate = z.iso.date()
/** As the organization's own records number their patients. */
export const recordNumber = line(40)
/** With or without a country code; what is drawn between the digits is the writer's own. */
export const phone = line(40).refine((text) => text.replaceAll(/\D/g, '').length >= 5, 'must have five digits or more')

/** By what right somebody sees a patient: theirs, a team's of theirs, everybody's, or for half an hour by breaking the glass. */
export const patientAccess = z.enum(['own', 'team', 'all', 'break-glass'])
export type PatientAccess = z.infer<typeof patientAccess>

export const patient = z.object({
  id: patientId,
  /** Empty once the patient was erased, like all the rest. */
  name: z.string(),
  birthDate: birthDate.nullable(),
  recordNumber: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  createdAt: instant,
  erasedAt: instant.nullable(),
  /** The patient whose record this one was found to be a double of. */
  mergedInto: patientId.nullable(),
})
export type Patient = z.infer<typeof patient>

export const patientDetails = patient.extend({
  access: patientAccess,
  /** Until when, where the glass was broken. */
  accessUntil: instant.nullable(),
})
export type PatientDetails = z.infer<typeof patientDetails>

export const patientList = z.object({ patients: z.array(patient) })

const patientFields = {
  name: personName,
  birthDate: birthDate.nullable(),
  recordNumber: recordNumber.nullable(),
  email: email.nullable(),
  phone: phone.nullable(),
}
export const patientInput = z.object({
  name: personName,
  birthDate: patientFields.birthDate.default(null),
  recordNumber: patientFields.recordNumber.default(null),
  email: patientFields.email.default(null),
  phone: patientFields.phone.default(null),
})
export type PatientInput = z.input<typeof patientInput>

/** What is left out stays. */
export const patientChangeInput = z.object(patientFields).partial()
export type PatientChangeInput = z.infer<typeof patientChangeInput>

export const patientSearch = z
  .object({
    /** The beginnings of one or more of a name's words, in any order, whatever their case and accents. */
    name: line(100),
    birthDate,
    recordNumber,
    /** An e-mail address, or a telephone number whatever is drawn between its digits. */
    contact: line(254),
    /** For whom this team cares. */
    teamId,
  })
  .partial()
  .refine((search) => Object.values(search).some((value) => value !== undefined), 'must look for something')
export type PatientSearch = z.input<typeof patientSearch>

/** Those found, by name; at most 50, and where there are more, the 50 who were registered last. */
export const patientsFound = z.object({ patients: z.array(patient), more: z.boolean() })

/** One change to what is known of a patient. */
export const patientChange = z.object({
  id: patientChangeId,
  at: instant,
  by: z.object({ id: userId, name: z.string() }),
  kind: z.enum(['registered', 'changed', 'merged', 'erased']),
  /** Each field that changed, before and after. */
  fields: z.array(
    z.object({
      field: z.enum(['name', 'birthDate', 'recordNumber', 'email', 'phone']),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
})
export type PatientChange = z.infer<typeof patientChange>
export const patientHistory = z.object({ changes: z.array(patientChange) })

/** The record that stays. */
export const patientMerge = z.object({ into: patientId })

/** Why a patient is erased: their request, a duplicate or test entry, or the end of what the law makes keep. */
export const erasureGround = z.enum(['patient-request', 'made-in-error', 'retention-over'])
export const patientErasure = z.object({
  ground: erasureGround,
  /** The patient's whole name, typed again. */
  name: line(100),
})
