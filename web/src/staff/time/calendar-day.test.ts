import { afterEach, describe, expect, test, vi } from 'vitest'
import { addDays, dayOf, parseDay, spanOf, type CalendarDay } from './calendar-day.ts'

afterEach(() => void vi.unstubAllEnvs())

const hours = (day: CalendarDay) => {
  const { from, to } = spanOf(day)
  return (Date.parse(to) - Date.parse(from)) / 3_600_000
}

describe('a calendar day', () => {
  test('is the one where the viewer is, not the one in Greenwich', () => {
    const instant = new Date('2026-03-01T03:30:00.000Z')
    vi.stubEnv('TZ', 'America/New_York')
    expect(dayOf(instant)).toBe('2026-02-28')
    vi.stubEnv('TZ', 'Asia/Tokyo')
    expect(dayOf(instant)).toBe('2026-03-01')
  })

  test('spans 23 hours when clocks go forward and 25 when they go back', () => {
    vi.stubEnv('TZ', 'America/New_York')
    expect(spanOf('2026-03-08')).toEqual({ from: '2026-03-08T05:00:00.000Z', to: '2026-03-09T04:00:00.000Z' })
    expect(hours('2026-03-08')).toBe(23)
    expect(hours('2026-03-09')).toBe(24)
    expect(hours('2026-11-01')).toBe(25)
  })

  test('begins at one in the morning where clocks skip midnight', () => {
    vi.stubEnv('TZ', 'America/Santiago')
    expect(spanOf('2026-09-06').from).toBe('2026-09-06T04:00:00.000Z')
    expect(hours('2026-09-06')).toBe(23)
  })

  test('is followed by the next one across months, years and clock changes', () => {
    vi.stubEnv('TZ', 'America/New_York')
    expect(addDays('2026-03-07', 1)).toBe('2026-03-08')
    expect(addDays('2026-03-08', 1)).toBe('2026-03-09')
    expect(addDays('2026-11-01', -1)).toBe('2026-10-31')
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  })

  test('is read only if there is such a day', () => {
    expect(parseDay('2026-03-08')).toBe('2026-03-08')
    expect(parseDay('2026-02-29')).toBeNull()
    expect(parseDay('2026-13-01')).toBeNull()
    expect(parseDay('tomorrow')).toBeNull()
    expect(parseDay(null)).toBeNull()
  })
})
