import { Radio, Textarea, TextInput } from '@mantine/core'
import { type AuditRetention, type LegalHold, legalHoldInput, patientId as patientIdSchema } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { Question } from '../shell/question.tsx'
import { useRetentionWords } from './retention-words.ts'

interface SetHoldProps {
  onSet: (now: AuditRetention) => void
  onClose: () => void
}

/** Asks what is to be kept, and why. */
export function SetHold({ onSet, onClose }: SetHoldProps) {
  const words = useRetentionWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const [what, setWhat] = useState<'patient' | 'all'>('patient')
  const [id, setId] = useState('')
  const [reason, setReason] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const patientId = patientIdSchema.safeParse(id.trim())
  const readReason = legalHoldInput.shape.reason.safeParse(reason)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!readReason.success || (what === 'patient' && !patientId.success)) return
    const about = what === 'patient' ? (patientId.data ?? null) : null
    void run(async () => onSet(await withConfirmation(() => api.setHold({ patientId: about, reason: readReason.data }))))
  }
  return (
    <Dialog title={words.addTitle} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <Radio.Group label={words.what} value={what} onChange={(chosen) => setWhat(chosen === 'all' ? 'all' : 'patient')}>
          <div className="settings-choices">
            <Radio value="patient" label={words.whatPatient.name} description={words.whatPatient.explained} />
            <Radio value="all" label={words.whatAll.name} description={words.whatAll.explained} />
          </div>
        </Radio.Group>
        {what === 'patient' && (
          <TextInput
            label={words.patientId}
            description={words.patientIdHint}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={40}
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            error={checked && !patientId.success ? words.patientIdWrong : undefined}
          />
        )}
        <Textarea
          label={words.reason}
          description={words.reasonHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="off"
          rows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={checked && !readReason.success ? words.reasonMissing : undefined}
        />
        {failure !== null && <FailureNotice failure={failure} />}
        <FormActions act={words.set} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

interface EndHoldProps {
  hold: LegalHold
  onEnded: (now: AuditRetention) => void
  onClose: () => void
}

/** Asks whether something is to be held no longer. */
export function EndHold({ hold, onEnded, onClose }: EndHoldProps) {
  const words = useRetentionWords()
  const { api } = useSession()
  const end = async () => onEnded(await api.endHold(hold.id))
  return (
    <Question title={words.endTitle} keep={words.keep} act={words.endIt} onAct={end} onClose={onClose}>
      <ul className="settings-points">
        {words.endExplained.map((consequence) => (
          <li key={consequence}>{consequence}</li>
        ))}
      </ul>
    </Question>
  )
}
