import { Device, type types } from 'mediasoup-client'
import * as fakeParameters from 'mediasoup-client/fakeParameters'
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler'
import type { MediaProtection } from '../src/encryption/media-protection.ts'
import type { MediaSession } from '../src/media-session.ts'
import type { SignalConnection } from '../src/signal-connection.ts'

export interface TestSession extends MediaSession {
  /** What is on its connections and goes out, or could with the next negotiation; nothing once it is closed. */
  readonly carried: readonly MediaStreamTrack[]
  /** Of each track that was ever on them. */
  readonly senders: readonly RTCRtpSender[]
}

/** A server that never answers. */
export const silentSignal: Pick<SignalConnection, 'request'> = { request: () => new Promise<never>(() => {}) }

/** A media session of the real client, over connections that lead nowhere. */
export async function createTestSession(protection: MediaProtection): Promise<TestSession> {
  const tracks: MediaStreamTrack[] = []
  const senders: RTCRtpSender[] = []
  const device = await Device.factory({ handlerFactory: handlersThatCarry(tracks, senders) })
  await device.load({ routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities() })
  const send = device.createSendTransport(fakeParameters.generateTransportRemoteParameters())
  const receive = device.createRecvTransport(fakeParameters.generateTransportRemoteParameters())
  for (const transport of [send, receive]) transport.on('connect', (_parameters, resolve) => resolve())
  send.on('produce', (_parameters, resolve) => resolve(fakeParameters.generateProducerRemoteParameters()))
  return {
    device,
    send,
    receive,
    protection,
    senders,
    get carried() {
      return send.closed ? [] : tracks
    },
    get isClosed() {
      return send.closed
    },
    close: () => {
      send.close()
      receive.close()
    },
  }
}

/** A sender of three encodings, all of them active, which takes what it is given. */
function makeSender(): RTCRtpSender {
  let encodings: RTCRtpEncodingParameters[] = ['q', 'h', 'f'].map((rid) => ({ rid, active: true }))
  return Object.create(null, {
    transform: { value: null, writable: true },
    getParameters: { value: () => ({ encodings }) },
    setParameters: {
      writable: true,
      value: (parameters: RTCRtpSendParameters) => {
        encodings = parameters.encodings
        return Promise.resolve()
      },
    },
  })
}

/** As in browsers: a track is on the connection before anybody can see to its sender. */
function handlersThatCarry(tracks: MediaStreamTrack[], senders: RTCRtpSender[]): types.HandlerFactory {
  const fake = FakeHandler.createFactory(fakeParameters)
  return {
    ...fake,
    factory: (options) => {
      const handler = fake.factory(options)
      const send = handler.send.bind(handler)
      handler.send = async (sending) => {
        tracks.push(sending.track)
        const sender = makeSender()
        senders.push(sender)
        sending.onRtpSender?.(sender)
        return { ...(await send(sending)), rtpSender: sender }
      }
      return handler
    },
  }
}

/** A track that somebody may publish. */
export async function makeTrack(codecMimeType = 'audio/opus'): Promise<MediaStreamTrack> {
  const device = await Device.factory({ handlerFactory: FakeHandler.createFactory(fakeParameters) })
  await device.load({ routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities() })
  const receive = device.createRecvTransport(fakeParameters.generateTransportRemoteParameters())
  receive.on('connect', (_parameters, resolve) => resolve())
  const { track } = await receive.consume(fakeParameters.generateConsumerRemoteParameters({ codecMimeType }))
  return track
}
