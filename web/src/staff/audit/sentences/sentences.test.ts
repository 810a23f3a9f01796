import { auditEvents, makeId, type AuditEventType, type AuditEventView } from '@curtain/protocol'
import { describe, expect, test } from 'vitest'
import { makeFormat } from '../../../i18n/format.ts'
import { sentences } from './sentences.ts'
import { toldOf } from './told.ts'

const [dana, ray] = [1, 2].map((now) => makeId('user', now, new Uint8Array(10)))
const ann = makeId('participant', 3, new Uint8Array(10))
const names = { names: { [dana!]: 'Dana Whitfield', [ray!]: 'Ray Ortiz' }, roles: { [ann]: 'patient' } }
const nothing = {
  id: makeId('auditEvent', 0, new Uint8Array(10)),
  index: 0,
  at: '2026-03-01T09:30:00.000Z',
  outcome: 'success',
  userId: null,
  participantId: null,
  sessionId: null,
  target: null,
  facts: {},
  from: null,
  reason: null,
  closed: [],
  entry: '{}',
} as const

function tell(type: AuditEventType, event: Partial<AuditEventView> = {}, language: 'en' | 'es' = 'en'): string {
  const { tellings, unnamed } = sentences[language]
  const voice = { unnamed, roleNames: { clinician: 'Clinician', scheduler: 'Scheduler' }, format: makeFormat(language) }
  return tellings[type][1](toldOf({ ...nothing, closed: [], type, ...event }, names, voice))
}

describe('an event is told', () => {
  test('by who did it, to whom, and what of', () => {
    expect(tell('patient.read', { userId: dana!, facts: { access: 'break-glass' } })).toBe(
      'Dana Whitfield opened a patient’s record, by emergency access',
    )
    const roles = { target: ray!, facts: { roles: ['clinician', 'scheduler'], rolesBefore: ['clinician'] } }
    expect(tell('user.roles-changed', { userId: dana!, ...roles })).toBe(
      'Dana Whitfield changed the roles of Ray Ortiz from Clinician to Clinician and Scheduler',
    )
    expect(tell('participant.admitted', { userId: dana!, participantId: ann, facts: { participantId: ann } })).toBe(
      'Dana Whitfield let in the patient from the waiting room',
    )
    expect(tell('patient.listed', { userId: dana!, facts: { count: 1 } }, 'es')).toBe('Dana Whitfield vio la lista de pacientes, con 1 paciente')
  })

  test('of those who have no name: by what they are', () => {
    expect(tell('participant.departed', { participantId: ann, facts: { reason: 'lost' } })).toBe('The patient lost the connection')
    expect(tell('patient.read', { userId: makeId('user', 9, new Uint8Array(10)) })).toMatch(/^Somebody on the staff /)
    expect(tell('session.ended', { userId: dana!, facts: { reason: 'a newer reason' } })).toContain('a newer reason')
  })

  test.each(['en', 'es'] as const)('whatever its type, with everything or nothing known of it: %s', (language) => {
    for (const type of Object.keys(auditEvents).filter((one): one is AuditEventType => Object.hasOwn(auditEvents, one))) {
      expect(tell(type, {}, language), type).toMatch(/^[\p{Lu}\d](?!.*undefined)/u)
      expect(sentences[language].tellings[type][0], type).toMatch(/^\p{Lu}/u)
    }
  })
})
