import { parseScalabilityMode, type types } from 'mediasoup'
import {
  rtpParameters,
  type ConsumerOffer,
  type DtlsParameters,
  type IceParameters,
  type MediaSource,
  type ParticipantId,
  type RequestBody,
  type RtpCapabilities,
  type TransportOffer,
} from '@curtain/protocol'
import { AppError } from '../errors.ts'
import { withMedia } from './failure.ts'
import { toProducerParameters, toRemoteDtls, toRouterCapabilities } from './parameters.ts'
import { bestQuality, qualityOfScores } from './quality.ts'
import type { RoomMedia, Stream } from './room-media.ts'
import type { Watcher } from './watched-layers.ts'

interface ParticipantMediaEvents {
  consumerClosed(consumerId: string, producerId: string): void
  consumerPaused(consumerId: string, paused: boolean): void
  watchingChanged(producerId: string): void
  quality(quality: number): void
}

interface Received extends Watcher {
  consumer: types.Consumer
  stream: Stream
}

/** What each source is. */
const kinds: Record<MediaSource, types.MediaKind> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
}

/** Where the bandwidth estimate begins, in bit/s: enough for a small picture at once, little enough for a phone. */
const initialOutgoingBitrate = 1_000_000
/** The most one person may send, in bit/s: three camera layers and a screen. */
const maxIncomingBitrate = 6_000_000

/** One participant's transports, what they send and what they receive. Owned by the `RoomMedia` that opened it. */
export class ParticipantMedia {
  readonly #room: RoomMedia
  readonly #participantId: ParticipantId
  readonly #capabilities: types.RtpCapabilities
  readonly #send: types.WebRtcTransport
  readonly #receive: types.WebRtcTransport
  readonly #events: ParticipantMediaEvents
  readonly #sent = new Map<string, Stream>()
  readonly #received = new Map<string, Received>()
  readonly #sourcesInMaking = new Set<MediaSource>()
  #quality = bestQuality
  #closed = false

  /** For `RoomMedia.join`. */
  static async open(
    room: RoomMedia,
    participantId: ParticipantId,
    capabilities: RtpCapabilities,
    events: ParticipantMediaEvents,
  ): Promise<ParticipantMedia> {
    const options = {
      webRtcServer: room.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: initialOutgoingBitrate,
    }
    const made = await Promise.allSettled([
      room.router.createWebRtcTransport(options).then(async (transport) => {
        await transport.setMaxIncomingBitrate(maxIncomingBitrate)
        return transport
      }),
      room.router.createWebRtcTransport(options),
    ])
    const [send, receive] = made
    if (send.status === 'fulfilled' && receive.status === 'fulfilled') {
      return new ParticipantMedia(room, participantId, capabilities, { send: send.value, receive: receive.value }, events)
    }
    for (const one of made) if (one.status === 'fulfilled') one.value.close()
    throw send.status === 'rejected' ? send.reason : new AppError('media-unavailable')
  }

  constructor(
    room: RoomMedia,
    participantId: ParticipantId,
    capabilities: RtpCapabilities,
    transports: { send: types.WebRtcTransport; receive: types.WebRtcTransport },
    events: ParticipantMediaEvents,
  ) {
    this.#room = room
    this.#participantId = participantId
    this.#capabilities = toRouterCapabilities(capabilities)
    this.#send = transports.send
    this.#receive = transports.receive
    this.#events = events
  }

  get closed(): boolean {
    return this.#closed
  }

