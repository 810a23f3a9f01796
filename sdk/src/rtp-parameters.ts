import type { RtpCapabilities, RtpParameters } from '@curtain/protocol'
import type { types } from 'mediasoup-client'

/** The header extensions that mediasoup-client knows; one that it does not know is not negotiated. */
const headerExtensions: Record<types.RtpHeaderExtensionUri, true> = {
  'urn:ietf:params:rtp-hdrext:sdes:mid': true,
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id': true,
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id': true,
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time': true,
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01': true,
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level': true,
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension': true,
  'urn:3gpp:video-orientation': true,
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time': true,
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay': true,
  'urn:mediasoup:params:rtp-hdrext:packet-id': true,
}

function isKnown<Extension extends { uri: string }>(
  extension: Extension,
): extension is Extension & { uri: types.RtpHeaderExtensionUri } {
  return Object.hasOwn(headerExtensions, extension.uri)
}

export function toMediasoupCapabilities(capabilities: RtpCapabilities): types.RtpCapabilities {
  const codecs = (capabilities.codecs ?? []).flatMap((codec) =>
    codec.preferredPayloadType === undefined ? [] : [{ ...codec, preferredPayloadType: codec.preferredPayloadType }],
  )
  return { codecs, headerExtensions: (capabilities.headerExtensions ?? []).filter(isKnown) }
}

export function toMediasoupParameters(parameters: RtpParameters): types.RtpParameters {
  return { ...parameters, headerExtensions: (parameters.headerExtensions ?? []).filter(isKnown) }
}
