import { z } from 'zod'
import { admission, participantRole, secondCheck, visitStatus } from '../http/visits.ts'
import { participantId } from '../ids.ts'
import { instant } from '../text.ts'
import { mediaId, mediaSource } from './media.ts'

/** What a participant may do. The server decides, checks before anything happens, and tells the client to draw by. */
export const grant = z.enum([
  'publish-audio',
  'publish-video',
  'publish-screen',
  'subscribe',
  'chat',
  'admit',
  'moderate', // lock, mute, remove, send back
  'end',
])
export type Grant = z.infer<typeof grant>

/** 0 is no connection, 4 is excellent. */
export const networkQuality = z.number().int().min(0).max(4)

export const producerState = z.object({
  id: mediaId,
  source: mediaSource,
  paused: z.boolean(),
})

/** A presence in the room, or in its waiting room. */
export const rosterEntry = z.object({
  id: participantId,
  role: participantRole,
  displayName: z.string(),
  admission,
  /** False while the person has dropped off and their place is being kept. */
  connected: z.boolean(),
  quality: networkQuality,
  producers: z.array(producerState),
})
export type RosterEntry = z.infer<typeof rosterEntry>

/** Somebody in the waiting room, as those see them who may admit. */
export const waitingEntry = rosterEntry.extend({
  /** The check that they passed to come here, if their link asked for one. */
  confirmedBy: secondCheck.nullable(),
})
export type WaitingEntry = z.infer<typeof waitingEntry>

export const roomState = z.object({
  status: visitStatus,
  locked: z.boolean(),
  /** When the visit went in progress; the elapsed time counts from here. */
  startedAt: instant.nullable(),
  /** The server's clock, so that a client with a wrong one still shows the right elapsed time. */
  now: instant,
  /** Those in the visit. */
  participants: z.array(rosterEntry),
  /** Those who wait; empty for whoever may not admit. */
  waiting: z.array(waitingEntry),
})
export type RoomState = z.infer<typeof roomState>
