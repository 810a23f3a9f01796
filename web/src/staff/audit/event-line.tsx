import { patientId, visitId, type AuditEventView, type AuditFilter } from '@curtain/protocol'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { logPath } from './log-address.ts'
import { useSentences } from './sentences/sentences.ts'
import type { Names } from './sentences/told.ts'
import { shortId } from './short-id.ts'
import { useLogWords } from './words.ts'

interface EventLineProps {
  event: AuditEventView
  names: Names
  /** What was looked for: nothing leads there again. */
  filter: AuditFilter
}

/** One event: a sentence, where it leads on to, and what stands in the log. */
export function EventLine({ event, names, filter }: EventLineProps) {
  const words = useLogWords()
  const { sentence } = useSentences()
  const { format } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  return (
    <li className="event" data-denied={event.outcome === 'denied' || undefined}>
      <time className="event-time" dateTime={event.at}>
        {format.timeWithSeconds(new Date(event.at))}
      </time>
      <div className="event-what">
        <p>
          {event.outcome === 'denied' && <span className="event-mark">{words.denied}</span>} {sentence(event, names)}
        </p>
        {event.reason !== null && <p className="event-reason">{words.reason(event.reason)}</p>}
        <EventLinks event={event} names={names} filter={filter}>
          <button type="button" className="text-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {words.details}
          </button>
        </EventLinks>
        {isOpen && <EventDetails event={event} names={names} />}
      </div>
    </li>
  )
}

/** What else there is to ask about whoever and whatever an event names. */
function EventLinks({ event, names, filter, children }: EventLineProps & { children: ReactNode }) {
  const words = useLogWords()
  const { format } = useTranslation()
  const { only, marks } = words
  const patients = [event.target, event.facts['patientId'], event.facts['into']].flatMap((id) => patientId.safeParse(id).data ?? [])
  const others = [...new Set(patients)].filter((id) => id !== filter.patientId)
  const visit = visitId.safeParse(event.target).data
  const shown = Array.isArray(event.facts['patientIds']) ? event.facts['patientIds'].length : 0
  const by = event.userId === null ? undefined : names.names[event.userId]
  return (
    <ul className="event-links">
      {event.userId !== null && event.userId !== filter.userId && by !== undefined && (
        <li>
          <PageLink to={logPath({ userId: event.userId })} aria-label={only.person(by)}>
            {by}
          </PageLink>
        </li>
      )}
      {others.map((id) => (
        <li key={id}>
          <PageLink to={logPath({ patientId: id })} title={only.patient(id)}>
            {marks.patient} {shortId(id)}
          </PageLink>
        </li>
      ))}
      {visit !== undefined && visit !== filter.visitId && (
        <li>
          <PageLink to={logPath({ visitId: visit })} title={only.visit(visit)}>
            {marks.visit} {shortId(visit)}
          </PageLink>
        </li>
      )}
      {shown > 0 && <li>{words.patients(shown, format.number(shown))}</li>}
      {event.from !== null && <li>{words.fromAddress(event.from)}</li>}
      <li>{children}</li>
    </ul>
  )
}

function EventDetails({ event, names }: { event: AuditEventView; names: Names }) {
  const words = useLogWords()
  const { title } = useSentences()
  const { format } = useTranslation()
  const { userId, participantId, sessionId, target } = event
  const facts: [string, string | null][] = [
    [words.facts.type, `${title(event.type)} (${event.type})`],
    [words.facts.id, event.id],
    [words.facts.index, event.index === null ? words.noPlace : format.number(event.index)],
    [words.facts.at, event.at],
    [words.facts.by, userId === null ? participantId : [names.names[userId], userId].filter(Boolean).join(' · ')],
    [words.facts.session, sessionId],
    [words.facts.target, target],
  ]
  return (
    <div className="event-details">
      <dl>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {event.closed.map((value) => (
        <p key={value} className="quiet">
          {words.closed[value]}
        </p>
      ))}
      {event.entry !== null && (
        <>
          <p className="quiet">{words.raw}</p>
          <pre>{event.entry}</pre>
        </>
      )}
    </div>
  )
}
