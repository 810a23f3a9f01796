import { makeId, type Me } from '@curtain/protocol'
import { describe, expect, test } from 'vitest'
import type { Moment } from '../time/moment.ts'
import { timeLeft, timesOf } from './session-clock.ts'

const minute = 60_000
const answeredAt = Date.parse('2026-03-08T12:00:00.000Z')
const session: Me['session'] = {
  id: makeId('session', 0, new Uint8Array(10)),
  endsAt: '2026-03-08T20:00:00.000Z',
  idleMinutes: 15,
  lastUsedAt: '2026-03-08T11:55:00.000Z',
  confirmedUntil: null,
}
/** So long after the answer was read, on a device whose date is years off. */
const after = (ms: number): Moment => ({ wallMs: ms, steadyMs: 5000 + ms })
const times = timesOf(session, answeredAt, after(0))

describe('how long a session lasts', () => {
  test('counts from its last use, whatever this device takes for the date', () => {
    expect(timeLeft(times, after(0))).toEqual({ ms: 10 * minute, until: 'idle' })
    expect(timeLeft(times, after(4 * minute))).toEqual({ ms: 6 * minute, until: 'idle' })
    expect(timeLeft(times, after(11 * minute)).ms).toBe(-minute)
  })

  test('is counted anew from each use', () => {
    expect(timeLeft({ ...times, usedAt: after(9 * minute) }, after(10 * minute))).toEqual({ ms: 14 * minute, until: 'idle' })
    expect(timeLeft({ ...times, usedAt: after(-20 * minute) }, after(0))).toEqual({ ms: 10 * minute, until: 'idle' })
  })

  test('has an end that no use puts off', () => {
    const used = { ...times, usedAt: after(479 * minute) }
    expect(timeLeft(used, after(479 * minute))).toEqual({ ms: minute, until: 'end' })
  })
})
