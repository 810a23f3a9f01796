import { split, type CalendarDay } from './calendar-day.ts'

/**
 * An instant chosen by what a clock on the viewer's wall shows.
 * `skipped`: clocks go forward over that time, so the instant is the same stretch later.
 * `repeated`: clocks go back and show that time twice; the instant is the first.
 */
export interface WallInstant {
  instant: Date
  clockChange: 'skipped' | 'repeated' | null
}

const pattern = /^([01]\d|2[0-3]):([0-5]\d)$/

/** The instant at which the viewer's clock shows `time` (`09:30`) on `day`; null if `time` is not a time. */
export function instantAt(day: CalendarDay, time: string): WallInstant | null {
  const parts = pattern.exec(time)
  if (!parts) return null
  const { year, month, date } = split(day)
  const instant = new Date(year, month, date, Number(parts[1]), Number(parts[2]))
  if (timeOf(instant) !== time) return { instant, clockChange: 'skipped' }
  // Zones turn their clocks by an hour, one of them (Lord Howe) by half an hour.
  const again = [30, 60].some((minutes) => timeOf(new Date(instant.getTime() + minutes * 60_000)) === time)
  return { instant, clockChange: again ? 'repeated' : null }
}

/** What the viewer's clock shows at an instant, as a time field takes it: `09:30`. */
export function timeOf(instant: Date): string {
  const pad = (value: number) => `${value}`.padStart(2, '0')
  return `${pad(instant.getHours())}:${pad(instant.getMinutes())}`
}

/** The next full quarter of an hour, at least `leadMinutes` from now: a sensible time to offer for a new visit. */
export function nextQuarter(now: Date, leadMinutes: number): Date {
  const quarterMs = 15 * 60_000
  return new Date(Math.ceil((now.getTime() + leadMinutes * 60_000) / quarterMs) * quarterMs)
}
