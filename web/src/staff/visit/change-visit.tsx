import { Modal } from '@mantine/core'
import { visitInput, type Visit } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { dayOf } from '../time/calendar-day.ts'
import { timeOf } from '../time/wall-time.ts'
import { ReasonField } from './reason-field.tsx'
import { readWhen, WhenFields, type When } from './when-fields.tsx'
import { useVisitWords } from './words.ts'

interface ChangeVisitProps {
  visit: Visit
  now: Date
  onDone: (said: string) => void
  onClose: () => void
}

/** Reschedules a visit, or corrects its duration, and its reason where the reader may know it. */
export function ChangeVisit({ visit, now, onDone, onClose }: ChangeVisitProps) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const startsAt = new Date(visit.startsAt)
  const [when, setWhen] = useState<When>({
    date: dayOf(startsAt),
    time: timeOf(startsAt),
    durationMinutes: visit.durationMinutes,
  })
  const [reason, setReason] = useState(visit.reason ?? '')
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const reasonRead = visitInput.shape.reason.safeParse(reason)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    const read = readWhen(when)
    if (read === null || !reasonRead.success) return
    // Only what was touched: a time that clocks show twice would else come back as the first of the two.
    const moved = when.date !== dayOf(startsAt) || when.time !== timeOf(startsAt)
    setBusy(true)
    try {
      await api.changeVisit(visit.id, {
        ...(moved && { startsAt: read.instant.toISOString() }),
        ...(when.durationMinutes !== visit.durationMinutes && { durationMinutes: when.durationMinutes }),
        ...(visit.reason !== null && reasonRead.data !== visit.reason && { reason: reasonRead.data }),
      })
      onDone(words.changed)
    } catch (error) {
      setFailure(asFailure(error))
      setBusy(false)
    }
  }

  return (
    <Modal opened onClose={onClose} title={words.changeTitle} closeButtonProps={{ 'aria-label': shared.close }}>
      <form className="dialog-body" noValidate onSubmit={(event) => void submit(event)}>
        <p className="dialog-subject">{visit.patient.name}</p>
        <WhenFields value={when} onChange={setWhen} now={now} checked={checked} />
        {visit.reason !== null && <ReasonField value={reason} onChange={setReason} isWrong={!reasonRead.success} />}
        <p className="quiet">{words.changeHint}</p>
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={words.save} busy={busy} onCancel={onClose} />
      </form>
    </Modal>
  )
}
