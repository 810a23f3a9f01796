import { z } from 'zod'
import { participantId } from '../ids.ts'
import { consumerOffer, mediaId } from './media.ts'
import { mlsCommit, mlsData, mlsEpoch, mlsGroupId, mlsProposal, mlsWelcome, signedRoster } from './mls.ts'
import { grant, networkQuality, producerState, roomState, rosterEntry, waitingEntry } from './room.ts'

function kind<const Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), sequence: z.number().int().positive(), ...shape })
}

/**
 * What the server tells a client unasked. `sequence` counts up by one per participant, so that a client that resumes
 * says what it saw last and gets the rest.
 */
export const notification = z.discriminatedUnion('type', [
  // the waiting room
  kind('waiting.added', { participant: waitingEntry }),
  kind('waiting.removed', { participantId }),
  /** You are in: `room` is what there is to see now; `join` comes next. */
  kind('admitted', { grants: z.array(grant), room: roomState }),
  /** Back to the waiting room; the media connection is closed already. */
  kind('sent-back', {}),

  // the room
  kind('participant.joined', { participant: rosterEntry }),
  kind('participant.left', { participantId }),
  kind('participant.connected', { participantId, connected: z.boolean() }),
  kind('participant.quality', { participantId, quality: networkQuality }),
  kind('producer.changed', { participantId, producer: producerState }),
  kind('producer.closed', { participantId, producerId: mediaId }),
  /** Louder than silence at this moment, loudest first. */
  kind('speaking', { participantIds: z.array(participantId) }),
  kind('room.locked', { locked: z.boolean() }),
  kind('room.started', { room: roomState }),
  /** The media server of this room died and was replaced: drop all transports and `join` again. */
  kind('room.rebuilt', {}),

  // your own media
  kind('consumer.added', { consumer: consumerOffer }),
  kind('consumer.closed', { consumerId: mediaId }),
  kind('consumer.paused', { consumerId: mediaId, paused: z.boolean() }),
  /** The highest layer of yours that somebody watches; null is none. Stop encoding what is above it. */
  kind('producer.watched-layer', { producerId: mediaId, spatialLayer: z.number().int().min(0).max(2).nullable() }),
  /** The host switched your microphone off; only you can switch it on again. */
  kind('muted', { producerId: mediaId }),

  // end-to-end encryption: the server orders, members decide (docs/e2ee.md)
  /** You are the first: make the group and say `mls.created`. */
  kind('mls.create', { groupId: mlsGroupId, roster: signedRoster }),
  /** What the next commit of this epoch does, and who is in the group after it. */
  kind('mls.proposals', { groupId: mlsGroupId, epoch: mlsEpoch, proposals: z.array(mlsProposal).min(1), roster: signedRoster }),
  /** Commit the proposals of this epoch now. */
  kind('mls.commit-wanted', { groupId: mlsGroupId, epoch: mlsEpoch }),
  /** Another member's commit: it ends this epoch. */
  kind('mls.commit', { groupId: mlsGroupId, epoch: mlsEpoch, commit: mlsCommit }),
  /** You were added: this epoch is your first. */
  kind('mls.welcome', { groupId: mlsGroupId, epoch: mlsEpoch, welcome: mlsWelcome, roster: signedRoster }),
  kind('mls.data', { participantId, groupId: mlsGroupId, epoch: mlsEpoch, message: mlsData }),
  /** The group could not go on and was given up: register again, another one is made. */
  kind('mls.reset', {}),

  // the end; the server closes the connection after any of these
  kind('refused', {}),
  kind('removed', {}),
  kind('replaced', {}),
  kind('ended', {}),
  kind('cancelled', {}),
])
export type Notification = z.infer<typeof notification>
export type NotificationType = Notification['type']
/** Those about the MLS group, which the page's own thread only passes on. */
export type MlsNotification = Extract<Notification, { type: `mls.${string}` }>
/** A notification before it has its number. */
export type NotificationBody = Notification extends infer One ? (One extends Notification ? Omit<One, 'sequence'> : never) : never

/** Types after which the connection ends for good: a client must not connect again by itself. */
export const finalNotifications = ['refused', 'removed', 'replaced', 'ended', 'cancelled'] as const satisfies NotificationType[]
