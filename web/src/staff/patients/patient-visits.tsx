import { Skeleton } from '@mantine/core'
import type { PatientId, Visit } from '@curtain/protocol'
import { useCallback } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { dayOf } from '../time/calendar-day.ts'
import { useVisitWords } from '../visit/words.ts'
import { usePatientWords } from './words.ts'

/** A patient's visits, the newest first: each leads to its day. */
export function PatientVisits({ patientId }: { patientId: PatientId }) {
  const words = usePatientWords()
  const { api } = useSession()
  const { value: visits, failure } = useFresh(
    useCallback(async (signal: AbortSignal) => (await api.visitsOfPatient(patientId, signal)).visits, [api, patientId]),
  )
  return (
    <section className="settings-section" aria-labelledby="visits">
      <h2 id="visits">{words.visits}</h2>
      {failure !== null && failure.code !== 'not-found' && <FailureNotice failure={failure} />}
      {visits === null && failure === null && <Skeleton height={18} width="60%" />}
      {visits?.length === 0 && <p className="quiet">{words.noVisits}</p>}
      {visits !== null && visits.length > 0 && (
        <ul className="patient-rows">
          {visits.map((visit) => (
            <VisitLine key={visit.id} visit={visit} />
          ))}
        </ul>
      )}
    </section>
  )
}

function VisitLine({ visit }: { visit: Visit }) {
  const words = usePatientWords()
  const visitWords = useVisitWords()
  const { format } = useTranslation()
  const startsAt = new Date(visit.startsAt)
  return (
    <li>
      <div>
        <PageLink to={`/today?day=${dayOf(startsAt)}`}>
          {format.date(startsAt)}, {format.time(startsAt)}
        </PageLink>
        <span className="quiet">
          {visitWords.kinds[visit.kind]} · {words.withClinician(visit.clinician.name)}
        </span>
        {visit.reason && <span className="patient-reason">{visit.reason}</span>}
      </div>
      <span className="mark" data-mark={visit.status}>
        {visitWords.statuses[visit.status]}
      </span>
    </li>
  )
}
