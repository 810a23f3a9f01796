import { z } from 'zod'

/**
 * WebRTC parameters as mediasoup and mediasoup-client exchange them. They are checked for shape and size here;
 * the media server checks their meaning.
 */
const short = z.string().max(256)
const count = z.number().int().nonnegative()
const payloadType = z.number().int().min(0).max(127)
const ssrc = z.number().int().min(0).max(0xffffffff)
const codecParameters = z.record(z.string().max(64), z.union([z.string().max(512), z.number(), z.boolean(), z.null()]))
const rtcpFeedback = z.object({ type: short, parameter: short.optional() })

export const mediaKind = z.enum(['audio', 'video'])
export type MediaKind = z.infer<typeof mediaKind>

export const rtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: mediaKind,
        mimeType: short,
        preferredPayloadType: payloadType.optional(),
        clockRate: count,
        channels: count.max(16).optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: z.array(rtcpFeedback).max(16).optional(),
      }),
    )
    .max(64)
    .optional(),
  headerExtensions: z
    .array(
      z.object({
        kind: mediaKind,
        uri: short,
        preferredId: count.max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
})
export type RtpCapabilities = z.infer<typeof rtpCapabilities>

export const rtpParameters = z.object({
  mid: short.optional(),
  codecs: z
    .array(
      z.object({
        mimeType: short,
        payloadType,
        clockRate: count,
        channels: count.max(16).optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: z.array(rtcpFeedback).max(16).optional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: short,
        id: count.max(255),
        encrypt: z.boolean().optional(),
        parameters: codecParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: ssrc.optional(),
        rid: z.string().max(16).optional(),
        codecPayloadType: payloadType.optional(),
        rtx: z.object({ ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(32).optional(),
        scaleResolutionDownBy: z.number().min(1).max(64).optional(),
        maxBitrate: count.optional(),
        maxFramerate: z.number().positive().optional(),
        active: z.boolean().optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z
    .object({
      cname: short.optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
  msid: short.optional(),
})
export type RtpParameters = z.infer<typeof rtpParameters>

export const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^([0-9A-Fa-f]{2}:){19,63}[0-9A-Fa-f]{2}$/),
      }),
    )
    .min(1)
    .max(8),
})
export type DtlsParameters = z.infer<typeof dtlsParameters>

export const iceParameters = z.object({
  usernameFragment: short,
  password: short,
  iceLite: z.boolean().optional(),
})
export type IceParameters = z.infer<typeof iceParameters>

export const iceCandidate = z.object({
  foundation: short,
  priority: z.number(),
  ip: short,
  address: short,
  protocol: z.enum(['udp', 'tcp']),
  port: z.number().int().min(0).max(65535),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.enum(['active', 'passive', 'so']).optional(),
})

export const iceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
})

/** One direction of a participant's media, as the media server offers it. */
export const transportOffer = z.object({
  id: z.string(),
  iceParameters,
  iceCandidates: z.array(iceCandidate),
  dtlsParameters,
})
export type TransportOffer = z.infer<typeof transportOffer>

/** A media server's own id of a transport, producer or consumer. */
export const mediaId = z.string().min(1).max(64)

/** What a stream shows: decides its place on the page and how it is encoded. */
export const mediaSource = z.enum(['microphone', 'camera', 'screen', 'screen-audio'])
export type MediaSource = z.infer<typeof mediaSource>

/** A stream somebody receives. It starts paused: the client resumes it when it is ready to play. */
export const consumerOffer = z.object({
  id: mediaId,
  producerId: mediaId,
  participantId: z.string(),
  source: mediaSource,
  kind: mediaKind,
  rtpParameters,
  /** Whether the sender has switched it off for now. */
  producerPaused: z.boolean(),
})
export type ConsumerOffer = z.infer<typeof consumerOffer>
