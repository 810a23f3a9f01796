import { Button } from '@mantine/core'
import type { Patient } from '@curtain/protocol'
import { useState } from 'react'
import { navigate } from '../router/location.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { ErasePatient } from './erase-patient.tsx'
import { ExportPatient } from './export-patient.tsx'
import { MergePatient } from './merge-patient.tsx'
import { useRecordWords } from './record-words.ts'

const actions = ['merge', 'export', 'erase'] as const

interface RecordActionsProps {
  patient: Patient
  onChanged: () => void
}

/** What is seldom done to a record, and never by the way: each explains itself first. */
export function RecordActions({ patient, onChanged }: RecordActionsProps) {
  const words = useRecordWords()
  const say = useAnnouncer()
  const opener = useOpener()
  const [open, setOpen] = useState<(typeof actions)[number] | null>(null)
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const hints = { merge: words.mergeHint, export: words.exportHint, erase: words.eraseHint }
  return (
    <section className="settings-section" aria-labelledby="record">
      <h2 id="record">{words.record}</h2>
      <ul className="patient-rows">
        {actions.map((action) => (
          <li key={action}>
            <span className="quiet" id={`hint-${action}`}>
              {hints[action]}
            </span>
            <Button
              size="xs"
              variant="default"
              {...(action === 'erase' && { color: 'danger' })}
              aria-describedby={`hint-${action}`}
              onClick={() => {
                opener.remember()
                setOpen(action)
              }}
            >
              {words[action]}
            </Button>
          </li>
        ))}
      </ul>
      {open === 'merge' && (
        <MergePatient
          patient={patient}
          onMerged={(stays) => {
            close()
            say(words.merged)
            if (stays === patient.id) onChanged()
            else navigate(`/patients/${stays}`, { replace: true })
          }}
          onClose={close}
        />
      )}
      {open === 'export' && (
        <ExportPatient
          patientId={patient.id}
          onExported={() => {
            close()
            say(words.exported)
          }}
          onClose={close}
        />
      )}
      {open === 'erase' && (
        <ErasePatient
          patient={patient}
          onErased={() => {
            close()
            say(words.erased)
            onChanged()
          }}
          onClose={close}
        />
      )}
    </section>
  )
}
