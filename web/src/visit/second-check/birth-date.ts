/** A birth date as it stands in the fields; the month as its number, or empty. */
export interface TypedDate {
  day: string
  month: string
  year: string
}

export const noDate: TypedDate = { day: '', month: '', year: '' }

/** What of a typed date needs another look. */
export type DateProblem = 'incomplete' | 'year' | 'impossible'

/**
 * A typed date as the server takes it, `1958-04-30`, or what is wrong with it. Years are written out: nobody should have to
 * guess which century is meant.
 */
export function readBirthDate(typed: TypedDate): { date: string } | { problem: DateProblem } {
  const [day, month, year] = [typed.day.trim(), typed.month, typed.year.trim()]
  if (day === '' || month === '' || year === '') return { problem: 'incomplete' }
  if (!/^\d{4}$/.test(year)) return { problem: 'year' }
  if (!/^\d{1,2}$/.test(day)) return { problem: 'impossible' }
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const parsed = new Date(`${date}T00:00:00Z`)
  const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
  return exists ? { date } : { problem: 'impossible' }
}
