import { expect, test } from 'vitest'
import { isDeliveryLate, type LogStanding, problemsOf } from './standing.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const well: LogStanding = {
  waitingSince: ago(0.2),
  unsignedSince: ago(0.5),
  signedSince: ago(1000),
  deliveries: [{ isLate: false, failing: null }],
  check: { at: ago(61).toISOString(), outcome: 'sound' },
}

test('a log that is written, signed, brought outside and checked has no problem', () => {
  expect(problemsOf(well, now)).toEqual([])
  expect(problemsOf({ waitingSince: null, unsignedSince: null, signedSince: null, deliveries: [], check: null }, now)).toEqual([])
})

test.each([
  ['places-late', { waitingSince: ago(2) }],
  ['checkpoint-late', { unsignedSince: ago(2) }],
  ['delivery-late', { deliveries: [{ isLate: false, failing: null }, { isLate: true, failing: null }] }],
  ['delivery-contradicts', { deliveries: [{ isLate: false, failing: { code: 'contradicts', since: '', nextAttemptAt: '' } }] }],
  ['check-late', { check: { at: ago(121).toISOString(), outcome: 'sound' } }],
  ['check-late', { check: null }],
  ['check-broken', { check: { at: ago(1).toISOString(), outcome: 'broken' } }],
] as const)('%s', (problem, change) => {
  expect(problemsOf({ ...well, ...change }, now)).toEqual([problem])
})

test('a place outside may be without the last checkpoint for some minutes', () => {
  expect([null, ago(9), ago(11)].map((since) => isDeliveryLate(since, now))).toEqual([false, false, true])
})
