import { z } from 'zod'
import { participantRole, visitSummary, admission } from '../http/visits.ts'
import { participantId, secret, visitId } from '../ids.ts'
import {
  consumerOffer,
  dtlsParameters,
  iceParameters,
  iceServer,
  mediaId,
  mediaKind,
  mediaSource,
  rtpCapabilities,
  rtpParameters,
  transportOffer,
} from './media.ts'
import { encryption, mlsCommit, mlsData, mlsEpoch, mlsGroupId, mlsKeyPackage, mlsWelcome } from './mls.ts'
import { grant, networkQuality, roomState } from './room.ts'

const nothing = z.object({})
const somebody = z.object({ participantId })

/**
 * Every request of a client: what it carries and what `ok` answers. A request has an `id` of the client's choice,
 * unique among its own; the same id sent again gets the same answer, and nothing happens twice.
 */
export const requests = {
  /** The first message. With `resume` it takes up a connection that dropped, within `limits.resumeMs`. */
  hello: {
    input: z.object({
      protocolVersion: z.number().int(),
      visitId,
      auth: z.union([
        z.object({ ticket: secret }),
        z.object({ resumeToken: secret, lastSequence: z.number().int().nonnegative() }),
      ]),
    }),
    result: z.object({
      /** True: this is the connection of before, the missed notifications follow. False: state below is all there is. */
      resumed: z.boolean(),
      resumeToken: secret,
      /** The last sequence number sent to this participant; notifications continue from it. */
      sequence: z.number().int().nonnegative(),
      participant: z.object({ id: participantId, role: participantRole, displayName: z.string(), admission }),
      grants: z.array(grant),
      visit: visitSummary,
      room: roomState,
      /** The same for every room of this server, so that a client can prepare while it waits. */
      routerRtpCapabilities: rtpCapabilities,
      encryption,
    }),
  },
  /** Admitted participants only: makes both transports and a paused consumer of everything there is to receive. */
  join: {
    input: z.object({ rtpCapabilities }),
    result: z.object({
      sendTransport: transportOffer,
      receiveTransport: transportOffer,
      iceServers: z.array(iceServer),
      consumers: z.array(consumerOffer),
      room: roomState,
    }),
  },
  leave: { input: nothing, result: nothing },
  ping: { input: nothing, result: nothing },

  'transport.connect': { input: z.object({ transportId: mediaId, dtlsParameters }), result: nothing },
  'transport.restart-ice': { input: z.object({ transportId: mediaId }), result: z.object({ iceParameters }) },

  'producer.create': {
    input: z.object({
      transportId: mediaId,
      kind: mediaKind,
      source: mediaSource,
      rtpParameters,
      paused: z.boolean().default(false),
    }),
    result: z.object({ producerId: mediaId }),
  },
  'producer.pause': { input: z.object({ producerId: mediaId }), result: nothing },
  'producer.resume': { input: z.object({ producerId: mediaId }), result: nothing },
  'producer.close': { input: z.object({ producerId: mediaId }), result: nothing },

  /** Of a video that was resumed before, asks its sender for a key frame: nothing of it is seen. */
  'consumer.resume': { input: z.object({ consumerId: mediaId }), result: nothing },
  'consumer.pause': { input: z.object({ consumerId: mediaId }), result: nothing },
  /** The largest simulcast layer this client wants to see, given how large it shows the picture. */
  'consumer.prefer-layer': {
    input: z.object({ consumerId: mediaId, spatialLayer: z.number().int().min(0).max(2) }),
    result: nothing,
  },

  /** The client's own measure of its connection, shown to the others. */
  'quality.report': { input: z.object({ quality: networkQuality }), result: nothing },

  /**
   * This device's key package, used once: in the waiting room already, so that it is there at the moment of admission.
   * Sent again to come back into a group that this device lost.
   */
  'mls.register': {
    input: z.object({
      keyPackage: mlsKeyPackage,
      /** The group and epoch that could not be followed any more; null for a device that is new here. */
      lost: z.object({ groupId: mlsGroupId, epoch: mlsEpoch }).nullable().default(null),
    }),
    result: nothing,
  },
  /** `mls.create` is done: this device holds the group at epoch 0, alone. */
  'mls.created': { input: z.object({ groupId: mlsGroupId }), result: nothing },
  /**
   * What `mls.commit-wanted` asked for: a commit of exactly the proposals of this epoch, in their order, and the welcome
   * for those they add. `ok` means that it is the epoch's one commit; `mls-epoch` that another one is.
   */
  'mls.commit': {
    input: z.object({ groupId: mlsGroupId, epoch: mlsEpoch, commit: mlsCommit, welcome: mlsWelcome.nullable() }),
    result: nothing,
  },
  // `chat` grant
  /** An application message (a `sealedMessage` inside) for the others in the group; it is kept nowhere. */
  'mls.data': { input: z.object({ groupId: mlsGroupId, epoch: mlsEpoch, message: mlsData }), result: nothing },

  // `admit` grant
  admit: { input: somebody, result: nothing },
  refuse: { input: somebody, result: nothing },
  // `moderate` grant
  'send-back': { input: somebody, result: nothing },
  remove: { input: somebody, result: nothing },
  mute: { input: somebody, result: nothing },
  lock: { input: z.object({ locked: z.boolean() }), result: nothing },
  // `end` grant
  end: { input: nothing, result: nothing },
} as const

export type RequestType = keyof typeof requests
/** What a client sends for a request, before defaults are filled in. */
export type RequestInput<Type extends RequestType> = z.input<(typeof requests)[Type]['input']>
/** The same as the server reads it. */
export type RequestBody<Type extends RequestType> = z.output<(typeof requests)[Type]['input']>
export type RequestResult<Type extends RequestType> = z.output<(typeof requests)[Type]['result']>

export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(requests, type)
}

/** The part every request has; the rest is checked by its own schema. */
export const requestEnvelope = z.looseObject({
  id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  type: z.string().max(64),
})
