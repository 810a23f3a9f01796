import { ortc, type types } from 'mediasoup'
import { rtpCapabilities } from '@curtain/protocol'

/**
 * What a router forwards, best first: clients take the first that they can encode.
 *
 * VP8 leads because its simulcast works in every browser and stays layer-switchable when frames are encrypted end to
 * end; VP9 gives spatial layers in one stream; H264 constrained baseline is what old hardware encodes. AV1 is not
 * offered: there is no negotiation between a sender and each receiver in a forwarding server, and a receiver that cannot
 * decode it would see nothing.
 */
export const mediaCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
]

/** What every router of this server can do; the same before and after one is made. */
export const routerRtpCapabilities = rtpCapabilities.parse(ortc.generateRouterRtpCapabilities(mediaCodecs))
