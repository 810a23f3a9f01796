import { Button, NativeSelect, TextInput } from '@mantine/core'
import { auditPatientQuery, patientId, type auditPatientsFound, type PatientId } from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import type { z } from 'zod'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { shortId } from './short-id.ts'
import { useLogWords } from './words.ts'

const ways = ['recordNumber', 'name', 'id'] as const
type Way = (typeof ways)[number]
type Found = z.output<typeof auditPatientsFound>['patients']

/** Leads those who see no patients to one of them: by what somebody who asks about a patient would say. */
export function PatientQuestion({ value, onFound }: { value: PatientId | undefined; onFound: (id: PatientId) => void }) {
  const words = useLogWords()
  const { api } = useSession()
  const { busy, failure, run } = useRequest()
  const [way, setWay] = useState<Way>(value === undefined ? 'recordNumber' : 'id')
  const [draft, setDraft] = useState({ recordNumber: '', name: '', birthDate: '', id: value ?? '' })
  const [checked, setChecked] = useState(false)
  const [found, setFound] = useState<Found | null>(null)

  const query = auditPatientQuery.safeParse(way === 'name' ? { name: draft.name, birthDate: draft.birthDate } : { recordNumber: draft.recordNumber.trim() })
  const id = patientId.safeParse(draft.id.trim())
  const isComplete = way === 'id' ? id.success : query.success
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFound(null)
    if (way === 'id' && id.success) onFound(id.data)
    if (way === 'id' || !query.success) return
    void run(async () => {
      const { patients } = await api.findPatientOfLog(query.data)
      const [only, another] = patients
      if (only !== undefined && another === undefined) onFound(only.patientId)
      else setFound(patients)
    })
  }
  const field = (name: keyof typeof draft) => ({
    autoComplete: 'off',
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  })
  const error = checked && !isComplete ? words.patientWrong : undefined
  return (
    <>
      <form className="log-question" noValidate onSubmit={submit}>
        <NativeSelect
          label={words.findBy}
          value={way}
          onChange={(event) => {
            const chosen = ways.find((one) => one === event.currentTarget.value)
            if (chosen !== undefined) setWay(chosen)
            setChecked(false)
            setFound(null)
          }}
          data={[
            { value: 'recordNumber', label: words.byRecordNumber },
            { value: 'name', label: words.byName },
            { value: 'id', label: words.byId },
          ]}
        />
        {way === 'recordNumber' && <TextInput {...field('recordNumber')} label={words.recordNumber} maxLength={40} error={error} />}
        {way === 'name' && (
          <>
            <TextInput {...field('name')} label={words.name} maxLength={100} error={error} />
            <TextInput {...field('birthDate')} type="date" label={words.birthDate} />
          </>
        )}
        {way === 'id' && <TextInput {...field('id')} label={words.patientId} spellCheck={false} maxLength={60} error={error} />}
        <Button type="submit" loading={busy}>
          {words.find}
        </Button>
      </form>
      <p className="quiet">{words.patientHint}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      {found !== null && <SeveralFound found={found} onFound={onFound} />}
    </>
  )
}

function SeveralFound({ found, onFound }: { found: Found; onFound: (id: PatientId) => void }) {
  const words = useLogWords()
  const { format } = useTranslation()
  return (
    <div>
      <output>{found.length === 0 ? words.nobody : words.several}</output>
      <ul className="log-found">
        {found.map(({ patientId: id, createdAt, erasedAt }) => (
          <li key={id}>
            <button type="button" className="text-button" onClick={() => onFound(id)}>
              <code>{shortId(id)}</code>
            </button>{' '}
            <span className="quiet">
              {[words.registered(format.date(new Date(createdAt))), ...(erasedAt === null ? [] : [words.erased])].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
