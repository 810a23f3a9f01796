import { NativeSelect, TextInput } from '@mantine/core'
import { birthDate, email, linkCheck, type LinkCheck, type Patient } from '@curtain/protocol'
import { useVisitWords } from './words.ts'

interface LinkCheckFieldProps {
  value: LinkCheck
  onChange: (check: LinkCheck) => void
  /** Whether codes can be mailed at all. */
  canMail: boolean
  /** What the person cannot be asked for by what is on record. */
  lacking?: readonly LinkCheck[]
  /** What there is to say instead of what the choice means. */
  note?: string
}

/** What the link asks for before it opens the visit. */
export function LinkCheckField({ value, onChange, canMail, lacking = [], note }: LinkCheckFieldProps) {
  const words = useVisitWords()
  return (
    <NativeSelect
      label={words.check}
      description={note ?? words.checkHints[value]}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={value}
      onChange={(event) => onChange(linkCheck.catch('none').parse(event.currentTarget.value))}
      data={linkCheck.options
        .filter((check) => canMail || check !== 'mailed-code' || check === value)
        .map((check) => ({
          value: check,
          label: lacking.includes(check) ? words.checkLacking(words.checks[check]) : words.checks[check],
          disabled: lacking.includes(check),
        }))}
    />
  )
}

/** What somebody cannot be asked for by what is on record of them. */
export function lackingFor({ birthDate: born, email: address }: Pick<Patient, 'birthDate' | 'email'>): LinkCheck[] {
  return [...(born === null ? ['birth-date' as const] : []), ...(address === null ? ['mailed-code' as const] : [])]
}

/** What a new patient's link needs of them, as it stands in the form. */
export interface NewPatientInput {
  birthDate: string
  email: string
}

interface NewPatientFieldsProps {
  value: NewPatientInput
  onChange: (value: NewPatientInput) => void
  /** What the link needs. */
  needs: { birthDate: boolean; email: boolean }
  /** Whether to point out what is missing. */
  checked: boolean
}

/** What goes onto a new patient's record with the visit, since their link needs it. */
export function NewPatientFields({ value, onChange, needs, checked }: NewPatientFieldsProps) {
  const words = useVisitWords()
  return (
    <>
      {needs.birthDate && (
        <TextInput
          type="date"
          label={words.birthDateOfNew}
          value={value.birthDate}
          onChange={(event) => onChange({ ...value, birthDate: event.currentTarget.value })}
          error={checked && !birthDate.safeParse(value.birthDate).success ? words.birthDateMissing : undefined}
        />
      )}
      {needs.email && (
        <TextInput
          type="email"
          label={words.emailOfNew}
          autoComplete="off"
          maxLength={254}
          value={value.email}
          onChange={(event) => onChange({ ...value, email: event.currentTarget.value })}
          error={checked && !email.safeParse(value.email).success ? words.emailMissing : undefined}
        />
      )}
    </>
  )
}

/** What is needed of a new patient, for the request; null while something is missing. */
export function readNewPatient(
  value: NewPatientInput,
  needs: NewPatientFieldsProps['needs'],
): { birthDate?: string; email?: string } | null {
  const born = birthDate.safeParse(value.birthDate)
  const address = email.safeParse(value.email)
  if ((needs.birthDate && !born.success) || (needs.email && !address.success)) return null
  return {
    ...(needs.birthDate && born.success ? { birthDate: born.data } : {}),
    ...(needs.email && address.success ? { email: address.data } : {}),
  }
}
