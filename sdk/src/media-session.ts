import {
  mediaSource,
  rtpParameters as rtpParametersSchema,
  type MediaSource,
  type RequestResult,
  type TransportOffer,
} from '@curtain/protocol'
import { Device, type types } from 'mediasoup-client'
import type { MediaProtection } from './encryption/media-protection.ts'
import { VisitError } from './visit-error.ts'
import type { SignalConnection } from './signal-connection.ts'
import { toMediasoupCapabilities } from './rtp-parameters.ts'

export type Joined = RequestResult<'join'>

/** Both transports of one join. It is made and closed as a whole; the next join makes another. */
export interface MediaSession {
  readonly device: Device
  readonly send: types.Transport
  readonly receive: types.Transport
  readonly protection: MediaProtection
  readonly isClosed: boolean
  /** Closes both transports and everything on them; published tracks run on. May be called twice. */
  close(): void
}

/**
 * Finds out what this browser and the server have in common. Takes a moment, so it is done while one waits.
 * @throws VisitError `unsupported-browser`
 */
export async function loadDevice(capabilities: RequestResult<'hello'>['routerRtpCapabilities']): Promise<Device> {
  try {
    const device = new Device()
    await device.load({ routerRtpCapabilities: toMediasoupCapabilities(capabilities) })
    return device
  } catch (cause) {
    throw new VisitError('unsupported-browser', { cause })
  }
}

/** Makes the browser's ends of the transports that `join` offered. Nothing is sent before something is published. */
export function createMediaSession(
  device: Device,
  joined: Joined,
  signal: SignalConnection,
  protection: MediaProtection,
  isPaused: (source: MediaSource) => boolean,
): MediaSession {
  const { iceServers } = joined
  // No DTLS role is forced: the browser is the client, and only then are AES-GCM keys negotiated for SRTP.
  const optionsOf = (offer: TransportOffer) => ({ ...offer, iceServers })
  const send = device.createSendTransport(optionsOf(joined.sendTransport))
  const receive = device.createRecvTransport(optionsOf(joined.receiveTransport))

  for (const transport of [send, receive]) {
    transport.on('connect', ({ dtlsParameters }, resolve, reject) => {
      signal.request('transport.connect', { transportId: transport.id, dtlsParameters }).then(resolve, reject)
    })
  }
  send.on('produce', ({ kind, rtpParameters, appData }, resolve, reject) => {
    const source = mediaSource.parse(appData['source'])
    const paused = isPaused(source)
    signal
      .request('producer.create', {
        transportId: send.id,
        kind,
        source,
        rtpParameters: rtpParametersSchema.parse(rtpParameters),
        paused,
      })
      .then(({ producerId }) => resolve({ id: producerId }), reject)
  })

  let isClosed = false
  return {
    device,
    send,
    receive,
    protection,
    get isClosed() {
      return isClosed
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      send.close()
      receive.close()
    },
  }
}

/**
 * Makes the browser start its media engine (threads, codecs, certificates), which the first connection of a page
 * otherwise waits for. Never rejects.
 */
export async function warmUpMediaEngine(): Promise<void> {
  try {
    const connection = new RTCPeerConnection()
    connection.addTransceiver('audio')
    connection.addTransceiver('video')
    await connection.createOffer()
    connection.close()
  } catch {
    // What is wrong shows when it is used.
  }
}
