import { Button, TextInput } from '@mantine/core'
import type { AuditEventList, PatientId, PatientLogQuery, SignedIn } from '@curtain/protocol'
import { useMemo, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { addDays, parseDay, startOf } from '../time/calendar-day.ts'
import './audit.css'
import './access-log.css'
import { logPath } from './log-address.ts'
import { useSentences } from './sentences/sentences.ts'
import { useEventPages, type FetchPage } from './use-event-pages.ts'
import { useLogWords } from './words.ts'

const pageSize = 200

/** `/patients/pat_…/access-log`: who had to do with a patient's record, to be printed for them. */
export function AccessLogPage({ who, patientId }: { who: SignedIn; patientId: PatientId }) {
  const words = useLogWords()
  const { api } = useSession()
  const [span, setSpan] = useState<Pick<PatientLogQuery, 'since' | 'until'>>({})
  const fetchPage = useMemo<FetchPage>(
    () => (from, signal) => api.patientLog(patientId, { ...span, ...from, limit: pageSize }, signal),
    [api, patientId, span],
  )
  const { list, failure, read, showing, showEarlier } = useEventPages(fetchPage)
  const isOut = failure?.code === 'not-found' || failure?.code === 'forbidden'
  const isOfPatients = mayUse('patients', who)
  return (
    <div className="settings access-log">
      <PageLink className="access-log-back" to={isOfPatients ? `/patients/${patientId}` : logPath({ patientId })}>
        <Icon name="back" /> {isOfPatients ? words.backToPatient : words.backToLog}
      </PageLink>
      <div className="page-head">
        <div>
          <PageHeading name={words.accessLog}>{words.accessLogTitle}</PageHeading>
          <p className="quiet access-log-hint">
            {words.accessLogHint} {words.accessLogOnRecord}
          </p>
        </div>
        {list !== null && list.events.length > 0 && (
          <Button variant="default" leftSection={<Icon name="print" />} onClick={() => window.print()}>
            {words.print}
          </Button>
        )}
      </div>
      {isOut ? <Notice tone="warning">{words.accessLogOut}</Notice> : <SpanForm onSpan={setSpan} />}
      {!isOut && (
        <section className="settings-section" aria-labelledby="accesses">
          <div>
            <h2 id="accesses">{words.patientLine(patientId)}</h2>
            <Letterhead who={who} />
          </div>
          {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
          {list === null && failure === null && <output className="quiet">{words.loading}</output>}
          {list?.events.length === 0 && <p>{words.accessLogNone}</p>}
          {list !== null && list.events.length > 0 && <Accesses list={list} />}
          {showing.failure !== null && <FailureNotice failure={showing.failure} />}
          {list?.more === true && (
            <div className="access-log-more">
              <p className="quiet">{words.more}</p>
              <Button variant="default" loading={showing.busy} onClick={showEarlier}>
                {words.earlier}
              </Button>
            </div>
          )}
        </section>
      )}
    </div>
  )
}

function SpanForm({ onSpan }: { onSpan: (span: Pick<PatientLogQuery, 'since' | 'until'>) => void }) {
  const words = useLogWords()
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  return (
    <form
      className="log-question access-log-span"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const [first, last] = [parseDay(from), parseDay(until)]
        onSpan({
          ...(first !== null && { since: startOf(first).toISOString() }),
          ...(last !== null && { until: startOf(addDays(last, 1)).toISOString() }),
        })
      }}
    >
      <TextInput type="date" label={words.from} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" label={words.until} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
      <Button type="submit" variant="default">
        {words.show}
      </Button>
    </form>
  )
}

/** What only paper needs: whose it is, to be filled in by hand, by whom it was made and when. */
function Letterhead({ who }: { who: SignedIn }) {
  const words = useLogWords()
  const { format } = useTranslation()
  const [now] = useState(() => new Date())
  return (
    <div className="access-log-letterhead">
      <p>
        {words.nameLine} <span className="access-log-blank" />
      </p>
      <p>{words.madeOn(who.organization.name, `${format.date(now)}, ${format.time(now)}`)}</p>
    </div>
  )
}

function Accesses({ list }: { list: AuditEventList }) {
  const words = useLogWords()
  const { sentence } = useSentences()
  const { format } = useTranslation()
  return (
    <>
      <table className="access-log-table">
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.what}</th>
          </tr>
        </thead>
        <tbody>
          {list.events.map((event) => (
            <tr key={event.id}>
              <td>
                <time dateTime={event.at}>
                  {format.date(new Date(event.at))}, {format.time(new Date(event.at))}
                </time>
              </td>
              <td>
                {event.outcome === 'denied' && <span className="event-mark">{words.denied}</span>} {sentence(event, list)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">
        {words.shownCount(list.events.length, format.number(list.events.length))}. {words.zone(zoneName())}
      </p>
    </>
  )
}

function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ')
}
