import type { Visit } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import type { CalendarDay } from '../time/calendar-day.ts'
import { waitingIn } from '../visit/standing.ts'
import { layOutDay } from './day-strip-layout.ts'
import { useTodayWords } from './words.ts'

interface DayStripProps {
  visits: readonly Visit[]
  day: CalendarDay
  now: Date
}

const percent = (fraction: number) => `${(fraction * 100).toFixed(3)}%`

/** The day at a glance: its visits drawn along its hours. The list below says the same in words. */
export function DayStrip({ visits, day, now }: DayStripProps) {
  const words = useTodayWords()
  const { format, language } = useTranslation()
  const layout = layOutDay(visits, day, now)
  const first = layout.hours[0]?.at ?? now
  const last = layout.hours.at(-1)?.at ?? now
  const hour = new Intl.DateTimeFormat(language, { hour: 'numeric', hour12: usesTwelveHours(format.time(now)) })
  const count = words.count(visits.length, format.number(visits.length))
  const label = words.picture(count, format.time(first), format.time(last))
  return (
    <figure className="day-strip">
      <figcaption className="visually-hidden">{label}</figcaption>
      <div className="day-strip-hours" aria-hidden="true">
        {layout.hours.slice(0, -1).map(({ at, left }, index) => (
          <span key={at.getTime()} data-minor={index % 3 !== 0 || undefined} style={{ left: percent(left) }}>
            {hour.format(at)}
          </span>
        ))}
      </div>
      <div className="day-strip-track" aria-hidden="true" style={{ height: `${layout.lanes * 1.25 + 0.5}rem` }}>
        {layout.hours.slice(1, -1).map(({ at, left }) => (
          <i key={at.getTime()} className="day-strip-line" style={{ left: percent(left) }} />
        ))}
        {layout.blocks.map(({ visit, left, width, lane }) => (
          <i
            key={visit.id}
            className="day-strip-visit"
            data-status={waitingIn(visit).length > 0 ? 'waiting' : visit.status}
            style={{ left: percent(left), width: percent(width), top: `${lane * 1.25 + 0.25}rem` }}
          />
        ))}
        {layout.now !== null && <i className="day-strip-now" style={{ left: percent(layout.now) }} />}
      </div>
    </figure>
  )
}

function usesTwelveHours(time: string): boolean {
  return /[^\d\s:.h]/i.test(time)
}
