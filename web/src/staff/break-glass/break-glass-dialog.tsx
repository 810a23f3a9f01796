import { Button, Radio, Textarea, TextInput } from '@mantine/core'
import { breakGlassInput, breakGlassReason, type BreakGlassInput, type PatientId } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { navigate } from '../router/location.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { dayOf } from '../time/calendar-day.ts'
import { useNow } from '../time/use-now.ts'
import { useBreakGlassWords } from './words.ts'

interface BreakGlassDialogProps {
  /** Whom it is about, where the page is about somebody already. */
  patientId?: PatientId
  onBroken?: () => void
  onClose: () => void
}

type Way = 'recordNumber' | 'name'

/** Opens a patient who is not one's own: says what follows first, and asks for whom and why. */
export function BreakGlassDialog({ patientId, onBroken, onClose }: BreakGlassDialogProps) {
  const words = useBreakGlassWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const [way, setWay] = useState<Way>('recordNumber')
  const [draft, setDraft] = useState({ recordNumber: '', name: '', birthDate: '', reason: '' })
  const [checked, setChecked] = useState(false)
  const { busy, failure, run } = useRequest()
  const today = dayOf(useNow(60_000))
  const { recordNumber, name, birthDate, reason } = draft
  const patient: BreakGlassInput['patient'] =
    patientId !== undefined ? { id: patientId } : way === 'recordNumber' ? { recordNumber } : { name, birthDate }
  const isNamed = breakGlassInput.shape.patient.safeParse(patient).success
  const isReasoned = breakGlassReason.safeParse(reason).success
  const field = (of: keyof typeof draft) => ({
    autoComplete: 'off',
    value: draft[of],
    onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [of]: event.currentTarget.value }),
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    if (!isNamed || !isReasoned) return
    void run(async () => {
      const broken = await api.breakGlass({ patient, reason })
      if (broken.glass === null) say(words.already)
      if (onBroken !== undefined) onBroken()
      else navigate(`/patients/${broken.patientId}`)
    })
  }

  return (
    <Dialog title={words.title} onClose={onClose}>
      <form className="dialog-body" noValidate onSubmit={submit}>
        <ul className="settings-points">
          {words.explained.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
        {patientId === undefined && (
          <>
            <Radio.Group label={words.whom} value={way} onChange={(chosen) => setWay(chosen === 'name' ? 'name' : 'recordNumber')}>
              <div className="encryption-modes">
                <Radio value="recordNumber" label={words.byRecordNumber} />
                <Radio value="name" label={words.byName} />
              </div>
            </Radio.Group>
            {way === 'recordNumber' ? (
              <TextInput {...field('recordNumber')} label={words.recordNumber} maxLength={40} />
            ) : (
              <div className="glass-name">
                <TextInput {...field('name')} label={words.name} maxLength={100} />
                <TextInput {...field('birthDate')} type="date" label={words.birthDate} max={today} />
              </div>
            )}
            {checked && !isNamed && (
              <p className="glass-wrong" role="alert">
                {words.whomWrong}
              </p>
            )}
            <p className="quiet">{words.exactly}</p>
          </>
        )}
        <Textarea
          {...field('reason')}
          label={words.reason}
          description={words.reasonHint}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          rows={3}
          maxLength={500}
          error={checked && !isReasoned ? words.reasonWrong : undefined}
        />
        {failure?.code === 'not-found' && <Notice tone="danger">{words.notFound}</Notice>}
        {failure !== null && failure.code !== 'not-found' && <FailureNotice failure={failure} />}
        <div className="dialog-actions">
          <Button variant="default" data-autofocus onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" color="danger" loading={busy}>
            {words.breakNow}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
