import type { DtlsParameters, RequestInput, RtpParameters } from '@curtain/protocol'

/** A fingerprint of nobody: good for a transport that is never connected to. */
export const dtlsParameters: DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
}

let lastSsrc = 1_000_000
let lastMid = 0

/** What a browser sends for a microphone. */
export function opus(ssrc = ++lastSsrc): RtpParameters {
  return {
    mid: String(lastMid++),
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1, usedtx: 1 },
        rtcpFeedback: [{ type: 'transport-cc' }],
      },
    ],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 },
      { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1 },
      // Known to browsers, not to the media server.
      { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/video-timing', id: 9 },
    ],
    encodings: [{ ssrc, dtx: true }],
    rtcp: { cname: 'curtain-test' },
  }
}

/** What a browser sends for a camera in three simulcast layers, or in one. */
export function vp8(layers: 1 | 3 = 3): RtpParameters {
  return {
    mid: String(lastMid++),
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 96,
        clockRate: 90_000,
        rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'transport-cc' }],
      },
      { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 }],
    encodings: Array.from({ length: layers }, (_, layer) => ({
      ssrc: ++lastSsrc,
      rtx: { ssrc: ++lastSsrc },
      scalabilityMode: 'L1T3',
      maxBitrate: 200_000 * 4 ** layer,
    })),
    rtcp: { cname: 'curtain-test' },
  }
}

export function microphone(transportId: string): RequestInput<'producer.create'> {
  return { transportId, kind: 'audio', source: 'microphone', rtpParameters: opus() }
}

export function camera(transportId: string): RequestInput<'producer.create'> {
  return { transportId, kind: 'video', source: 'camera', rtpParameters: vp8() }
}
