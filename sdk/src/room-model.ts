import type { Grant, Notification, ParticipantId, RoomState, RosterEntry, VisitSummary, WaitingEntry } from '@curtain/protocol'
import type { Hello } from './signal-connection.ts'

/** What the server told about the visit and who is in it. Replaced as a whole on each change. */
export interface RoomModel {
  visit: VisitSummary
  self: Hello['participant']
  grants: ReadonlySet<Grant>
  /** Those in the visit, oneself included once joined, in order of arrival. */
  participants: readonly RosterEntry[]
  waiting: readonly WaitingEntry[]
  locked: boolean
  /** In this client's clock, milliseconds since 1970. */
  startedAt: number | null
  /** Loudest first. */
  speaking: readonly ParticipantId[]
}

/**
 * The model at the start of a connection.
 * @param now this client's clock, milliseconds since 1970.
 */
export function roomFromHello(hello: Hello, now: number): RoomModel {
  const { visit, participant: self, grants, room } = hello
  return { visit, self, grants: new Set(grants), speaking: [], ...fromRoomState(room, now) }
}

/** Takes over a whole state of the room, as `join` and some notifications bring it. */
export function withRoomState(model: RoomModel, room: RoomState, now: number): RoomModel {
  return { ...model, visit: { ...model.visit, status: room.status }, ...fromRoomState(room, now) }
}

function fromRoomState(room: RoomState, now: number) {
  const { participants, waiting, locked } = room
  // By the server's two instants, so that a clock that is wrong here does not matter.
  const startedAt = room.startedAt === null ? null : now - (Date.parse(room.now) - Date.parse(room.startedAt))
  return { participants, waiting, locked, startedAt }
}

/** What the room is after a notification; the same object when it does not touch it. */
export function afterNotification(model: RoomModel, notification: Notification, now: number): RoomModel {
  switch (notification.type) {
    case 'waiting.added':
      return { ...model, waiting: put(model.waiting, notification.participant) }
    case 'waiting.removed':
      return { ...model, waiting: model.waiting.filter(({ id }) => id !== notification.participantId) }
    case 'admitted':
      return {
        ...withRoomState(model, notification.room, now),
        self: { ...model.self, admission: 'admitted' },
        grants: new Set(notification.grants),
      }
    case 'sent-back':
      return {
        ...model,
        self: { ...model.self, admission: 'waiting' },
        grants: new Set(),
        participants: [],
        waiting: [],
        speaking: [],
      }
    case 'participant.joined':
      return { ...model, participants: put(model.participants, notification.participant) }
    case 'participant.left':
      return {
        ...model,
        participants: model.participants.filter(({ id }) => id !== notification.participantId),
        speaking: model.speaking.filter((id) => id !== notification.participantId),
      }
    case 'participant.connected': {
      const { participantId, connected } = notification
      return {
        ...model,
        participants: change(model.participants, participantId, (entry) => ({ ...entry, connected })),
        waiting: change(model.waiting, participantId, (entry) => ({ ...entry, connected })),
      }
    }
    case 'participant.quality': {
      const { participantId, quality } = notification
      return {
        ...model,
        participants: change(model.participants, participantId, (entry) => ({ ...entry, quality })),
      }
    }
    case 'producer.changed': {
      const { participantId, producer } = notification
      return {
        ...model,
        participants: change(model.participants, participantId, (entry) => ({
          ...entry,
          producers: put(entry.producers, producer),
        })),
      }
    }
    case 'producer.closed': {
      const { participantId, producerId } = notification
      return {
        ...model,
        participants: change(model.participants, participantId, (entry) => ({
          ...entry,
          producers: entry.producers.filter(({ id }) => id !== producerId),
        })),
      }
    }
    case 'speaking':
      return { ...model, speaking: notification.participantIds }
    case 'room.locked':
      return { ...model, locked: notification.locked }
    case 'room.started':
      return withRoomState(model, notification.room, now)
    // One's own media, encryption, and the ends that the connection sees to.
    case 'consumer.added':
    case 'consumer.closed':
    case 'consumer.paused':
    case 'producer.watched-layer':
    case 'muted':
    case 'room.rebuilt':
    case 'mls.create':
    case 'mls.proposals':
    case 'mls.commit-wanted':
    case 'mls.commit':
    case 'mls.welcome':
    case 'mls.data':
    case 'mls.reset':
    case 'refused':
    case 'removed':
    case 'replaced':
    case 'ended':
    case 'cancelled':
      break
  }
  return model
}

/** Replaces the one with the same id where it stands, or adds it at the end. */
function put<Item extends { id: string }>(items: readonly Item[], item: Item): Item[] {
  return items.some(({ id }) => id === item.id)
    ? items.map((other) => (other.id === item.id ? item : other))
    : [...items, item]
}

function change<Entry extends RosterEntry>(
  entries: readonly Entry[],
  participantId: ParticipantId,
  changed: (entry: Entry) => Entry,
): readonly Entry[] {
  return entries.map((entry) => (entry.id === participantId ? changed(entry) : entry))
}
