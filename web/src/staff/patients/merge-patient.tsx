import { Button, Radio, TextInput } from '@mantine/core'
import type { Patient, PatientId } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PatientFacts, useTellingApart } from './patient-facts.tsx'
import { useRecordWords } from './record-words.ts'
import { usePatientWords } from './words.ts'

interface MergePatientProps {
  patient: Patient
  onMerged: (stays: PatientId) => void
  onClose: () => void
}

/** Makes one record of two: finds the other one, shows both side by side, and asks which stays. */
export function MergePatient({ patient, onMerged, onClose }: MergePatientProps) {
  const words = useRecordWords()
  const [other, setOther] = useState<Patient | null>(null)
  return (
    <Dialog title={words.mergeTitle} wide onClose={onClose}>
      {other === null ? (
        <FindOther patient={patient} onChosen={setOther} onClose={onClose} />
      ) : (
        <Compare patient={patient} other={other} onMerged={onMerged} onAnother={() => setOther(null)} />
      )}
    </Dialog>
  )
}

function FindOther({ patient, onChosen, onClose }: { patient: Patient; onChosen: (other: Patient) => void; onClose: () => void }) {
  const words = useRecordWords()
  const patientWords = usePatientWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const tellingApart = useTellingApart()
  const [name, setName] = useState(patient.name)
  const [found, setFound] = useState<readonly Patient[] | null>(null)
  const { busy, failure, run } = useRequest()
  const find = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    void run(async () => {
      const { patients } = await api.findPatients({ name })
      setFound(patients.filter(({ id }) => id !== patient.id))
    })
  }
  return (
    <>
      <form className="patient-find-name" onSubmit={find}>
        <TextInput
          label={words.mergeFind}
          autoComplete="off"
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy}>
          {patientWords.find}
        </Button>
      </form>
      {failure !== null && <FailureNotice failure={failure} />}
      <output>{found?.length === 0 && words.mergeNobody}</output>
      {found !== null && found.length > 0 && (
        <ul className="patient-rows">
          {found.map((one) => (
            <li key={one.id}>
              <span>
                {one.name} <span className="quiet">{tellingApart(one)}</span>
              </span>
              <Button size="xs" variant="default" onClick={() => onChosen(one)}>
                {words.mergeChoose}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {shared.cancel}
        </Button>
      </div>
    </>
  )
}

interface CompareProps {
  patient: Patient
  other: Patient
  onMerged: (stays: PatientId) => void
  onAnother: () => void
}

function Compare({ patient, other, onMerged, onAnother }: CompareProps) {
  const words = useRecordWords()
  const { api } = useSession()
  const { busy, failure, run } = useRequest()
  const [stays, setStays] = useState<Patient>(patient)
  const goes = stays.id === patient.id ? other : patient
  const merge = () =>
    run(async () => {
      await api.mergePatient(goes.id, stays.id)
      onMerged(stays.id)
    })
  return (
    <>
      <Radio.Group
        label={words.mergeWhich}
        value={stays.id}
        onChange={(id) => setStays(id === other.id ? other : patient)}
      >
        <div className="patient-compare">
          {[patient, other].map((one) => (
            <div key={one.id} className="patient-side" data-stays={one.id === stays.id || undefined}>
              <strong>{one.id === patient.id ? words.thisOne : words.otherOne}</strong>
              <PatientFacts patient={one} />
              <Radio
                value={one.id}
                label={words.stays}
                aria-label={`${words.stays}: ${one.id === patient.id ? words.thisOne : words.otherOne}`}
              />
            </div>
          ))}
        </div>
      </Radio.Group>
      <ul className="settings-points">
        {words.mergeExplained.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button variant="default" data-autofocus onClick={onAnother}>
          {words.mergeOther}
        </Button>
        <Button color="danger" loading={busy} onClick={() => void merge()}>
          {words.mergeNow}
        </Button>
      </div>
    </>
  )
}
