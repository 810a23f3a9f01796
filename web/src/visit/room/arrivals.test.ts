import type { EncryptionStatus, RemoteParticipant } from '@curtain/client'
import { participantId } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { afterArrivals, knownAtFirst } from './arrivals.ts'

const ann = person('a', 'Ann Lee')
const maya = person('b', 'Dr. Maya Okonkwo')

function person(letter: string, displayName: string): RemoteParticipant {
  const id = participantId.parse(`par_${letter.repeat(26)}`)
  return { id, role: 'guest', displayName, connected: true, quality: 4, speaking: false, streams: [] }
}

function secured(...people: RemoteParticipant[]): EncryptionStatus {
  const members = people.map(({ id, role, displayName }) => ({ id, role, displayName, isSelf: false, compared: false }))
  return { state: 'secured', epoch: 1, members, strangers: [], code: null, changedSinceCompared: false }
}

test('who comes is told of when there are keys for them, by the name that was signed', () => {
  const start = knownAtFirst({ participants: [maya] })
  const roomsName = { ...ann, displayName: 'Dr. Maya Okonkwo' }
  const coming = afterArrivals(start, { participants: [maya, roomsName], encryption: secured(maya) })
  expect(coming).toMatchObject({ joined: [], left: [] })
  const come = afterArrivals(coming.known, { participants: [maya, ann], encryption: secured(maya, ann) })
  expect(come).toMatchObject({ joined: ['Ann Lee'], left: [] })
  const still = afterArrivals(come.known, { participants: [maya, ann], encryption: secured(maya, ann) })
  expect(still).toMatchObject({ joined: [], left: [] })
})

test('who goes is told of by the name that they were told of by', () => {
  const start = knownAtFirst({ participants: [maya, ann] })
  expect(afterArrivals(start, { participants: [maya], encryption: secured(maya) })).toMatchObject({ left: ['Ann Lee'] })
})

test('who goes before there were keys for them is not told of', () => {
  const start = knownAtFirst({ participants: [maya] })
  const coming = afterArrivals(start, { participants: [maya, ann], encryption: secured(maya) })
  expect(afterArrivals(coming.known, { participants: [maya], encryption: secured(maya) })).toMatchObject({ left: [] })
})

test('keys that are agreed anew bring nobody and take nobody', () => {
  const start = knownAtFirst({ participants: [maya, ann] })
  const securing = afterArrivals(start, { participants: [maya, ann], encryption: { state: 'securing' } })
  expect(securing).toMatchObject({ joined: [], left: [] })
  const again = afterArrivals(securing.known, { participants: [maya, ann], encryption: secured(maya, ann) })
  expect(again).toMatchObject({ joined: [], left: [] })
})

test('without end-to-end encryption the room’s names are told at once', () => {
  const told = afterArrivals(new Map(), { participants: [ann], encryption: { state: 'transport' } })
  expect(told.joined).toEqual(['Ann Lee'])
})
