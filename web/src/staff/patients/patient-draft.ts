import { patientInput, type Patient, type PatientChange, type PatientChangeInput } from '@curtain/protocol'
import type { z } from 'zod'

export type PatientField = PatientChange['fields'][number]['field']
export const patientFields = ['name', 'birthDate', 'recordNumber', 'email', 'phone'] as const satisfies PatientField[]

/** What is known of a patient as it stands in a form: empty for what is not. */
export type PatientDraft = Readonly<Record<PatientField, string>>

export function draftOf(patient: Pick<Patient, PatientField> | null): PatientDraft {
  const text = (field: PatientField) => patient?.[field] ?? ''
  return {
    name: text('name'),
    birthDate: text('birthDate'),
    recordNumber: text('recordNumber'),
    email: text('email'),
    phone: text('phone'),
  }
}

/**
 * Reads a form.
 * @param today nobody is born after it, `2026-03-08`
 * @returns what it says, and which fields keep it from being read
 */
export function readDraft(
  draft: PatientDraft,
  today: string,
): { known: z.output<typeof patientInput> | null; wrong: ReadonlySet<PatientField> } {
  const read = patientInput.safeParse({
    name: draft.name,
    birthDate: draft.birthDate || null,
    recordNumber: draft.recordNumber.trim() || null,
    email: draft.email.trim() || null,
    phone: draft.phone.trim() || null,
  })
  const named = new Set(read.error?.issues.map(({ path }) => path[0]))
  const wrong = new Set<PatientField>(patientFields.filter((field) => named.has(field)))
  if (draft.birthDate > today) wrong.add('birthDate')
  return { known: wrong.size === 0 && read.success ? read.data : null, wrong }
}

/** What of it is new to the server. */
export function changesTo(patient: Pick<Patient, PatientField>, known: z.output<typeof patientInput>): PatientChangeInput {
  return Object.fromEntries(patientFields.filter((field) => known[field] !== patient[field]).map((field) => [field, known[field]]))
}
