import type { RtpParameters } from '@curtain/protocol'

interface VideoCodec {
  kind: 'video'
  mimeType: string
  preferredPayloadType: number
  clockRate: number
  parameters: Record<string, number>
  rtcpFeedback: { type: string; parameter?: string }[]
}

const codecs: VideoCodec[] = [
  {
    kind: 'video',
    mimeType: 'video/VP8',
    preferredPayloadType: 101,
    clockRate: 90_000,
    parameters: {},
    rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
  },
  {
    kind: 'video',
    mimeType: 'video/rtx',
    preferredPayloadType: 102,
    clockRate: 90_000,
    parameters: { apt: 101 },
    rtcpFeedback: [],
  },
]

/**
 * What a load client can receive: VP8 with retransmission offered, without bandwidth estimation, as it sends no
 * feedback that an estimate could come from.
 */
export const clientCapabilities = { codecs, headerExtensions: [] }

/** What a load client sends: one VP8 stream in one layer. */
export function cameraParameters(ssrc: number): RtpParameters {
  return {
    codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname: `bench-${ssrc}`, reducedSize: true },
  }
}
