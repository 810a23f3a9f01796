/** What a clock on the wall of a time zone says. */
export interface LocalTime {
  /** `2026-03-08` */
  day: string
  /** Since midnight, as the clock says it: where it was set forward or back, not those that went by. */
  minutes: number
}

/** @param timeZone of the IANA database @returns what tells the time there */
export function createClock(timeZone: string): (instant: Date) => LocalTime {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  })
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    return {
      day: `${parts['year']}-${parts['month']}-${parts['day']}`,
      minutes: Number(parts['hour']) * 60 + Number(parts['minute']),
    }
  }
}

/** The day on which the night began that a time is in; null where it is in none. @param night hours such as `22:00` */
export function nightOf({ day, minutes }: LocalTime, night: { from: string; until: string }): string | null {
  const [from, until] = [minutesOf(night.from), minutesOf(night.until)]
  if (from <= until) return minutes >= from && minutes < until ? day : null
  if (minutes >= from) return day
  return minutes < until ? dayBefore(day) : null
}

function minutesOf(hour: string): number {
  return Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3))
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 24 * 60 * 60_000).toISOString().slice(0, 10)
}
