import { auditEvents, makeId, type AuditFilter } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { eventGroups, typesOf } from './kinds.ts'
import { logPath, readFilter } from './log-address.ts'

const patientId = makeId('patient', 1, new Uint8Array(10))
const again = (path: string) => readFilter(new URL(path, 'http://localhost').searchParams)

test('a search is in the address of its page, and comes back from there', () => {
  const filters: AuditFilter[] = [
    {},
    { patientId, outcome: 'denied', since: '2026-03-01T09:30:00.000Z' },
    { types: ['patient.read', 'visit.read'], target: patientId },
    { types: [...typesOf('visits')], until: '2026-03-01T09:30:00.000Z' },
  ]
  for (const filter of filters) expect(again(logPath(filter))).toEqual(filter)
  expect(logPath({})).toBe('/log')
  expect(logPath({ types: [...typesOf('visits')] })).toBe('/log?kind=visits')
})

test('what an address says and cannot mean is not looked for', () => {
  expect(again('/log?patient=Ann+Lee&target=Ann+Lee&kind=patient.kissed&outcome=maybe&since=yesterday&next=//elsewhere.example')).toEqual({})
})

test('every type of event belongs to one group, none of them too large to be asked for', () => {
  expect(eventGroups.flatMap((group) => [...typesOf(group)]).toSorted()).toEqual(Object.keys(auditEvents).toSorted())
  for (const group of eventGroups) expect(typesOf(group).length).toBeLessThanOrEqual(50)
})
