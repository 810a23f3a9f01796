import type { types } from 'mediasoup'
import { z } from 'zod'
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '@curtain/protocol'
import { AppError } from '../errors.ts'

/** The header extensions that mediasoup knows. Browsers name more; those are left out, as nobody would receive them. */
const headerExtensionUri = z.enum([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
])

function knownExtensions<Extension extends { uri: string }>(extensions: readonly Extension[] = []) {
  return extensions.flatMap((extension) => {
    const uri = headerExtensionUri.safeParse(extension.uri)
    return uri.success ? [{ ...extension, uri: uri.data }] : []
  })
}

/** A client's capabilities as mediasoup takes them. Codecs without a payload type cannot be sent to and are left out. */
export function toRouterCapabilities(given: RtpCapabilities): types.RtpCapabilities {
  return {
    codecs: (given.codecs ?? []).flatMap(({ preferredPayloadType, ...codec }) =>
      preferredPayloadType === undefined ? [] : [{ ...codec, preferredPayloadType }],
    ),
    headerExtensions: knownExtensions(given.headerExtensions),
  }
}

/** What a client sends, as mediasoup takes it. */
export function toProducerParameters(given: RtpParameters): types.RtpParameters {
  return { ...given, headerExtensions: knownExtensions(given.headerExtensions) }
}

/**
 * The client's side of the DTLS handshake. The client begins it and the media server chooses the SRTP profile: so
 * AEAD_AES_256_GCM wins where the browser offers it, which is not the browser's own first choice.
 * @throws AppError `media-rejected` for a client that wants to be the DTLS server
 */
export function toRemoteDtls(given: DtlsParameters): types.DtlsParameters {
  if (given.role === 'server') throw new AppError('media-rejected', { fields: ['dtlsParameters.role'] })
  return { role: 'client', fingerprints: given.fingerprints }
}
