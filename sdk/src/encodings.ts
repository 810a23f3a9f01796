import type { MediaSource } from '@curtain/protocol'
import type { types } from 'mediasoup-client'

type SendOptions = Pick<types.ProducerOptions, 'encodings' | 'codecOptions'>

/**
 * How a source is encoded. Cameras go out in three sizes (simulcast, VP8 with three temporal layers), so that the
 * server can send each viewer what fits; a screen in one, sharp rather than smooth; voice with discontinuous
 * transmission and in-band error correction (RFC 7587 §3.1.3, §2.1.4).
 */
export const sendOptions: Record<MediaSource, SendOptions> = {
  camera: {
    encodings: [
      { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
      { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
      { scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' },
    ],
    // Starts where all three layers fit: the default of 300 kbit/s would show a blurred face for seconds.
    codecOptions: { videoGoogleStartBitrate: 1000 },
  },
  screen: {
    encodings: [{ maxBitrate: 2_500_000, maxFramerate: 30 }],
    codecOptions: { videoGoogleStartBitrate: 1000 },
  },
  microphone: { codecOptions: { opusDtx: true, opusFec: true } },
  'screen-audio': { codecOptions: { opusStereo: true, opusFec: true } },
}

/** What the browser should take care of when it has to save bits (MediaStreamTrack Content Hints). */
export const contentHints: Record<MediaSource, string> = {
  camera: 'motion',
  screen: 'detail',
  microphone: 'speech',
  'screen-audio': 'music',
}

/**
 * Which of a sender's encodings are worth making when nobody watches above `layer`; none when it is null.
 * @returns the same parameters, or null if they are so already.
 */
export function withWatchedLayer(
  parameters: RTCRtpSendParameters,
  layer: number | null,
): RTCRtpSendParameters | null {
  const isSimulcast = parameters.encodings.length > 1
  const isActive = (index: number) => layer !== null && (!isSimulcast || index <= layer)
  if (parameters.encodings.every((encoding, index) => encoding.active === isActive(index))) return null
  return {
    ...parameters,
    encodings: parameters.encodings.map((encoding, index) => ({ ...encoding, active: isActive(index) })),
  }
}
