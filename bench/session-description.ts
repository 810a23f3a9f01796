import type { DtlsParameters, RtpParameters, TransportOffer } from '@curtain/protocol'

/** What a client of a media server needs to receive one stream, or to send one. */
export interface StreamOffer {
  transport: TransportOffer
  direction: 'send' | 'receive'
  kind: 'audio' | 'video'
  payloadType: number
  ssrc: number
}

/** The stream a server offers: its main payload type and SSRC, without retransmission. */
export function receivingOffer(
  transport: TransportOffer,
  kind: StreamOffer['kind'],
  parameters: RtpParameters,
): StreamOffer {
  const payloadType = parameters.codecs[0]?.payloadType
  const ssrc = parameters.encodings?.[0]?.ssrc
  if (payloadType === undefined || ssrc === undefined) throw new Error('the offer names no payload type or SSRC')
  return { transport, direction: 'receive', kind, payloadType, ssrc }
}

/**
 * The media server's side as an SDP offer (RFC 8866, RFC 8829). mediasoup speaks no SDP; its parameters say the same.
 * It is the DTLS server (`actpass`, answered `active`), because then it chooses the SRTP profile.
 */
export function sessionDescription({ transport, direction, kind, payloadType, ssrc }: StreamOffer): string {
  const candidate = transport.iceCandidates.find(({ protocol }) => protocol === 'udp')
  const fingerprint = transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')
  if (candidate === undefined || fingerprint === undefined) {
    throw new Error('the transport has no UDP candidate or no SHA-256 fingerprint')
  }
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    `m=${kind} ${candidate.port} UDP/TLS/RTP/SAVPF ${payloadType}`,
    `c=IN IP4 ${candidate.address}`,
    'a=mid:0',
    direction === 'receive' ? 'a=sendonly' : 'a=recvonly',
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${kind === 'video' ? 'VP8/90000' : 'opus/48000/2'}`,
    `a=ice-ufrag:${transport.iceParameters.usernameFragment}`,
    `a=ice-pwd:${transport.iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint.value}`,
    'a=setup:actpass',
    ...(direction === 'receive' ? [`a=ssrc:${ssrc} cname:bench`] : []),
    `a=candidate:${candidate.foundation} 1 udp ${candidate.priority} ${candidate.address} ${candidate.port} typ host`,
    'a=end-of-candidates',
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** The client's own side, out of the answer it made. It begins the handshake. */
export function dtlsParametersOf(answer: string): DtlsParameters {
  const value = /^a=fingerprint:sha-256 ([0-9A-F:]+)/im.exec(answer)?.[1]
  if (value === undefined) throw new Error('the answer has no SHA-256 fingerprint')
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] }
}
