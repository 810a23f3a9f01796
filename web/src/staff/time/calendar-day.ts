/** A day of the viewer's own calendar: `2026-03-08`. */
export type CalendarDay = `${number}-${number}-${number}`

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/

/** The day it is at an instant where the viewer is. */
export function dayOf(instant: Date): CalendarDay {
  return format(instant.getFullYear(), instant.getMonth() + 1, instant.getDate())
}

/** Reads a day from an address or a date field; null if there is no such day. */
export function parseDay(text: string | null): CalendarDay | null {
  const parts = text === null ? null : pattern.exec(text)
  if (!parts) return null
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const date = new Date(year, month - 1, day)
  if (date.getFullYear() !== year || date.getMonth() !== month - 1 || date.getDate() !== day) return null
  return format(year, month, day)
}

/** The day so many days later (earlier, if negative). Calendar days, whatever their length in hours. */
export function addDays(day: CalendarDay, count: number): CalendarDay {
  const { year, month, date } = split(day)
  return dayOf(new Date(year, month, date + count, 12))
}

/** Midnight of the viewer's day, or the first moment after it where clocks skip midnight. */
export function startOf(day: CalendarDay): Date {
  const { year, month, date } = split(day)
  return new Date(year, month, date)
}

/** The day as a half-open span of instants, for the API: 23, 24 or 25 hours long. */
export function spanOf(day: CalendarDay): { from: string; to: string } {
  return { from: startOf(day).toISOString(), to: startOf(addDays(day, 1)).toISOString() }
}

/** The parts of a day as the `Date` constructor takes them: months count from 0. */
export function split(day: CalendarDay): { year: number; month: number; date: number } {
  const parts = pattern.exec(day)
  if (!parts) throw new RangeError('not a calendar day')
  return { year: Number(parts[1]), month: Number(parts[2]) - 1, date: Number(parts[3]) }
}

function format(year: number, month: number, date: number): CalendarDay {
  const pad = (value: number, length: number) => `${value}`.padStart(length, '0')
  const text: string = `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`
  if (!isCalendarDay(text)) throw new RangeError('not a calendar day')
  return text
}

function isCalendarDay(text: string): text is CalendarDay {
  return pattern.test(text)
}
