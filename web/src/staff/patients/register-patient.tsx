import { Button } from '@mantine/core'
import type { Patient } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { dayOf } from '../time/calendar-day.ts'
import { useNow } from '../time/use-now.ts'
import { draftOf, readDraft } from './patient-draft.ts'
import { useTellingApart } from './patient-facts.tsx'
import { PatientForm } from './patient-form.tsx'
import { usePatientWords } from './words.ts'

interface RegisterPatientProps {
  /** What was looked for before, so that it need not be typed again. */
  name: string
  onRegistered: (patient: Patient) => void
  /** It was somebody who is registered already. */
  onOpen: (patient: Patient) => void
  onClose: () => void
}

const nothingWrong = new Set<never>()

/** Registers a patient, after asking about those of the same name whether it is one of them. */
export function RegisterPatient({ name, onRegistered, onOpen, onClose }: RegisterPatientProps) {
  const words = usePatientWords()
  const { api } = useSession()
  const tellingApart = useTellingApart()
  const [draft, setDraft] = useState({ ...draftOf(null), name })
  const [checked, setChecked] = useState(false)
  const [doubles, setDoubles] = useState<readonly Patient[]>([])
  const { busy, failure, run } = useRequest()
  const today = dayOf(useNow(60_000))
  const { known, wrong } = readDraft(draft, today)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (known === null) return
    void run(async () => {
      if (doubles.length === 0) {
        const { patients } = await api.findPatients({ name: known.name })
        const same = patients.filter((patient) => isLikely(patient, known))
        setDoubles(same)
        if (same.length > 0) return
      }
      onRegistered(await api.registerPatient(known))
    })
  }

  return (
    <Dialog title={words.register} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <PatientForm
          value={draft}
          today={today}
          onChange={(changed) => {
            setDraft(changed)
            setDoubles([])
          }}
          wrong={checked ? wrong : nothingWrong}
        />
        {doubles.length > 0 && (
          <Notice tone="warning" title={words.doubles}>
            {words.doublesHint}
            <ul className="patient-doubles">
              {doubles.map((patient) => (
                <li key={patient.id}>
                  <span>
                    {patient.name} <span className="quiet">{tellingApart(patient)}</span>
                  </span>
                  <Button size="xs" variant="default" aria-label={words.openInstead(patient.name)} onClick={() => onOpen(patient)}>
                    {words.openInstead(patient.name)}
                  </Button>
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={doubles.length > 0 ? words.registerAnyway : words.registerNow} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

/** The same name, and not a birth date that says otherwise. */
function isLikely(patient: Patient, known: { name: string; birthDate: string | null }): boolean {
  const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const differs = patient.birthDate !== null && known.birthDate !== null && patient.birthDate !== known.birthDate
  return plain(patient.name) === plain(known.name) && !differs
}
