import type { AuditEventView, AuditFilter } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { LoadingLines } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { ShowMore } from '../shell/show-more.tsx'
import { dayOf, startOf } from '../time/calendar-day.ts'
import { EventLine } from './event-line.tsx'
import type { EventPages } from './use-event-pages.ts'
import { useLogWords } from './words.ts'

/** The events that were found, day by day, the newest first. */
export function EventList({ filter, list, failure, read, showing, showEarlier }: EventPages & { filter: AuditFilter }) {
  const words = useLogWords()
  const { format } = useTranslation()
  return (
    <>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {list === null && failure === null && <LoadingLines label={words.loading} widths={[78, 64, 84, 58]} height={40} />}
      {list?.events.length === 0 && (
        <div>
          <p>{words.none}</p>
          <p className="quiet">{words.noneHint}</p>
        </div>
      )}
      {list !== null &&
        byDay(list.events).map(([day, events]) => (
          <section key={day} aria-labelledby={`day-${day}`}>
            <h3 className="event-day" id={`day-${day}`}>
              {format.dayWithYear(startOf(day))}
            </h3>
            <ol className="events">
              {events.map((event) => (
                <EventLine key={event.id} event={event} names={list} filter={filter} />
              ))}
            </ol>
          </section>
        ))}
      <ShowMore label={words.earlier} more={list?.more === true} showing={showing} onMore={showEarlier} />
      {list !== null && !list.more && list.events.length > 0 && <p className="quiet">{words.end}</p>}
    </>
  )
}

function byDay(events: readonly AuditEventView[]) {
  return [...Map.groupBy(events, ({ at }) => dayOf(new Date(at)))]
}
