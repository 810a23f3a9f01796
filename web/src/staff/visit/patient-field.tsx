import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { personName, type Patient } from '@curtain/protocol'
import { useTellingApart } from '../patients/patient-facts.tsx'
import { usePatientsNamed } from './use-patients-named.ts'
import { useVisitWords } from './words.ts'

/** Who the visit is for, as it stands in the form: somebody picked, or a name that is being typed. */
export interface PatientChoice {
  name: string
  known: Patient | null
}

interface PatientFieldProps {
  value: PatientChoice
  onChange: (value: PatientChoice) => void
  /** Whether to point out what is missing. */
  checked: boolean
}

/** A field to pick a patient by typing, or to name a new one. Two people of one name are told apart by their birth date or
 * record number. */
export function PatientField({ value, onChange, checked }: PatientFieldProps) {
  const words = useVisitWords()
  const tellingApart = useTellingApart()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const typed = value.name.trim()
  // Somebody picked is not looked for again, as if their name had been typed.
  const { patients: matches, failed } = usePatientsNamed(value.known === null ? typed : '')
  const sameName = matches.some((patient) => patient.name.toLowerCase() === typed.toLowerCase())

  const describe = () => {
    if (typed === '') return words.patientHint
    if (value.known !== null) return words.patientKnown(tellingApart(value.known))
    return sameName ? words.patientSameName : words.patientNew
  }
  const pick = (id: string) => {
    const known = matches.find((patient) => patient.id === id) ?? null
    onChange({ name: known?.name ?? typed, known })
    combobox.closeDropdown()
  }

  return (
    <div>
      <Combobox store={combobox} onOptionSubmit={pick} withinPortal={false} middlewares={{ flip: true, shift: true }}>
        <Combobox.Target>
          <TextInput
            label={words.patient}
            description={describe()}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            error={checked && !personName.safeParse(value.name).success ? words.patientMissing : undefined}
            autoComplete="off"
            maxLength={100}
            required
            withAsterisk={false}
            data-autofocus
            value={value.name}
            onChange={(event) => {
              onChange({ name: event.currentTarget.value, known: null })
              combobox.openDropdown()
              combobox.resetSelectedOption()
            }}
            onClick={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={matches.length === 0 && typed === ''}>
          <Combobox.Options className="patient-options" aria-label={words.patient}>
            {matches.map((patient) => (
              <Combobox.Option key={patient.id} value={patient.id}>
                <span className="patient-option">
                  {patient.name}
                  <span className="quiet">{tellingApart(patient)}</span>
                </span>
              </Combobox.Option>
            ))}
            {typed !== '' && <Combobox.Option value="new">{words.patientMake(typed)}</Combobox.Option>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {failed && <p className="field-note">{words.patientsFailed}</p>}
    </div>
  )
}
