import type { ParticipantId } from '@curtain/protocol'
import type { RoomModel } from './room-model.ts'
import type { RemoteStream, VisitSnapshot } from './types.ts'

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
  const isIn = own.phase === 'joining' || own.phase === 'joined'
  return {
    ...own,
    visit,
    self: {
      id: self.id,
      role: self.role,
      displayName: self.displayName,
      quality,
      speaking: speaking.includes(self.id),
    },
    grants,
    participants: isIn
      ? participants
          .filter(({ id }) => id !== self.id)
          .map(({ id, role, displayName, connected, quality: theirs }) => ({
            id,
            role,
            displayName,
            connected,
            quality: theirs,
            speaking: speaking.includes(id),
            streams: streamsOf(id),
          }))
      : [],
    waiting: waiting.map(({ id, role, displayName, connected }) => ({ id, role, displayName, connected })),
    locked,
    startedAt,
  }
}
