import { makeId, type AuditEventView } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { attendanceOf } from './attendance.ts'
import { joined, lastPlaced } from './event-pages.ts'
import { viewersOf } from './viewers.ts'

const bytes = new Uint8Array(10)
const dana = makeId('user', 1, bytes)
const ray = makeId('user', 2, bytes)
const [host, ann] = [makeId('participant', 1, bytes), makeId('participant', 2, bytes)]

function event(minute: number, type: AuditEventView['type'], more: Partial<AuditEventView> = {}): AuditEventView {
  return {
    id: makeId('auditEvent', minute, bytes),
    index: minute,
    at: new Date(Date.UTC(2026, 2, 1, 9, minute)).toISOString(),
    type,
    outcome: 'success',
    userId: null,
    participantId: null,
    sessionId: null,
    target: null,
    facts: {},
    from: null,
    reason: null,
    closed: [],
    entry: null,
    ...more,
  }
}

test('who was in a visit: when, from where, and let in by whom', () => {
  const events = [
    event(0, 'participant.arrived', { userId: dana, facts: { participantId: host }, from: '198.51.100.7' }),
    event(1, 'participant.arrived', { facts: { participantId: ann }, from: '203.0.113.9' }),
    event(2, 'participant.admitted', { userId: dana, facts: { participantId: ann } }),
    event(3, 'participant.departed', { facts: { participantId: ann, reason: 'lost' } }),
    event(5, 'participant.arrived', { facts: { participantId: ann }, from: '203.0.113.9' }),
    event(9, 'visit.ended', { userId: dana }),
  ]
  const [first, second] = attendanceOf(events.toReversed())
  expect(first).toMatchObject({ participantId: host, userId: dana, stays: [{ came: events[0]!.at, left: events[5]!.at }] })
  expect(second).toEqual({
    participantId: ann,
    userId: null,
    stays: [
      { came: events[1]!.at, left: events[3]!.at },
      { came: events[4]!.at, left: events[5]!.at },
    ],
    from: new Set(['203.0.113.9']),
    letInBy: new Set([dana]),
  })
})

test('who had to do with a patient: how often, when last, and by what right; not who was denied it', () => {
  const events = [
    event(1, 'patient.read', { userId: dana, facts: { access: 'own' } }),
    event(2, 'patient.read', { userId: dana, facts: { access: 'break-glass' } }),
    event(3, 'patient.changed', { userId: ray }),
    event(4, 'access.denied', { userId: makeId('user', 3, bytes), outcome: 'denied' }),
  ]
  expect(viewersOf(events)).toEqual([
    { userId: ray, count: 1, last: events[2]!.at, access: [] },
    { userId: dana, count: 2, last: events[1]!.at, access: ['own', 'break-glass'] },
  ])
})

test('what comes later is put where it belongs, once, and as it was read last', () => {
  const page = (events: AuditEventView[]) => ({ events, more: true, names: {}, roles: {} })
  const waiting = event(2, 'patient.read', { index: null })
  const shown = page([waiting, event(1, 'patient.read')])
  expect(lastPlaced(shown.events)).toBe(shown.events[1]!.id)
  const both = joined(shown, page([event(3, 'patient.read'), event(2, 'patient.read')]))
  expect(both.events.map(({ index }) => index)).toEqual([3, 2, 1])
  expect(lastPlaced(page([]).events)).toBeNull()
})
