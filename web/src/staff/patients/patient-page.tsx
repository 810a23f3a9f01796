import { Button } from '@mantine/core'
import type { PatientDetails, PatientId, SignedIn } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { AccessLogSection } from '../audit/access-log-section.tsx'
import { BreakGlassDialog } from '../break-glass/break-glass-dialog.tsx'
import { GlassBanner } from '../break-glass/glass-banner.tsx'
import { useBreakGlassWords } from '../break-glass/words.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { useBirthDay } from './birth-day.ts'
import { EditPatient } from './edit-patient.tsx'
import { PatientFacts } from './patient-facts.tsx'
import { PatientHistory } from './patient-history.tsx'
import { PatientTeams } from './patient-teams.tsx'
import { PatientVisits } from './patient-visits.tsx'
import { RecordActions } from './record-actions.tsx'
import { usePatientWords } from './words.ts'

interface PatientPageProps {
  who: SignedIn
  patientId: PatientId
}

/** `/patients/pat_…`: everything there is about one patient, as far as the reader may see it. */
export function PatientPage({ who, patientId }: PatientPageProps) {
  const words = usePatientWords()
  const { api } = useSession()
  const { value: patient, failure, read, replace } = useFresh(
    useCallback((signal: AbortSignal) => api.patient(patientId, signal), [api, patientId]),
  )
  const isOut = failure?.code === 'not-found' || failure?.code === 'forbidden'
  return (
    <div className="settings">
      <PageLink className="patient-back" to="/patients">
        <Icon name="back" /> {words.back}
      </PageLink>
      {isOut ? (
        <OutOfReach who={who} patientId={patientId} hadEnded={patient?.access === 'break-glass'} onOpened={read} />
      ) : (
        <>
          {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
          {patient === null && failure === null && <LoadingSection label={words.loading} widths={[30, 58, 44, 52]} height={18} />}
          {patient !== null && <PatientRecord who={who} patient={patient} read={read} replace={replace} />}
        </>
      )}
    </div>
  )
}

interface PatientRecordProps {
  who: SignedIn
  patient: PatientDetails
  read: () => void
  replace: (patient: PatientDetails) => void
}

function PatientRecord({ who, patient, read, replace }: PatientRecordProps) {
  const words = usePatientWords()
  const birthDay = useBirthDay()
  const say = useAnnouncer()
  const opener = useOpener()
  const [editing, setEditing] = useState(false)
  const isErased = patient.erasedAt !== null
  const isOver = isErased || patient.mergedInto !== null
  const mayChange = patient.access !== 'break-glass' && !isOver
  const heading = isErased ? words.erasedTitle : patient.name
  const why = words.access[patient.access]
  const close = () => {
    opener.giveBack({ leaving: false })
    setEditing(false)
  }
  return (
    <>
      <div>
        {/* The name is on the page alone: a title would be in the browser's history. */}
        <PageHeading name={words.title}>{heading}</PageHeading>
        {why !== null && !isOver && <p className="quiet">{why}</p>}
      </div>
      {patient.access === 'break-glass' && patient.accessUntil !== null && (
        <GlassBanner patientId={patient.id} until={patient.accessUntil} onEnded={read} />
      )}
      {patient.erasedAt !== null && <Notice tone="info">{words.erasedOn(birthDay(patient.erasedAt.slice(0, 10)))}</Notice>}
      {patient.mergedInto !== null && (
        <Notice tone="info" action={<PageLink to={`/patients/${patient.mergedInto}`}>{words.openMerged}</PageLink>}>
          {words.mergedNote}
        </Notice>
      )}
      {!isErased && (
        <section className="settings-section" aria-labelledby="details">
          <div className="page-head">
            <h2 id="details">{words.details}</h2>
            {mayChange && (
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  opener.remember()
                  setEditing(true)
                }}
              >
                {words.edit}
              </Button>
            )}
          </div>
          <PatientFacts patient={patient} />
        </section>
      )}
      <PatientVisits patientId={patient.id} />
      {!isOver && <PatientTeams who={who} patientId={patient.id} mayChange={mayChange} onChanged={read} />}
      {!isErased && <PatientHistory patientId={patient.id} />}
      {mayUse('accessLogs', who) && <AccessLogSection patientId={patient.id} />}
      {mayChange && <RecordActions patient={patient} onChanged={read} />}
      {editing && (
        <EditPatient
          patient={patient}
          onSaved={(changed) => {
            close()
            if (changed === null) return
            replace(changed)
            say(words.saved)
          }}
          onClose={close}
        />
      )}
    </>
  )
}

interface OutOfReachProps {
  who: SignedIn
  patientId: PatientId
  /** Whether they saw the patient until a moment ago. */
  hadEnded: boolean
  onOpened: () => void
}

function OutOfReach({ who, patientId, hadEnded, onOpened }: OutOfReachProps) {
  const words = usePatientWords()
  const glassWords = useBreakGlassWords()
  const [breaking, setBreaking] = useState(false)
  const open = (
    <Button variant="default" onClick={() => setBreaking(true)}>
      {glassWords.open}
    </Button>
  )
  return (
    <>
      <PageHeading name={words.title}>{words.title}</PageHeading>
      <Notice tone="warning" {...(mayUse('breakGlass', who) && { action: open })}>
        {hadEnded ? glassWords.ended : words.noneOrNotYours}
      </Notice>
      {breaking && (
        <BreakGlassDialog
          patientId={patientId}
          onBroken={() => {
            setBreaking(false)
            onOpened()
          }}
          onClose={() => setBreaking(false)}
        />
      )}
    </>
  )
}
