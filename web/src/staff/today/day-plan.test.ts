import { makeId, type Visit, type VisitParticipant } from '@curtain/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isOverdue, presentIn, waitingIn } from '../visit/standing.ts'
import { planDay } from './day-plan.ts'
import { layOutDay } from './day-strip-layout.ts'

beforeEach(() => void vi.stubEnv('TZ', 'America/New_York'))
afterEach(() => void vi.unstubAllEnvs())

let made = 0
const bytes = () => new Uint8Array(10).fill((made += 1))

/** A visit of half an hour, at a time of 3 March 2026 in New York (five hours behind UTC). */
function visitAt(time: string, change: Partial<Visit> = {}): Visit {
  return {
    id: makeId('visit', 0, bytes()),
    kind: 'consultation',
    encryption: 'end-to-end',
    status: 'scheduled',
    startsAt: new Date(`2026-03-03T${time}:00-05:00`).toISOString(),
    durationMinutes: 30,
    reason: '',
    patient: { id: makeId('patient', 0, bytes()), name: 'P' },
    clinician: { id: makeId('user', 0, bytes()), name: 'C' },
    participants: [],
    createdAt: '2026-03-01T00:00:00.000Z',
    startedAt: null,
    endedAt: null,
    ...change,
  }
}

function person(admission: VisitParticipant['admission'], present: boolean): VisitParticipant {
  return { id: makeId('participant', 0, bytes()), role: 'patient', displayName: 'P', admission, present, check: null }
}

const now = new Date('2026-03-03T12:10:00-05:00')

describe('a day’s plan', () => {
  test('tells what is on now, what comes and what was, each in order of time', () => {
    const later = visitAt('15:00')
    const soon = visitAt('12:30')
    const due = visitAt('12:00')
    const ended = visitAt('11:45', { status: 'ended' })
    const cancelled = visitAt('16:00', { status: 'cancelled' })
    expect(planDay([later, ended, soon, cancelled, due], now)).toEqual({
      now: [due],
      next: [soon, later],
      earlier: [ended, cancelled],
    })
  })

  test('brings up a visit that somebody waits for, however early or late', () => {
    const early = visitAt('15:00', { status: 'open', participants: [person('waiting', true)] })
    const late = visitAt('09:00', { status: 'open', participants: [person('waiting', true)] })
    const over = visitAt('09:30', { status: 'in-progress' })
    expect(planDay([early, late, over], now)).toEqual({ now: [late, over, early], next: [], earlier: [] })
  })

  test('marks a visit whose time passed without anybody in it', () => {
    const missed = visitAt('10:00')
    expect(isOverdue(missed, now)).toBe(true)
    expect(planDay([missed], now).earlier).toEqual([missed])
    expect(isOverdue(visitAt('10:00', { status: 'no-show' }), now)).toBe(false)
    expect(isOverdue(visitAt('12:00'), now)).toBe(false)
  })

  test('counts who waits and who is in, and nobody who has gone', () => {
    const people = [
      person('waiting', true),
      person('waiting', false),
      person('admitted', true),
      person('refused', true),
    ]
    const visit = visitAt('12:00', { participants: people })
    expect(waitingIn(visit)).toEqual([people[0]])
    expect(presentIn(visit)).toEqual([people[2]])
  })
})

describe('the drawing of a day', () => {
  test('shows working hours, and the present moment within them', () => {
    const strip = layOutDay([], '2026-03-03', now)
    expect(strip.hours.map(({ at }) => at.getHours())).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18])
    expect(strip.now).toBeCloseTo((4 + 1 / 6) / 10)
    expect(layOutDay([], '2026-03-04', now).now).toBeNull()
  })

  test('reaches out to visits before and after, past midnight too', () => {
    const strip = layOutDay([visitAt('06:20'), visitAt('23:45')], '2026-03-03', now)
    expect(strip.hours[0]?.at.getHours()).toBe(6)
    expect(strip.hours.at(-1)?.at.toISOString()).toBe('2026-03-04T06:00:00.000Z')
    for (const { left, width } of strip.blocks) {
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left + width).toBeLessThanOrEqual(1)
    }
  })

  test('puts visits that overlap into lanes of their own', () => {
    const strip = layOutDay([visitAt('09:00'), visitAt('09:15'), visitAt('09:30')], '2026-03-03', now)
    expect(strip.blocks.map(({ lane }) => lane)).toEqual([0, 1, 0])
    expect(strip.lanes).toBe(2)
  })

  test('keeps every visit in place on a day of 23 hours', () => {
    const early = visitAt('00:00', { startsAt: '2026-03-08T06:30:00.000Z' })
    const strip = layOutDay([early], '2026-03-08', now)
    expect(strip.hours.map(({ at }) => at.getHours()).slice(0, 4)).toEqual([1, 3, 4, 5])
    expect(strip.blocks[0]?.left).toBeCloseTo(0.5 / (strip.hours.length - 1))
  })
})
