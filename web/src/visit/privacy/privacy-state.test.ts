import type { EncryptionStatus } from '@curtain/client'
import { participantId, visitId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { isSecuring, privacyState } from './privacy-state.ts'

const ann = participantId.parse(`par_${'a'.repeat(26)}`)
const maya = participantId.parse(`par_${'b'.repeat(26)}`)
const part = { picture: 0, digits: '000' }

const secured: Extract<EncryptionStatus, { state: 'secured' }> = {
  state: 'secured',
  epoch: 1,
  members: [{ id: maya, role: 'host', displayName: 'Maya', isSelf: true, compared: false }],
  strangers: [],
  code: [part, part, part, part, part, part],
  changedSinceCompared: false,
}

function visit(encryption: 'end-to-end' | 'transport') {
  return {
    id: visitId.parse(`vis_${'a'.repeat(26)}`),
    kind: 'consultation' as const,
    encryption,
    status: 'open' as const,
    startsAt: '2026-03-01T09:30:00.000Z',
    organizationName: 'Harbor Clinic',
    clinicianName: 'Maya',
  }
}

test('a visit is never said to be private before it is', () => {
  const unknown = { state: 'unknown' } as const
  expect(privacyState({ encryption: unknown, visit: null })).toBe('securing')
  expect(privacyState({ encryption: unknown, visit: visit('end-to-end') })).toBe('securing')
  expect(privacyState({ encryption: unknown, visit: visit('transport') })).toBe('transport')
  expect(privacyState({ encryption: secured, visit: visit('end-to-end') })).toBe('secured')
})

test('a visit in which somebody who left still holds keys is not said to be private', () => {
  const stranger = { id: ann, role: 'guest', displayName: 'Ann', isSelf: false, compared: false } as const
  const doubtful = { ...secured, members: [...secured.members, stranger], strangers: [stranger] }
  expect(privacyState({ encryption: doubtful, visit: visit('end-to-end') })).toBe('doubtful')
})

test('somebody who holds no key yet is being secured, in a visit that has keys', () => {
  expect(isSecuring(secured, ann)).toBe(true)
  expect(isSecuring(secured, maya)).toBe(false)
  expect(isSecuring({ state: 'securing' }, maya)).toBe(true)
  expect(isSecuring({ state: 'transport' }, maya)).toBe(false)
  expect(isSecuring({ state: 'unknown' }, maya)).toBe(false)
})
