import type { Visit } from '@curtain/protocol'
import { startOf, type CalendarDay } from '../time/calendar-day.ts'
import { endOf } from '../visit/standing.ts'
import { inOrder } from './day-plan.ts'

/** A day drawn from left to right; positions are fractions of its width, 0 to 1. */
export interface DayStripLayout {
  blocks: { visit: Visit; left: number; width: number; lane: number }[]
  /** How many visits overlap at most. */
  lanes: number
  /** Full hours. */
  hours: { at: Date; left: number }[]
  /** Where the present moment is; null if it is outside. */
  now: number | null
}

const hourMs = 3_600_000
const usualHours = { from: 8, to: 18 }

/**
 * Lays out a day's visits. Shows working hours, and more where a visit is earlier or later; a visit that overlaps
 * another goes into the next free lane.
 */
export function layOutDay(visits: readonly Visit[], day: CalendarDay, now: Date): DayStripLayout {
  const ordered = inOrder(visits)
  const midnight = startOf(day)
  const hourOfDay = (hour: number) =>
    new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate(), hour).getTime()
  const floor = (time: number) => midnight.getTime() + Math.floor((time - midnight.getTime()) / hourMs) * hourMs
  const ceil = (time: number) => midnight.getTime() + Math.ceil((time - midnight.getTime()) / hourMs) * hourMs
  const starts = ordered.map((visit) => Date.parse(visit.startsAt))
  const from = floor(Math.min(hourOfDay(usualHours.from), ...starts))
  const to = ceil(Math.max(hourOfDay(usualHours.to), ...ordered.map(endOf)))
  const fraction = (time: number) => (time - from) / (to - from)

  const laneEnds: number[] = []
  const blocks = ordered.map((visit) => {
    const start = Date.parse(visit.startsAt)
    const free = laneEnds.findIndex((end) => end <= start)
    const lane = free === -1 ? laneEnds.length : free
    laneEnds[lane] = endOf(visit)
    return { visit, left: fraction(start), width: fraction(endOf(visit)) - fraction(start), lane }
  })

  const hours = []
  for (let time = from; time <= to; time += hourMs) hours.push({ at: new Date(time), left: fraction(time) })
  const position = fraction(now.getTime())
  return { blocks, lanes: Math.max(1, laneEnds.length), hours, now: position >= 0 && position <= 1 ? position : null }
}
