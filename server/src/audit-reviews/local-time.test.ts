import { expect, test } from 'vitest'
import { createClock, nightOf } from './local-time.ts'

const night = { from: '22:00', until: '06:00' }
const at = (timeZone: string, instant: string) => createClock(timeZone)(new Date(instant))

test('a clock tells the time of its zone, where the day may be another and the clock was set forward', () => {
  expect(at('UTC', '2026-03-08T05:30:00Z')).toEqual({ day: '2026-03-08', minutes: 330 })
  expect(at('America/New_York', '2026-03-08T04:30:00Z')).toEqual({ day: '2026-03-07', minutes: 23 * 60 + 30 })
  expect(at('America/New_York', '2026-03-08T07:00:00Z')).toEqual({ day: '2026-03-08', minutes: 180 })
  expect(at('Asia/Kolkata', '2026-03-08T18:30:00Z')).toEqual({ day: '2026-03-09', minutes: 0 })
})

test.each([
  ['2026-03-01T21:59:59Z', null],
  ['2026-03-01T22:00:00Z', '2026-03-01'],
  ['2026-03-02T00:00:00Z', '2026-03-01'],
  ['2026-03-01T05:59:00Z', '2026-02-28'],
  ['2026-03-01T06:00:00Z', null],
])('%s is in the night of %s', (instant, day) => {
  expect(nightOf(at('UTC', instant), night)).toBe(day)
})

test('a night may lie within one day, or not be', () => {
  const early = at('UTC', '2026-03-02T01:00:00Z')
  expect(nightOf(early, { from: '00:00', until: '05:00' })).toBe('2026-03-02')
  expect(nightOf(early, { from: '00:00', until: '00:00' })).toBeNull()
  expect(nightOf(at('UTC', '2026-03-02T05:00:00Z'), { from: '00:00', until: '05:00' })).toBeNull()
})
