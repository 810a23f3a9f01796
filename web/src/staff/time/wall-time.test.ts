import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { instantAt, nextQuarter, timeOf } from './wall-time.ts'

beforeEach(() => void vi.stubEnv('TZ', 'America/New_York'))
afterEach(() => void vi.unstubAllEnvs())

const at = (...[day, time]: Parameters<typeof instantAt>) => {
  const found = instantAt(day, time)
  return found && [found.instant.toISOString(), found.clockChange]
}

describe('a time on the wall', () => {
  test('becomes the instant in the viewer’s zone, in winter and in summer', () => {
    expect(at('2026-01-15', '09:30')).toEqual(['2026-01-15T14:30:00.000Z', null])
    expect(at('2026-07-15', '09:30')).toEqual(['2026-07-15T13:30:00.000Z', null])
  })

  test('that clocks skip becomes the same stretch later, and says so', () => {
    expect(at('2026-03-08', '02:30')).toEqual(['2026-03-08T07:30:00.000Z', 'skipped'])
    expect(timeOf(new Date('2026-03-08T07:30:00.000Z'))).toBe('03:30')
    expect(at('2026-03-08', '03:00')).toEqual(['2026-03-08T07:00:00.000Z', null])
  })

  test('that clocks show twice becomes the first, and says so', () => {
    expect(at('2026-11-01', '01:30')).toEqual(['2026-11-01T05:30:00.000Z', 'repeated'])
    expect(at('2026-11-01', '02:00')).toEqual(['2026-11-01T07:00:00.000Z', null])
    vi.stubEnv('TZ', 'Australia/Lord_Howe')
    expect(at('2026-04-05', '01:45')).toEqual(['2026-04-04T14:45:00.000Z', 'repeated'])
  })

  test('that is not a time is refused', () => {
    expect(at('2026-03-08', '24:00')).toBeNull()
    expect(at('2026-03-08', '9:30')).toBeNull()
    expect(at('2026-03-08', '')).toBeNull()
  })

  test('survives the way to the API and back', () => {
    for (const time of ['00:00', '04:05', '12:00', '23:59'])
      expect(timeOf(instantAt('2026-10-31', time)!.instant)).toBe(time)
  })
})

test('a new visit is offered at the next full quarter of an hour', () => {
  expect(nextQuarter(new Date('2026-03-01T09:01:00Z'), 5).toISOString()).toBe('2026-03-01T09:15:00.000Z')
  expect(nextQuarter(new Date('2026-03-01T09:12:00Z'), 5).toISOString()).toBe('2026-03-01T09:30:00.000Z')
  expect(nextQuarter(new Date('2026-03-01T09:10:00Z'), 5).toISOString()).toBe('2026-03-01T09:15:00.000Z')
})
