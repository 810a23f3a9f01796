import { makeId, type NotificationBody, type ParticipantId, type RoomState, type RosterEntry } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { afterNotification, roomFromHello, type RoomModel } from './room-model.ts'

const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
const [me, doctor, guest] = [participantId(1), participantId(2), participantId(3)]
const now = Date.parse('2026-03-01T12:00:00.000Z')

function entry(id: ParticipantId): RosterEntry {
  return { id, role: 'guest', displayName: id, admission: 'admitted', connected: true, quality: 4, producers: [] }
}
function room(participants: RosterEntry[], startedAt: string | null = null): RoomState {
  return { status: 'open', locked: false, startedAt, now: '2026-03-01T09:30:10.000Z', participants, waiting: [] }
}

const start: RoomModel = roomFromHello(
  {
    resumed: false,
    resumeToken: 'r'.repeat(43),
    sequence: 0,
    participant: { id: me, role: 'patient', displayName: 'Pat', admission: 'waiting' },
    grants: [],
    visit: {
      id: makeId('visit', 1, new Uint8Array(10)),
      kind: 'consultation',
      encryption: 'end-to-end',
      status: 'open',
      startsAt: '2026-03-01T09:30:00.000Z',
      organizationName: 'Clinic',
      clinicianName: 'Dr. Day',
    },
    room: room([]),
    routerRtpCapabilities: {},
    encryption: { mode: 'transport' },
  },
  now,
)

function after(...bodies: NotificationBody[]): RoomModel {
  return bodies.reduce((model, body, index) => afterNotification(model, { ...body, sequence: index + 1 }, now), start)
}

test('time elapsed is the server’s, whatever this clock says', () => {
  const model = after({ type: 'room.started', room: room([entry(me)], '2026-03-01T09:30:00.000Z') })
  expect(now - (model.startedAt ?? 0)).toBe(10_000)
})

test('being admitted brings the grants and who is there; being sent back takes them', () => {
  const admitted = after({ type: 'admitted', grants: ['publish-audio'], room: room([entry(doctor)]) })
  expect(admitted.self.admission).toBe('admitted')
  expect(admitted.grants).toEqual(new Set(['publish-audio']))
  expect(admitted.participants.map(({ id }) => id)).toEqual([doctor])
  const back = afterNotification(admitted, { type: 'sent-back', sequence: 2 }, now)
  expect(back).toMatchObject({ self: { admission: 'waiting' }, participants: [] })
  expect(back.grants.size).toBe(0)
})

test('people come, come again in the same place, and go', () => {
  const joined = after(
    { type: 'participant.joined', participant: entry(doctor) },
    { type: 'participant.joined', participant: entry(guest) },
    { type: 'participant.joined', participant: { ...entry(doctor), quality: 2 } },
    { type: 'speaking', participantIds: [guest, doctor] },
  )
  expect(joined.participants.map(({ id, quality }) => [id, quality])).toEqual([
    [doctor, 2],
    [guest, 4],
  ])
  const left = afterNotification(joined, { type: 'participant.left', participantId: guest, sequence: 5 }, now)
  expect(left.participants.map(({ id }) => id)).toEqual([doctor])
  expect(left.speaking).toEqual([doctor])
})

test('what changes of one person leaves the others alone', () => {
  const producer = { id: 'p1', source: 'camera', paused: false } as const
  const model = after(
    { type: 'participant.joined', participant: entry(doctor) },
    { type: 'participant.joined', participant: entry(guest) },
    { type: 'participant.connected', participantId: guest, connected: false },
    { type: 'participant.quality', participantId: guest, quality: 1 },
    { type: 'producer.changed', participantId: guest, producer },
    { type: 'producer.changed', participantId: guest, producer: { ...producer, paused: true } },
  )
  expect(model.participants).toEqual([
    entry(doctor),
    { ...entry(guest), connected: false, quality: 1, producers: [{ ...producer, paused: true }] },
  ])
  const closing = { type: 'producer.closed', participantId: guest, producerId: 'p1', sequence: 7 } as const
  const closed = afterNotification(model, closing, now)
  expect(closed.participants[1]?.producers).toEqual([])
})

test('those who wait come and go; the lock is shown', () => {
  const model = after(
    { type: 'waiting.added', participant: { ...entry(guest), admission: 'waiting', confirmedBy: null } },
    { type: 'room.locked', locked: true },
  )
  expect(model.waiting.map(({ id }) => id)).toEqual([guest])
  expect(model.locked).toBe(true)
  const gone = afterNotification(model, { type: 'waiting.removed', participantId: guest, sequence: 3 }, now)
  expect(gone.waiting).toEqual([])
})

test('what concerns one’s own media does not touch the room', () => {
  expect(after({ type: 'room.rebuilt' }, { type: 'consumer.closed', consumerId: 'c' })).toBe(start)
})
