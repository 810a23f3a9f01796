import { expect, test } from 'vitest'
import type { PlacedEvent } from '../audit/follow.ts'
import { countOne, eventsOf, onEnough, onQuietEnd, personOf, typesOf } from './counting.ts'

const minuteMs = 60_000
const start = new Date('2026-03-01T12:00:00Z')
const minutes = (count: number) => new Date(start.getTime() + count * minuteMs)
const event: PlacedEvent = {
  index: 7, id: 'evt_1', at: start, type: 'access.denied', outcome: 'denied', userId: 'usr_1', participantId: null, sessionId: null,
  target: 'pat_1', facts: {},
}
const rule = {
  topics: ['denials' as const], types: ['visit.read' as const], outcome: null, user_id: null, target: null, watches_since: start,
}

const isAbout = (about: Parameters<typeof eventsOf>[0], one: PlacedEvent) => eventsOf(about, [one]).length === 1

test('a rule is about the types of its topics and those it names', () => {
  expect(typesOf(rule)).toEqual(['access.denied', 'participant.denied', 'visit.read'])
  expect(isAbout(rule, event)).toBe(true)
  expect(isAbout(rule, { ...event, type: 'visit.read' })).toBe(true)
  expect(isAbout(rule, { ...event, type: 'visit.changed' })).toBe(false)
})

test('each thing that it says besides narrows it down', () => {
  expect(isAbout({ ...rule, outcome: 'denied', user_id: 'usr_1', target: 'pat_1' }, event)).toBe(true)
  expect(isAbout({ ...rule, outcome: 'success' }, event)).toBe(false)
  expect(isAbout({ ...rule, user_id: 'usr_2' }, event)).toBe(false)
  expect(isAbout({ ...rule, target: 'pat_2' }, event)).toBe(false)
})

test('what was before it watched counts for nothing', () => {
  expect(isAbout({ ...rule, watches_since: minutes(1) }, event)).toBe(false)
})

test('people are counted apart, or all together', () => {
  expect(personOf({ count_by: 'person' }, event)).toBe('usr_1')
  expect(personOf({ count_by: 'person' }, { ...event, userId: null, participantId: 'par_1' })).toBe('par_1')
  expect(personOf({ count_by: 'person' }, { ...event, userId: null })).toBe('')
  expect(personOf({ count_by: 'everybody' }, event)).toBe('')
})

function enough(count: number, within: number, at: readonly number[]): number[] {
  let times: Date[] = []
  return at.filter((minute) => {
    const counted = countOne({ count, within_minutes: within }, times, minutes(minute))
    times = counted.times
    expect(times.length).toBeLessThan(count)
    return counted.isEnough
  })
}

test('it is enough when so many come within the time, and then it begins anew', () => {
  expect(enough(1, 10, [0, 0, 1])).toEqual([0, 0, 1])
  expect(enough(3, 10, [0, 5, 9, 10, 11, 12])).toEqual([9, 12])
  expect(enough(3, 10, [0, 5, 10, 11])).toEqual([11])
  expect(enough(2, 10, [0, 10, 20])).toEqual([])
})

test('a clock that was set back makes nothing count for ever', () => {
  expect(enough(3, 10, [100, 101, 0, 20, 40])).toEqual([])
  expect(enough(2, 10, [5, 4])).toEqual([4])
})

test('it is told once, then counted, and told ever more rarely while it goes on', () => {
  let quiet = { quiet_until: null as Date | null, quiet_minutes: 0, more: 0 }
  const once = (at: Date) => {
    const { quiet: next, isTold } = onEnough({ ...quiet, count: 5 }, at)
    quiet = next
    return isTold
  }
  expect(once(start)).toBe(true)
  expect([once(minutes(1)), once(minutes(9))]).toEqual([false, false])
  expect(quiet).toEqual({ quiet_until: minutes(10), quiet_minutes: 10, more: 10 })
  const waits: number[] = []
  for (let round = 0; round < 6; round++) {
    const at = quiet.quiet_until ?? start
    const end = onQuietEnd(quiet, at)
    expect(end.told).toBe(round === 0 ? 10 : 5)
    quiet = end.quiet
    waits.push(quiet.quiet_minutes)
    expect(once(at)).toBe(false)
  }
  expect(waits).toEqual([20, 40, 80, 160, 240, 240])
})

test('after a time without any it is told at once again', () => {
  const { quiet } = onEnough({ quiet_until: null, quiet_minutes: 0, more: 0, count: 1 }, start)
  const end = onQuietEnd(quiet, minutes(10))
  expect(end).toEqual({ quiet: { quiet_until: null, quiet_minutes: 0, more: 0 }, told: 0 })
  expect(onEnough({ ...end.quiet, count: 1 }, minutes(11)).isTold).toBe(true)
})
