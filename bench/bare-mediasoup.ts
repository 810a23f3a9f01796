import { once } from 'node:events'
import { createWorker, type types } from 'mediasoup'
import { type ConsumerOffer, rtpParameters, type TransportOffer } from '@curtain/protocol'
import { mediaConfig } from '@curtain/tests/support/media-worker.ts'
import type { MediaServer, RoomMember } from './media-server.ts'
import { clientCapabilities } from './video-parameters.ts'

const mediaCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
]

/** mediasoup with as little around it as it takes: the yardstick. The worker binary is the one that Curtain runs. */
export async function startBareMediasoup(): Promise<MediaServer> {
  const worker = await createWorker({ workerBin: mediaConfig().workerBinary, logLevel: 'error' })
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [
      { protocol: 'udp', ip: '127.0.0.1', sendBufferSize: 4_000_000, recvBufferSize: 4_000_000 },
      { protocol: 'tcp', ip: '127.0.0.1' },
    ],
  })
  return {
    name: 'bare mediasoup',
    workerPid: worker.pid,
    controlPid: null,
    openRoom: async (people) => {
      const router = await worker.createRouter({ mediaCodecs })
      const members: BareMember[] = []
      for (let i = 0; i < people; i++) members.push(await BareMember.open(router, webRtcServer, members))
      return members
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(worker, 'subprocessclose')
      worker.close()
      await closed
    },
  }
}

class BareMember implements RoomMember {
  readonly #send: types.WebRtcTransport
  readonly #receive: types.WebRtcTransport
  readonly #others: readonly BareMember[]
  readonly #consumers = new Map<string, types.Consumer>()
  readonly #offered = Promise.withResolvers<ConsumerOffer>()

  static async open(
    router: types.Router,
    webRtcServer: types.WebRtcServer,
    members: readonly BareMember[],
  ): Promise<BareMember> {
    const options = { webRtcServer, enableUdp: true, enableTcp: true, preferUdp: true }
    return new BareMember(
      await router.createWebRtcTransport(options),
      await router.createWebRtcTransport(options),
      members,
    )
  }

  private constructor(send: types.WebRtcTransport, receive: types.WebRtcTransport, others: readonly BareMember[]) {
    this.#send = send
    this.#receive = receive
    this.#others = others
  }

  get sendTransport(): TransportOffer {
    return offerOf(this.#send)
  }

  get receiveTransport(): TransportOffer {
    return offerOf(this.#receive)
  }

  async connect(transportId: string, dtlsParameters: types.DtlsParameters): Promise<void> {
    await (transportId === this.#send.id ? this.#send : this.#receive).connect({ dtlsParameters })
  }

  async publishCamera(rtpParameters: Parameters<RoomMember['publishCamera']>[0]): Promise<void> {
    const producer = await this.#send.produce({
      kind: 'video',
      rtpParameters: { ...rtpParameters, headerExtensions: [] },
    })
    for (const other of this.#others) if (other !== this) await other.#consume(producer)
  }

  async offered(): Promise<ConsumerOffer> {
    return await this.#offered.promise
  }

  async resume(consumerId: string): Promise<void> {
    await this.#consumers.get(consumerId)?.resume()
  }

  async #consume(producer: types.Producer): Promise<void> {
    const consumer = await this.#receive.consume({
      producerId: producer.id,
      rtpCapabilities: clientCapabilities,
      paused: true,
      enableRtx: true,
    })
    this.#consumers.set(consumer.id, consumer)
    this.#offered.resolve({
      id: consumer.id,
      producerId: producer.id,
      participantId: '',
      source: 'camera',
      kind: consumer.kind,
      rtpParameters: rtpParameters.parse(consumer.rtpParameters),
      producerPaused: false,
    })
  }
}

function offerOf({ id, iceParameters, iceCandidates, dtlsParameters }: types.WebRtcTransport): TransportOffer {
  return { id, iceParameters, iceCandidates, dtlsParameters }
}
