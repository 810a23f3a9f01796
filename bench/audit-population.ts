import { type AuditEventType, makeId, type OrganizationId, type ParticipantId, type PatientId, type UserId, type VisitId } from '@curtain/protocol'
import type { AuditEvent } from '../server/src/audit/record.ts'

/** Who and what a made-up log is about. */
export interface AuditWorld {
  users: UserId[]
  patients: PatientId[]
  visits: { id: VisitId; participantId: ParticipantId; patientId: PatientId }[]
}

/** Of a clinic that has had so many events in six years. */
export function makeAuditWorld(events: number, random: () => number): AuditWorld {
  const start = Date.UTC(2020, 0, 1)
  const id = <Kind extends Parameters<typeof makeId>[0]>(kind: Kind, at: number) =>
    makeId(kind, start + at, Uint8Array.from({ length: 10 }, () => random() * 256))
  const many = <One>(count: number, make: (at: number) => One) => Array.from({ length: Math.ceil(count) }, (_, at) => make(at))
  const patients = many(Math.min(100_000, events / 50), (at) => id('patient', at))
  const visits = many(Math.min(200_000, events / 25), (at) => {
    const patientId = patients[at % patients.length]
    if (patientId === undefined) throw new Error('nobody to visit')
    return { id: id('visit', at), participantId: id('participant', at), patientId }
  })
  return { users: many(60, (at) => id('user', at)), patients, visits }
}

type MadeUp = Omit<AuditEvent<AuditEventType>, 'organizationId'>

/** What is logged in a clinic, about as often as it is. */
const kinds: [share: number, make: (of: AuditWorld, one: <Of>(list: readonly Of[]) => Of, random: () => number) => MadeUp][] = [
  [38, ({ patients }, one) => ({ type: 'patient.read', target: one(patients), facts: { access: 'own' } })],
  [8, ({ patients }, one) => ({ type: 'patient.listed', facts: { count: 25, patientIds: Array.from({ length: 25 }, () => one(patients)) } })],
  [10, ({ patients }, one) => ({ type: 'patient.searched', facts: { by: ['name'], count: 4, patientIds: Array.from({ length: 4 }, () => one(patients)) } })],
  [14, ({ visits }, one) => ({ type: 'visit.read', target: one(visits).id, facts: { access: 'own' } })],
  [6, ({ patients }, one) => ({ type: 'visit.listed', facts: { count: 10, access: 'own', patientIds: Array.from({ length: 10 }, () => one(patients)) } })],
  [3, ({ visits, patients }, one) => ({ type: 'visit.created', target: one(visits).id, facts: { patientId: one(patients), kind: 'consultation' } })],
  [6, arriving('participant.arrived')],
  [6, arriving('participant.departed')],
  [4, () => ({ type: 'session.signed-in', facts: { by: 'password' } })],
  [3, () => ({ type: 'session.signed-out' })],
  [1.5, ({ patients }, one) => ({ type: 'patient.changed', target: one(patients), facts: { fields: ['phone'] } })],
  [0.4, ({ patients }, one) => ({ type: 'access.denied', outcome: 'denied', target: one(patients), facts: { action: 'patient.read' } })],
  [0.1, ({ patients }, one) => ({ type: 'patient.glass-broken', target: one(patients), facts: {} })],
]

function arriving(type: 'participant.arrived' | 'participant.departed'): (typeof kinds)[number][1] {
  return ({ visits }, one) => {
    const { id, participantId } = one(visits)
    return { type, target: id, participantId, userId: null, facts: { participantId } }
  }
}

/** Gives one event after the other. */
export function createEvents(of: AuditWorld, organizationId: OrganizationId, random: () => number): () => AuditEvent<AuditEventType> {
  const total = kinds.reduce((sum, [share]) => sum + share, 0)
  // The square makes the first of a list common, and the last rare.
  const one = <Of>(list: readonly Of[]): Of => {
    const found = list[Math.floor(random() ** 2 * list.length)]
    if (found === undefined) throw new Error('an empty world')
    return found
  }
  return () => {
    let at = random() * total
    const [, make] = kinds.find(([share]) => (at -= share) < 0) ?? kinds[0] ?? []
    if (make === undefined) throw new Error('nothing happens')
    return { organizationId, userId: one(of.users), ...make(of, one, random) }
  }
}