  get sendTransport(): TransportOffer {
    return offerOf(this.#send)
  }

  get receiveTransport(): TransportOffer {
    return offerOf(this.#receive)
  }

  /** What this participant sends, in the order it began. */
  get streams(): readonly Stream[] {
    return [...this.#sent.values()]
  }

  hasConsumer(consumerId: string): boolean {
    return this.#received.has(consumerId)
  }

  /** How this participant watches a stream; undefined when they do not receive it. */
  watcher(producerId: string): Watcher | undefined {
    for (const received of this.#received.values()) if (received.stream.id === producerId) return received
    return undefined
  }

  /** @throws AppError `media-not-found`, `media-rejected`, `media-unavailable` */
  async connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const transport = this.#transport(transportId)
    await withMedia(() => transport.connect({ dtlsParameters: toRemoteDtls(dtlsParameters) }))
  }

  /** @throws AppError `media-not-found`, `media-unavailable` */
  async restartIce(transportId: string): Promise<IceParameters> {
    const transport = this.#transport(transportId)
    return withMedia(() => transport.restartIce())
  }

  /**
   * Takes a stream from this participant: one of each source, and one layer of a screen.
   * @throws AppError `media-not-found`, `media-limit`, `media-rejected`, `media-unavailable`
   */
  async produce(body: RequestBody<'producer.create'>): Promise<Stream> {
    const { source, kind } = body
    if (this.#transport(body.transportId) !== this.#send) throw new AppError('media-rejected', { fields: ['transportId'] })
    if (kind !== kinds[source]) throw new AppError('media-rejected', { fields: ['kind'] })
    if (source === 'screen' && (body.rtpParameters.encodings ?? []).length > 1) {
      throw new AppError('media-rejected', { fields: ['rtpParameters.encodings'] })
    }
    if (this.#sourcesInMaking.has(source) || this.streams.some((stream) => stream.source === source)) {
      throw new AppError('media-limit')
    }
    this.#sourcesInMaking.add(source)
    try {
      const producer = await withMedia(() =>
        this.#send.produce({
          kind,
          rtpParameters: toProducerParameters(body.rtpParameters),
          paused: body.paused,
          // Several receivers that lose the same frame ask once.
          keyFrameRequestDelay: 1000,
        }),
      )
      const topLayer = topLayerOf(producer)
      const stream: Stream = {
        id: producer.id,
        participantId: this.#participantId,
        source,
        producer,
        topLayer,
        watchedLayer: topLayer,
      }
      this.#sent.set(producer.id, stream)
      producer.observer.once('close', () => this.#sent.delete(producer.id))
      producer.on('score', () => this.#updateQuality())
      await withMedia(() => this.#room.addStream(stream))
      return stream
    } finally {
      this.#sourcesInMaking.delete(source)
    }
  }

  /** @throws AppError `media-not-found`, `media-unavailable` */
  async setProducerPaused(producerId: string, paused: boolean): Promise<Stream> {
    const stream = this.#stream(producerId)
    await withMedia(() => (paused ? stream.producer.pause() : stream.producer.resume()))
    this.#updateQuality()
    return stream
  }

  /** @throws AppError `media-not-found` */
  closeProducer(producerId: string): void {
    this.#stream(producerId).producer.close()
  }

  /** A paused consumer of somebody's stream; null when there is one already or it cannot be decoded here. */
  async consume(stream: Stream): Promise<ConsumerOffer | null> {
    const { producer } = stream
    if (this.#closed || producer.closed || this.watcher(stream.id) !== undefined) return null
    if (!this.#room.router.canConsume({ producerId: producer.id, rtpCapabilities: this.#capabilities })) return null
    const consumer = await withMedia(() =>
      this.#receive.consume({
        producerId: producer.id,
        rtpCapabilities: this.#capabilities,
        paused: true,
        enableRtx: true,
        appData: {},
      }),
    ).catch((error: unknown) => {
      // It was closed in the meantime: no stream, no consumer, no error.
      if (producer.closed || this.#closed) return null
      throw error
    })
    if (consumer === null) return null
    const { id } = consumer
    // Not yet resumed is as good as watched: the sender should be sending by the time the receiver is ready.
    const received: Received = { consumer, stream, paused: false, preferredLayer: null }
    this.#received.set(id, received)
    consumer.on('producerpause', () => this.#events.consumerPaused(id, true))
    consumer.on('producerresume', () => this.#events.consumerPaused(id, false))
    consumer.on('score', () => this.#updateQuality())
    consumer.observer.once('close', () => this.#received.delete(id))
    // A consumer that goes with its transport is not told of: either its owner left, or the worker died and the room is
    // rebuilt, and then the page keeps the last picture until the next one is there.
    consumer.once('producerclose', () => this.#events.consumerClosed(id, stream.id))
    return {
      id,
      producerId: stream.id,
      participantId: stream.participantId,
      source: stream.source,
      kind: consumer.kind,
      rtpParameters: rtpParameters.parse(consumer.rtpParameters),
      producerPaused: consumer.producerPaused,
    }
  }

  /**
   * Of a video that flows already, resuming asks the sender for a key frame: whoever receives it sees nothing.
   * @throws AppError `media-not-found`, `media-unavailable`
   */
  async setConsumerPaused(consumerId: string, paused: boolean): Promise<void> {
    const received = this.#consumer(consumerId)
    const { consumer } = received
    const isUnseen = !paused && !consumer.paused && consumer.kind === 'video'
    received.paused = paused
    this.#events.watchingChanged(received.stream.id)
    await withMedia(() => (paused ? consumer.pause() : consumer.resume()))
    if (isUnseen) await withMedia(() => consumer.requestKeyFrame())
  }

  /** @throws AppError `media-not-found`, `media-unavailable` */
  async preferLayer(consumerId: string, spatialLayer: number): Promise<void> {
    const received = this.#consumer(consumerId)
    received.preferredLayer = spatialLayer
    this.#events.watchingChanged(received.stream.id)
    await withMedia(() => received.consumer.setPreferredLayers({ spatialLayer }))
  }

  /** For `RoomMedia`. Tells nobody about consumers of its own; those of others hear that the streams are gone. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const watched = [...this.#received.values()].map(({ stream }) => stream.id)
    this.#send.close()
    this.#receive.close()
    for (const producerId of watched) this.#events.watchingChanged(producerId)
  }

  #transport(id: string): types.WebRtcTransport {
    for (const transport of [this.#send, this.#receive]) if (transport.id === id && !transport.closed) return transport
    throw new AppError('media-not-found', { fields: ['transportId'] })
  }

  #stream(id: string): Stream {
    const stream = this.#sent.get(id)
    if (stream === undefined) throw new AppError('media-not-found', { fields: ['producerId'] })
    return stream
  }

  #consumer(id: string): Received {
    const received = this.#received.get(id)
    if (received === undefined) throw new AppError('media-not-found', { fields: ['consumerId'] })
    return received
  }

  #updateQuality(): void {
    const up = this.streams.map(({ producer }) => (producer.paused ? [] : producer.score.map(({ score }) => score)))
    const down = [...this.#received.values()].map(({ consumer }) =>
      consumer.paused || consumer.producerPaused ? [] : [consumer.score.score],
    )
    const quality = qualityOfScores([...up, ...down])
    if (quality === this.#quality || this.#closed) return
    this.#quality = quality
    this.#events.quality(quality)
  }
}

function offerOf(transport: types.WebRtcTransport): TransportOffer {
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport
  return { id, iceParameters, iceCandidates, dtlsParameters }
}

function topLayerOf(producer: types.Producer): number {
  const encodings = producer.rtpParameters.encodings ?? []
  if (encodings.length > 1) return encodings.length - 1
  return parseScalabilityMode(encodings[0]?.scalabilityMode).spatialLayers - 1
}
