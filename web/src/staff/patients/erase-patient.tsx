import { Button, Radio, TextInput } from '@mantine/core'
import { erasureGround, type Patient } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import type { z } from 'zod'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useRecordWords } from './record-words.ts'

interface ErasePatientProps {
  patient: Patient
  onErased: () => void
  onClose: () => void
}

/** Erases a patient for good, after saying what goes and what stays. The safe answer has the focus. */
export function ErasePatient({ patient, onErased, onClose }: ErasePatientProps) {
  const words = useRecordWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [ground, setGround] = useState<z.infer<typeof erasureGround> | null>(null)
  const [name, setName] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const isNamed = name.normalize('NFC').trim() === patient.name

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (ground === null || !isNamed) return
    void run(async () => {
      await withConfirmation(() => api.erasePatient(patient.id, { ground, name }))
      onErased()
    })
  }

  return (
    <Dialog title={words.eraseTitle} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <Points title={words.eraseGoes} points={words.eraseGoesPoints} />
        <Points title={words.eraseStays} points={words.eraseStaysPoints} />
        <Radio.Group
          label={words.eraseGround}
          value={ground}
          onChange={(chosen) => setGround(erasureGround.safeParse(chosen).data ?? null)}
          error={checked && ground === null ? words.groundMissing : undefined}
        >
          <div className="encryption-modes">
            {erasureGround.options.map((value) => (
              <Radio key={value} value={value} label={words.grounds[value]} />
            ))}
          </div>
        </Radio.Group>
        <TextInput
          label={words.eraseType(patient.name)}
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={checked && !isNamed ? words.eraseTyped : undefined}
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button variant="default" data-autofocus onClick={onClose}>
            {words.keep}
          </Button>
          <Button type="submit" color="danger" loading={busy}>
            {words.eraseNow}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Points({ title, points }: { title: string; points: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul className="settings-points">
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </div>
  )
}
