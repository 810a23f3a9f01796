import { expect, test } from 'vitest'
import { msBetween, type Moment } from './moment.ts'

const minute = 60_000

test('time passes where a clock is set back, and where one stands still in sleep', () => {
  const start: Moment = { wallMs: 10 * minute, steadyMs: 0 }
  expect(msBetween(start, { wallMs: 0, steadyMs: minute })).toBe(minute)
  expect(msBetween(start, { wallMs: 30 * minute, steadyMs: minute })).toBe(20 * minute)
})
