import type { Patient, PatientDetails } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { dayOf } from '../time/calendar-day.ts'
import { useNow } from '../time/use-now.ts'
import { changesTo, draftOf, readDraft } from './patient-draft.ts'
import { PatientForm } from './patient-form.tsx'
import { usePatientWords } from './words.ts'

interface EditPatientProps {
  patient: Patient
  onSaved: (patient: PatientDetails | null) => void
  onClose: () => void
}

const nothingWrong = new Set<never>()

/** Corrects what is known of a patient. */
export function EditPatient({ patient, onSaved, onClose }: EditPatientProps) {
  const words = usePatientWords()
  const { api } = useSession()
  const [draft, setDraft] = useState(() => draftOf(patient))
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const today = dayOf(useNow(60_000))
  const { known, wrong } = readDraft(draft, today)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (known === null) return
    const change = changesTo(patient, known)
    if (Object.keys(change).length === 0) onSaved(null)
    else void run(async () => onSaved(await api.changePatient(patient.id, change)))
  }

  return (
    <Dialog title={words.editTitle} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <PatientForm value={draft} today={today} onChange={setDraft} wrong={checked ? wrong : nothingWrong} />
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={words.save} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
