import { Button, Skeleton } from '@mantine/core'
import type { SignedIn, Visit } from '@curtain/protocol'
import { mayUse } from '../session/access.ts'
import { Icon } from '../shell/icons.tsx'
import { planDay } from './day-plan.ts'
import type { VisitDialog } from './visit-dialogs.tsx'
import { VisitRow } from './visit-row.tsx'
import { useTodayWords } from './words.ts'

interface DayListProps {
  visits: readonly Visit[]
  now: Date
  reader: SignedIn
  onOpen: (dialog: VisitDialog) => void
}

/** A day's visits: what is on, what comes, what was. */
export function DayList({ visits, now, reader, onOpen }: DayListProps) {
  const words = useTodayWords()
  const plan = planDay(visits, now)
  return (['now', 'next', 'earlier'] as const).map(
    (part) =>
      plan[part].length > 0 && (
        <section key={part} className="day-part" aria-labelledby={`part-${part}`}>
          <h2 id={`part-${part}`}>{words[part]}</h2>
          <ul className="visits">
            {plan[part].map((visit) => (
              <VisitRow
                key={visit.id}
                visit={visit}
                now={now}
                own={visit.clinician.id === reader.user.id}
                mayOpen={mayUse('holdVisits', reader)}
                onOpen={onOpen}
              />
            ))}
          </ul>
        </section>
      ),
  )
}

/** A day without visits says what to do first. */
export function EmptyDay({ isToday, onNew }: { isToday: boolean; onNew: () => void }) {
  const words = useTodayWords()
  return (
    <div className="empty">
      <Icon name="calendar" size={36} />
      <h2>{isToday ? words.emptyTodayTitle : words.emptyTitle}</h2>
      <p className="quiet">{words.emptyText}</p>
      <Button leftSection={<Icon name="plus" />} onClick={onNew}>
        {words.newVisit}
      </Button>
    </div>
  )
}

/** The shape of a day while it is on its way. */
export function LoadingDay() {
  const words = useTodayWords()
  return (
    <div className="day-part">
      <output className="visually-hidden">{words.loading}</output>
      <div className="visits" aria-hidden="true">
        {[62, 48, 55, 40].map((width) => (
          <div className="visit" key={width}>
            <Skeleton height={18} width={64} />
            <Skeleton height={18} width={`${width}%`} />
            <Skeleton height={18} width={96} />
            <Skeleton height={34} width={180} />
          </div>
        ))}
      </div>
    </div>
  )
}
