import type { ParticipantId, RosterEntry } from '@curtain/protocol'
import type { RoomModel } from './room-model.ts'
import type { EncryptionStatus, RemoteStream, VisitSnapshot } from './types.ts'

export const emptySnapshot: VisitSnapshot = {
  phase: 'idle',
  health: 'fine',
  endReason: null,
  visit: null,
  self: null,
  grants: new Set(),
  participants: [],
  waiting: [],
  locked: false,
  startedAt: null,
  local: [],
  lostSources: [],
  mutedByHost: false,
  activeSpeakerId: null,
  encryption: { state: 'unknown' },
  chat: [],
}

type OwnPart = Pick<
  VisitSnapshot,
  | 'phase'
  | 'health'
  | 'endReason'
  | 'local'
  | 'lostSources'
  | 'mutedByHost'
  | 'activeSpeakerId'
  | 'encryption'
  | 'chat'
>

/** Puts together what a page draws, out of what the server told and what this side knows. */
export function snapshotOf(
  parts: OwnPart & {
    model: RoomModel | null
    /** This person's own, 0 … 4. */
    quality: number
    streamsOf: (participantId: ParticipantId) => readonly RemoteStream[]
  },
): VisitSnapshot {
  const { model, quality, streamsOf, ...own } = parts
  if (model === null) return { ...emptySnapshot, ...own }
  const { visit, self, grants, participants, waiting, locked, startedAt, speaking } = model
  const named = namesIn(own.encryption)
  const isIn = own.phase === 'joining' || own.phase === 'joined'
  return {
    ...own,
    visit,
    self: {
      ...named(self),
      quality,
      speaking: speaking.includes(self.id),
    },
    grants,
    participants: isIn
      ? participants
          .filter(({ id }) => id !== self.id)
          .map((entry) => ({
            ...named(entry),
            connected: entry.connected,
            quality: entry.quality,
            speaking: speaking.includes(entry.id),
            streams: streamsOf(entry.id),
          }))
      : [],
    waiting: waiting.map(({ id, role, displayName, connected, confirmedBy }) => ({ id, role, displayName, connected, confirmedBy })),
    locked,
    startedAt,
  }
}

type Named = Pick<RosterEntry, 'id' | 'role' | 'displayName'>

/**
 * The names and roles to show: those of the signed roster, which everybody in an encrypted visit sees alike. The room's
 * own are the server's word alone; they stand for whoever holds no keys, and so is not seen or heard.
 */
function namesIn(encryption: EncryptionStatus): (entry: Named) => Named {
  const holders = encryption.state === 'secured' ? encryption.members : []
  return ({ id, ...room }) => {
    const { role, displayName } = holders.find((holder) => holder.id === id) ?? room
    return { id, role, displayName }
  }
}
