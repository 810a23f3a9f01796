import { Button, Skeleton } from '@mantine/core'
import type { Patient, PatientId, PatientSearch, SignedIn } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { BreakGlassDialog } from '../break-glass/break-glass-dialog.tsx'
import { OpenGlasses } from '../break-glass/open-glasses.tsx'
import { useBreakGlassWords } from '../break-glass/words.ts'
import { navigate } from '../router/location.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { emptyFind, FindForm, type FindDraft } from './find-form.tsx'
import { useTellingApart } from './patient-facts.tsx'
import { PatientPage } from './patient-page.tsx'
import { RegisterPatient } from './register-patient.tsx'
import { usePatientWords } from './words.ts'

export const patientPath = (id: PatientId) => `/patients/${id}`

interface Found {
  patients: readonly Patient[]
  more: boolean
}

/**
 * `/patients` and a page for each of them. What was looked for stays while one of those found is looked at, in memory
 * alone: an address or a history would keep it.
 */
export function PatientsPage({ who, patientId }: { who: SignedIn; patientId: PatientId | null }) {
  const [draft, setDraft] = useState<FindDraft>(emptyFind)
  const [found, setFound] = useState<Found | null>(null)
  if (patientId !== null) return <PatientPage key={patientId} who={who} patientId={patientId} />
  return <FindPatients who={who} draft={draft} onDraft={setDraft} found={found} onFound={setFound} />
}

interface FindPatientsProps {
  who: SignedIn
  draft: FindDraft
  onDraft: (draft: FindDraft) => void
  found: Found | null
  onFound: (found: Found | null) => void
}

function FindPatients({ who, draft, onDraft, found, onFound }: FindPatientsProps) {
  const words = usePatientWords()
  const glassWords = useBreakGlassWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { busy, failure, run } = useRequest()
  const [open, setOpen] = useState<'register' | 'break-glass' | null>(null)
  const mayBreak = mayUse('breakGlass', who)
  const show = (dialog: 'register' | 'break-glass') => {
    opener.remember()
    setOpen(dialog)
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const find = (search: PatientSearch) => void run(async () => onFound(await api.findPatients(search)))
  const clear = () => {
    onDraft(emptyFind)
    onFound(null)
  }

  return (
    <div className="settings">
      <div className="page-head">
        <div>
          <PageHeading name={words.title}>{words.title}</PageHeading>
          <p className="quiet">{who.user.roles.includes('scheduler') ? words.whose.all : words.whose.own}</p>
        </div>
        <Button leftSection={<Icon name="plus" />} onClick={() => show('register')}>
          {words.register}
        </Button>
      </div>
      {mayBreak && <OpenGlasses />}
      <FindForm value={draft} onChange={onDraft} busy={busy} onFind={find} onClear={clear} />
      {failure !== null && <FailureNotice failure={failure} />}
      {found === null ? <NewestPatients /> : <FoundPatients found={found} />}
      {mayBreak && (
        <p className="patient-not-yours quiet">
          {words.notYours}{' '}
          <button type="button" className="text-button" onClick={() => show('break-glass')}>
            {glassWords.open}
          </button>
        </p>
      )}
      {open === 'register' && (
        <RegisterPatient
          name={draft.name.trim()}
          onRegistered={(patient) => {
            say(words.registered(patient.name))
            navigate(patientPath(patient.id))
          }}
          onOpen={(patient) => navigate(patientPath(patient.id))}
          onClose={close}
        />
      )}
      {open === 'break-glass' && <BreakGlassDialog onClose={close} />}
    </div>
  )
}

function FoundPatients({ found }: { found: Found }) {
  const words = usePatientWords()
  const { format } = useTranslation()
  const { length } = found.patients
  return (
    <section className="settings-section" aria-labelledby="found">
      <h2 id="found">
        <output>{length === 0 ? words.nobody : words.found(length, format.number(length))}</output>
      </h2>
      {length === 0 ? <p className="quiet">{words.nobodyHint}</p> : <PatientLinks patients={found.patients} />}
      {found.more && <p className="quiet">{words.more}</p>}
    </section>
  )
}

const newestShown = 20

function NewestPatients() {
  const words = usePatientWords()
  const { api } = useSession()
  const { value, failure, read } = useFresh(useCallback(async (signal: AbortSignal) => (await api.patients(signal)).patients, [api]))
  if (failure !== null && value === null) return <FailureNotice failure={failure} onRetry={read} />
  return (
    <section className="settings-section" aria-labelledby="newest">
      <h2 id="newest">{value?.length === 0 ? words.empty : words.newest}</h2>
      {value === null && (
        <>
          <output className="visually-hidden">{words.loading}</output>
          {[42, 66, 54].map((width) => (
            <Skeleton key={width} height={24} width={`${width}%`} aria-hidden="true" />
          ))}
        </>
      )}
      {value?.length === 0 && <p className="quiet">{words.emptyHint}</p>}
      {value !== null && value.length > 0 && <PatientLinks patients={value.slice(0, newestShown)} />}
    </section>
  )
}

function PatientLinks({ patients }: { patients: readonly Patient[] }) {
  const tellingApart = useTellingApart()
  return (
    <ul className="patient-links">
      {patients.map((patient) => (
        <li key={patient.id}>
          <PageLink to={patientPath(patient.id)}>
            <strong>{patient.name}</strong>
            <span className="quiet">{tellingApart(patient)}</span>
          </PageLink>
        </li>
      ))}
    </ul>
  )
}
