import type { AuditEventType, PatientId, ReviewRules, UserId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { PlacedEvent } from '../audit/follow.ts'
import { detect, type Scene } from './detection.ts'
import { wordsOfName } from './names.ts'
import { firstRules } from './rules.ts'

const [dana, kim, program]: UserId[] = ['usr_dana', 'usr_kim', 'usr_program']
const patient = (number: number): PatientId => `pat_${number}`
let made = 0

/** @param at minutes after noon */
function event(type: AuditEventType, at: number, more: Partial<PlacedEvent> = {}): PlacedEvent {
  const index = made++
  return {
    index, id: `evt_${index}`, at: new Date(Date.UTC(2026, 2, 8, 12, at)), type, outcome: 'success', userId: dana ?? null,
    participantId: null, sessionId: null, target: null, facts: {}, ...more,
  }
}
const read = (number: number, at: number, more: Partial<PlacedEvent> = {}) => event('patient.read', at, { target: patient(number), ...more })
const refused = (at: number) => event('access.denied', at, { outcome: 'denied' })

interface Setting {
  rules?: Partial<ReviewRules>
  names?: Record<PatientId, string>
  before?: PlacedEvent[]
}

const shownTo = (numbers: number[], at: number, more: Partial<PlacedEvent> = {}) =>
  event('patient.searched', at, { facts: { patientIds: numbers.map(patient) }, ...more })

function found(events: PlacedEvent[], { rules = {}, names = {}, before = [] }: Setting = {}) {
  const all = [...before, ...events]
  const deedsWith = (outcome: string) =>
    all.filter((one) => one.outcome === outcome).flatMap((one) => (one.userId === null ? [] : [{ ...one, userId: one.userId }]))
  const idsIn = ({ facts }: PlacedEvent) => z.object({ patientIds: z.array(z.string()).default([]) }).parse(facts).patientIds
  const patientOf: Scene['patientOf'] = ({ target }) => (target?.startsWith('pat_') ? `pat_${target.slice(4)}` : null)
  return detect(events, {
    rules: { ...firstRules, timeZone: 'UTC', ...rules },
    staff: new Map([[dana ?? 'usr_', wordsOfName('Dana Reyes')], [kim ?? 'usr_', wordsOfName('Kim Ortiz')]]),
    patientOf,
    nameOf: (id) => wordsOfName(names[id] ?? ''),
    denials: deedsWith('denied'),
    openings: deedsWith('success').flatMap((one) => {
      const patientId = patientOf(one)
      return patientId === null ? [] : [{ ...one, patientId }]
    }),
    listings: deedsWith('success').map((one) => ({ ...one, patientIds: idsIn(one) })),
  })
}
const kinds = (...given: Parameters<typeof found>) => found(...given).map(({ kind }) => kind)

test('what is everybody’s daily work is nothing to look at', () => {
  expect(found([read(1, 0), read(2, 1), event('visit.listed', 2), event('session.signed-in', 3), refused(4)])).toEqual([])
})

test('an emergency and each export come up by themselves', () => {
  const glass = event('patient.glass-broken', 0, { target: patient(1), facts: { breakGlassId: 'bgl_1' } })
  const exports = [event('patient.exported', 1, { target: patient(1) }), event('audit.exported', 2)]
  expect(found([glass, ...exports])).toMatchObject([
    { kind: 'break-glass', key: 'bgl_1', patientId: patient(1) },
    { kind: 'export', patientId: patient(1), events: 1 },
    { kind: 'export', patientId: null, events: 1 },
  ])
  expect(kinds([glass, ...exports], { rules: { kinds: [] } })).toEqual(['break-glass'])
})

test('refusals count within their time, over batches, and for each person', () => {
  const four = [0, 3, 6, 9].map(refused)
  expect(kinds([...four, refused(10)])).toEqual([])
  expect(kinds([event('access.denied', 9, { outcome: 'denied', userId: kim ?? null })], { before: four })).toEqual([])
  expect(found([refused(9)], { before: four })).toMatchObject([
    { kind: 'denials', most: 5, events: 1, firstAt: new Date('2026-03-08T12:00:00Z'), patientId: null },
  ])
  expect(found([...four, refused(10), refused(11)].slice(1), { before: [refused(9)] })).toMatchObject([{ kind: 'denials', most: 6, events: 2 }])
})

test('however often somebody is refused, it is counted', () => {
  const before = Array.from({ length: 200_000 }, () => refused(9))
  expect(found([refused(9)], { before })).toMatchObject([{ kind: 'denials', most: 200_001 }])
})

test('many patients in a short time, not one patient many times', () => {
  const rules = { massReading: { patients: 3, minutes: 60 } }
  expect(kinds([read(1, 0), read(2, 1), read(1, 2), read(2, 3)], { rules })).toEqual([])
  expect(kinds([read(3, 60)], { rules, before: [read(1, 0), read(2, 1)] })).toEqual([])
  expect(found([read(3, 59), read(4, 59)], { rules, before: [read(1, 0), read(2, 1)] })).toMatchObject([
    { kind: 'mass-reading', most: 4, events: 2, patientId: null },
  ])
})

test('many patients in lists, each counted once while the time lasts, and for people alone', () => {
  const rules = { massListing: { patients: 4, minutes: 60 } }
  const before = [shownTo([1, 2], 0), shownTo([2, 3], 30)]
  expect(kinds([shownTo([1, 2, 3], 31), shownTo([4], 31, { userId: kim ?? null })], { rules, before })).toEqual([])
  expect(kinds([shownTo([4], 60)], { rules, before: [shownTo([1, 2], 0), shownTo([3], 30)] })).toEqual([])
  expect(kinds([shownTo([1, 2, 3, 4], 0, { userId: program ?? null })], { rules })).toEqual([])
  // Who was shown again counts from then on.
  expect(found([shownTo([4, 5], 60), shownTo([6], 89), shownTo([7], 200)], { rules, before })).toMatchObject([
    { kind: 'mass-listing', most: 5, events: 2, patientId: null, firstAt: new Date('2026-03-08T12:30:00Z') },
  ])
})

test('a night is one thing to look at, before and after midnight, by the organization’s clock', () => {
  const rules = { timeZone: 'America/New_York' }
  const night = [read(1, 16 * 60 - 30), read(2, 18 * 60)]
  expect(found(night, { rules })).toMatchObject([{ kind: 'night', day: '2026-03-08', events: 2, patientId: null }])
  expect(kinds([read(1, 11 * 60)], { rules })).toEqual([])
  expect(kinds([read(1, 11 * 60)])).toEqual(['night'])
})

test('a colleague’s record, one’s own, and one of the same surname', () => {
  const names = { pat_1: 'Kim Ortiz', pat_2: 'Ann Reyes', pat_3: 'Dana Reyes', pat_4: 'Bo Ortiz' }
  expect(found([1, 2, 3, 4].map((number) => read(number, number)), { names })).toMatchObject([
    { kind: 'colleague', patientId: 'pat_1' },
    { kind: 'same-surname', patientId: 'pat_2' },
    { kind: 'colleague', patientId: 'pat_3' },
  ])
  expect(found([read(2, 1), read(2, 2)], { names })).toMatchObject([{ kind: 'same-surname', events: 2 }])
})

test('programs read at night, and many', () => {
  const names = { pat_1: 'Kim Ortiz' }
  expect(found([read(1, 11 * 60, { userId: program ?? null })], { names, rules: { massReading: { patients: 2, minutes: 60 } } })).toEqual([])
})
