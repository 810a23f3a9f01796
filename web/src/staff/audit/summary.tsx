import type { AuditEventList, AuditFilter, PatientId } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../shell/icons.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { attendanceOf, type Attendance } from './attendance.ts'
import { logPath } from './log-address.ts'
import { shortId } from './short-id.ts'
import { viewersOf } from './viewers.ts'
import { useLogWords } from './words.ts'

/** The short answer to a question about one patient or one visit, before the events themselves. */
export function Summary({ filter, list }: { filter: AuditFilter; list: AuditEventList }) {
  if (filter.patientId !== undefined) return <Viewers patientId={filter.patientId} list={list} />
  if (filter.visitId !== undefined) return <InVisit list={list} />
  return null
}

function Viewers({ patientId, list }: { patientId: PatientId; list: AuditEventList }) {
  const words = useLogWords()
  const { format } = useTranslation()
  const viewers = viewersOf(list.events)
  if (viewers.length === 0) return null
  const instant = (text: string) => `${format.date(new Date(text))}, ${format.time(new Date(text))}`
  return (
    <section className="settings-section" aria-labelledby="viewers">
      <div>
        <h2 id="viewers">{words.viewers}</h2>
        <p className="quiet">{words.attendanceHint}</p>
      </div>
      <ul className="log-summary">
        {viewers.map(({ userId, count, last, access }) => (
          <li key={userId}>
            <PageLink to={logPath({ patientId, userId })}>{list.names[userId] ?? shortId(userId)}</PageLink>
            <span className="quiet">
              {[
                words.shownCount(count, format.number(count)),
                words.lastAt(instant(last)),
                ...access.map((right) => words.rights[right]),
              ].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      <PageLink className="log-on" to={`/patients/${patientId}/access-log`}>
        {words.accessLogShow} <Icon name="forward" />
      </PageLink>
    </section>
  )
}

function InVisit({ list }: { list: AuditEventList }) {
  const words = useLogWords()
  const attendance = attendanceOf(list.events)
  if (attendance.length === 0) return null
  return (
    <section className="settings-section" aria-labelledby="attendance">
      <div>
        <h2 id="attendance">{words.attendance}</h2>
        <p className="quiet">{words.attendanceHint}</p>
      </div>
      <ul className="log-summary">
        {attendance.map((one) => (
          <InVisitLine key={one.participantId} one={one} list={list} />
        ))}
      </ul>
    </section>
  )
}

function InVisitLine({ one, list }: { one: Attendance; list: AuditEventList }) {
  const words = useLogWords()
  const { format } = useTranslation()
  const { userId, stays, from, letInBy } = one
  const time = (text: string) => format.time(new Date(text))
  const role = list.roles[one.participantId]
  const called = role === 'patient' || role === 'guest' || role === 'host' ? words.roleOf[role] : words.somebody
  const name = userId === null ? undefined : list.names[userId]
  return (
    <li>
      <span>{name === undefined ? called : `${name} (${called})`}</span>
      <span className="quiet">
        {[
          ...stays.map(({ came, left }) =>
            left === null
              ? words.stillThere(time(came))
              : words.stay(time(came), time(left), format.elapsed(Date.parse(left) - Date.parse(came))),
          ),
          ...[...from].map((address) => words.fromAddress(address)),
          ...[...letInBy].map((id) => words.letInBy(list.names[id] ?? shortId(id))),
        ].join(' · ')}
      </span>
    </li>
  )
}
