import { Button, NativeSelect, TextInput } from '@mantine/core'
import { patientSearch, type PatientSearch } from '@curtain/protocol'
import { useCallback, useState, type FormEvent } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'
import { usePatientWords } from './words.ts'

/** What is looked for, as it stands in the form. */
export interface FindDraft {
  name: string
  birthDate: string
  recordNumber: string
  contact: string
  teamId: string
}
export const emptyFind: FindDraft = { name: '', birthDate: '', recordNumber: '', contact: '', teamId: '' }

interface FindFormProps {
  value: FindDraft
  onChange: (draft: FindDraft) => void
  busy: boolean
  onFind: (search: PatientSearch) => void
  onClear: () => void
}

/** Looks for patients by the beginning of their name, or by something that is exactly theirs. */
export function FindForm({ value, onChange, busy, onFind, onClear }: FindFormProps) {
  const words = usePatientWords()
  const { api } = useSession()
  const { value: teams } = useFresh(useCallback(async (signal: AbortSignal) => (await api.teams(signal)).teams, [api]))
  const [checked, setChecked] = useState(false)
  const wanted = Object.fromEntries(Object.entries(value).filter(([, text]) => text.trim() !== ''))
  const isEmpty = Object.keys(wanted).length === 0
  const read = patientSearch.safeParse(wanted)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (read.success) onFind(read.data)
  }
  const field = (name: keyof FindDraft) => ({
    autoComplete: 'off',
    value: value[name],
    inputWrapperOrder: ['label', 'input', 'description', 'error'] satisfies ('label' | 'input' | 'description' | 'error')[],
    onChange: (event: { currentTarget: { value: string } }) => onChange({ ...value, [name]: event.currentTarget.value }),
  })
  return (
    <search>
      <form className="patient-find" noValidate onSubmit={submit}>
        <div className="patient-find-name">
          <TextInput
            {...field('name')}
            label={words.findByName}
            description={words.findByNameHint}
            maxLength={100}
            error={checked && isEmpty ? words.nothingToFind : undefined}
          />
          <Button type="submit" loading={busy}>
            {words.find}
          </Button>
          {!isEmpty && (
            <Button
              variant="default"
              onClick={() => {
                setChecked(false)
                onClear()
              }}
            >
              {words.clear}
            </Button>
          )}
        </div>
        <details open={value.birthDate !== '' || value.recordNumber !== '' || value.contact !== '' || value.teamId !== '' || undefined}>
          <summary>{words.moreWays}</summary>
          <div className="patient-find-more">
            <TextInput {...field('birthDate')} type="date" label={words.fields.birthDate} />
            <TextInput {...field('recordNumber')} label={words.fields.recordNumber} description={words.recordNumberHint} maxLength={40} />
            {teams !== null && teams.length > 0 && (
            <NativeSelect
              {...field('teamId')}
              label={words.caredForBy}
              data={[{ value: '', label: words.anyTeam }, ...teams.map(({ id, name }) => ({ value: id, label: name }))]}
            />
          )}
          <TextInput {...field('contact')} label={words.contact} description={words.contactHint} maxLength={254} />
          </div>
        </details>
      </form>
    </search>
  )
}
