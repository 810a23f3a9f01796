import { makeId, type ParticipantId, type ParticipantRole, type RosterEntry } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { hello, me } from '../test-support/visit-world.ts'
import { roomFromHello, type RoomModel } from './room-model.ts'
import { emptySnapshot, snapshotOf } from './snapshot.ts'
import type { EncryptionStatus, VisitSnapshot } from './types.ts'

const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
const [doctor, guest] = [participantId(2), participantId(3)]

function entry(id: ParticipantId, role: ParticipantRole, displayName: string): RosterEntry {
  return { id, role, displayName, admission: 'admitted', connected: true, quality: 4, producers: [] }
}

/** What a server that lies says of the room. */
const model: RoomModel = {
  ...roomFromHello(hello('end-to-end'), 0),
  self: { id: me, role: 'guest', displayName: 'Somebody', admission: 'admitted' },
  participants: [entry(me, 'guest', 'Somebody'), entry(doctor, 'guest', 'A stranger'), entry(guest, 'host', 'Dr. Day')],
}

const secured: EncryptionStatus = {
  state: 'secured',
  epoch: 1,
  members: [
    { id: me, role: 'patient', displayName: 'Pat', isSelf: true, compared: false },
    { id: doctor, role: 'host', displayName: 'Dr. Day', isSelf: false, compared: false },
  ],
  strangers: [],
  code: null,
  changedSinceCompared: false,
}

function shown(encryption: EncryptionStatus): VisitSnapshot {
  return snapshotOf({ ...emptySnapshot, phase: 'joined', encryption, model, quality: 4, streamsOf: () => [] })
}

test('in a secured visit people have the names and roles of the signed roster', () => {
  const { self, participants } = shown(secured)
  expect(self).toMatchObject({ id: me, role: 'patient', displayName: 'Pat' })
  expect(participants[0]).toMatchObject({ id: doctor, role: 'host', displayName: 'Dr. Day' })
})

test('who holds no keys keeps the name that the room gives them', () => {
  expect(shown(secured).participants[1]).toMatchObject({ id: guest, role: 'host', displayName: 'Dr. Day' })
  expect(shown({ state: 'transport' }).participants[0]).toMatchObject({ id: doctor, displayName: 'A stranger' })
})
