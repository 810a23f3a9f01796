import { TextInput } from '@mantine/core'
import type { CalendarDay } from '../time/calendar-day.ts'
import { patientFields, type PatientDraft, type PatientField } from './patient-draft.ts'
import { usePatientWords } from './words.ts'

interface PatientFormProps {
  value: PatientDraft
  today: CalendarDay
  onChange: (draft: PatientDraft) => void
  /** The fields to point out as not readable. */
  wrong: ReadonlySet<PatientField>
}

const typeOf: Partial<Record<PatientField, string>> = { birthDate: 'date', email: 'email', phone: 'tel' }
const mostOf: Record<PatientField, number> = { name: 100, birthDate: 10, recordNumber: 40, email: 254, phone: 40 }

/** What is known of a patient, to write or correct. The browser remembers none of it. */
export function PatientForm({ value, today, onChange, wrong }: PatientFormProps) {
  const words = usePatientWords()
  const sentences: Record<PatientField, string> = {
    name: words.nameWrong,
    birthDate: words.birthDateWrong,
    recordNumber: words.recordNumberWrong,
    email: words.emailWrong,
    phone: words.phoneWrong,
  }
  return patientFields.map((field) => (
    <TextInput
      key={field}
      type={typeOf[field] ?? 'text'}
      label={field === 'name' ? words.fields.name : words.optional(words.fields[field])}
      autoComplete="off"
      maxLength={mostOf[field]}
      {...(field === 'birthDate' && { min: '1850-01-01', max: today })}
      {...(field === 'name' && { 'data-autofocus': true })}
      value={value[field]}
      onChange={(event) => onChange({ ...value, [field]: event.currentTarget.value })}
      error={wrong.has(field) ? sentences[field] : undefined}
    />
  ))
}
