import type { Patient } from '@curtain/protocol'
import { useBirthDay } from './birth-day.ts'
import { usePatientWords } from './words.ts'

/** What tells patients of one name apart, in one line: birth date and record number, else when they were added. */
export function useTellingApart(): (patient: Patient) => string {
  const words = usePatientWords()
  const birthDay = useBirthDay()
  return ({ birthDate, recordNumber, createdAt }) => {
    const known = [...(birthDate === null ? [] : [words.bornOn(birthDay(birthDate))]), ...(recordNumber === null ? [] : [recordNumber])]
    return known.length > 0 ? known.join(' · ') : words.added(birthDay(createdAt.slice(0, 10)))
  }
}

/** Everything that is known of a patient, with what is not. */
export function PatientFacts({ patient }: { patient: Patient }) {
  const words = usePatientWords()
  const birthDay = useBirthDay()
  const unknown = <span className="quiet">{words.unknown}</span>
  return (
    <dl className="facts patient-facts">
      <dt>{words.fields.name}</dt>
      <dd>{patient.name}</dd>
      <dt>{words.fields.birthDate}</dt>
      <dd>{patient.birthDate === null ? unknown : birthDay(patient.birthDate)}</dd>
      <dt>{words.fields.recordNumber}</dt>
      <dd>{patient.recordNumber ?? unknown}</dd>
      <dt>{words.fields.email}</dt>
      <dd>{patient.email ?? unknown}</dd>
      <dt>{words.fields.phone}</dt>
      <dd>{patient.phone ?? unknown}</dd>
      <dt>{words.registeredOn}</dt>
      <dd>{birthDay(patient.createdAt.slice(0, 10))}</dd>
    </dl>
  )
}
