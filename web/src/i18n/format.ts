/** Dates, times and lists as a locale writes them, in the device's time zone. */
export interface Format {
  /** `9:30 AM` */
  time(instant: Date): string
  /** `9:30:05 AM` */
  timeWithSeconds(instant: Date): string
  /** `Tuesday, March 3` */
  day(instant: Date): string
  /** `Tuesday, March 3, 2026` */
  dayWithYear(instant: Date): string
  /** `Mar 3, 2026` */
  date(instant: Date): string
  /** `today` or `tomorrow` where it is, else the day. */
  relativeDay(instant: Date, now: Date): string
  /** `12:05`, with hours from the first one on. */
  elapsed(milliseconds: number): string
  list(items: readonly string[]): string
  number(value: number): string
  /** The names of the months, January first. */
  readonly months: readonly string[]
  /** In which order a date is written. */
  readonly dateOrder: readonly DatePart[]
}

export type DatePart = 'day' | 'month' | 'year'

function isDatePart(type: string): type is DatePart {
  return type === 'day' || type === 'month' || type === 'year'
}

function startOfDay(instant: Date): number {
  return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate()).getTime()
}

const dayMs = 24 * 60 * 60 * 1000

/** @param locale a BCP 47 tag. */
export function makeFormat(locale: string): Format {
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
  const timeWithSeconds = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  const dayWithYear = new Intl.DateTimeFormat(locale, { dateStyle: 'full' })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const number = new Intl.NumberFormat(locale)
  const monthName = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' })
  const wholeDate = new Intl.DateTimeFormat(locale, { dateStyle: 'long' })
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  return {
    time: (instant) => time.format(instant),
    timeWithSeconds: (instant) => timeWithSeconds.format(instant),
    day: (instant) => day.format(instant),
    dayWithYear: (instant) => dayWithYear.format(instant),
    date: (instant) => date.format(instant),
    relativeDay(instant, now) {
      const days = Math.round((startOfDay(instant) - startOfDay(now)) / dayMs)
      return days === 0 || days === 1 ? relative.format(days, 'day') : day.format(instant)
    },
    elapsed(milliseconds) {
      const seconds = Math.max(0, Math.floor(milliseconds / 1000))
      const hours = Math.floor(seconds / 3600)
      const minutes = Math.floor((seconds % 3600) / 60)
      const rest = twoDigits(seconds % 60)
      return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`
    },
    list: (items) => list.format(items),
    number: (value) => number.format(value),
    months: Array.from({ length: 12 }, (_, month) => monthName.format(new Date(Date.UTC(2000, month)))),
    dateOrder: wholeDate.formatToParts(new Date()).map(({ type }) => type).filter(isDatePart),
  }
}

/**
 * The form of a phrase for a count, by the language's own plural rules (CLDR).
 * @param forms `other` always; the categories that the language has beside it as needed.
 */
export function plural(
  language: string,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string },
): string {
  return forms[new Intl.PluralRules(language).select(count)] ?? forms.other
}
