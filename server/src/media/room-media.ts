import type { types } from 'mediasoup'
import type { ConsumerOffer, MediaSource, ParticipantId, RtpCapabilities } from '@curtain/protocol'
import { withMedia } from './failure.ts'
import { ParticipantMedia } from './participant-media.ts'
import { watchedLayer } from './watched-layers.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What a room is told of its media. None of these is called after `close()`. */
export interface RoomMediaEvents {
  /** The worker is gone, and with it everything here: close this and open another. */
  died(): void
  /** Who is louder than silence now, loudest first; told when that changes. */
  speaking(participantIds: ParticipantId[]): void
  /** The highest layer of a video that somebody watches, or null; told to its sender when that changes. */
  watchedLayer(sender: ParticipantId, producerId: string, spatialLayer: number | null): void
  consumerClosed(receiver: ParticipantId, consumerId: string): void
  consumerPaused(receiver: ParticipantId, consumerId: string, paused: boolean): void
  /** The server's own measure of somebody's connection, 0 … 4; told when that changes. */
  quality(participantId: ParticipantId, quality: number): void
}

/** The stream of one sender, as the room sees it. */
export interface Stream {
  id: string
  participantId: ParticipantId
  source: MediaSource
  producer: types.Producer
  /** The highest simulcast or SVC layer, from 0. */
  topLayer: number
  /** What its sender was told last; at first everything is sent. */
  watchedLayer: number | null
}

/** In dBov: what a quiet room stays under and a soft voice does not. */
const speechThreshold = -55
const speechIntervalMs = 400

/**
 * The media of one room on one router. It owns the media of each participant; closing it closes them. Opened by
 * `openRoomMedia`.
 */
export class RoomMedia {
  readonly workerPid: number
  readonly router: types.Router
  readonly webRtcServer: types.WebRtcServer
  readonly #events: RoomMediaEvents
  readonly #levels: types.AudioLevelObserver
  readonly #participants = new Map<ParticipantId, ParticipantMedia>()
  readonly #streams = new Map<string, Stream>()
  #speaking: ParticipantId[] = []
  #closed = false

  constructor(
    lease: { router: types.Router; webRtcServer: types.WebRtcServer; workerPid: number },
    levels: types.AudioLevelObserver,
    events: RoomMediaEvents,
  ) {
    this.router = lease.router
    this.webRtcServer = lease.webRtcServer
    this.workerPid = lease.workerPid
    this.#events = events
    this.#levels = levels
    lease.router.once('workerclose', () => {
      if (this.#closed) return
      this.close()
      events.died()
    })
    levels.on('volumes', (volumes) => {
      const ids = volumes.flatMap(({ producer }) => this.#streams.get(producer.id)?.participantId ?? [])
      this.#setSpeaking([...new Set(ids)])
    })
    levels.on('silence', () => this.#setSpeaking([]))
  }

  get closed(): boolean {
    return this.#closed
  }

  get speaking(): readonly ParticipantId[] {
    return this.#speaking
  }

  participant(id: ParticipantId): ParticipantMedia | undefined {
    return this.#participants.get(id)
  }

  streams(): IterableIterator<Stream> {
    return this.#streams.values()
  }

  /**
   * Makes both transports of a participant; what they had before is closed.
   * @throws AppError `media-rejected`, `media-unavailable`
   */
  async join(participantId: ParticipantId, rtpCapabilities: RtpCapabilities): Promise<ParticipantMedia> {
    this.leave(participantId)
    const media = await withMedia(() =>
      ParticipantMedia.open(this, participantId, rtpCapabilities, {
        consumerClosed: (id, producerId) => {
          this.#tell((events) => events.consumerClosed(participantId, id))
          this.#updateWatchedLayer(producerId)
        },
        consumerPaused: (id, paused) => this.#tell((events) => events.consumerPaused(participantId, id, paused)),
        watchingChanged: (producerId) => this.#updateWatchedLayer(producerId),
        quality: (quality) => this.#tell((events) => events.quality(participantId, quality)),
      }),
    )
    this.#participants.set(participantId, media)
    return media
  }

  /** Closes what a participant has. Nothing happens when that is nothing. */
  leave(participantId: ParticipantId): void {
    this.#participants.get(participantId)?.close()
    this.#participants.delete(participantId)
  }

  /**
   * Makes the paused consumers of every stream of others that a participant does not have yet and can decode.
   * @param only this stream alone
   */
  async offer(participantId: ParticipantId, only?: string): Promise<ConsumerOffer[]> {
    const media = this.#participants.get(participantId)
    if (media === undefined) return []
    const wanted = [...this.#streams.values()].filter(
      (stream) => stream.participantId !== participantId && (only === undefined || stream.id === only),
    )
    const offers = await Promise.all(wanted.map((stream) => media.consume(stream)))
    for (const stream of wanted) this.#updateWatchedLayer(stream.id)
    return offers.filter((offer) => offer !== null)
  }

  /** Takes in a new stream: its voice is listened to, and its sender hears which layers are watched. */
  async addStream(stream: Stream): Promise<void> {
    this.#streams.set(stream.id, stream)
    stream.producer.observer.once('close', () => {
      this.#streams.delete(stream.id)
      this.#setSpeaking(this.#speaking.filter((id) => id !== stream.participantId || stream.source !== 'microphone'))
    })
    if (stream.source === 'microphone') await this.#levels.addProducer({ producerId: stream.id })
  }

  /** Tells the sender which layers are watched if nobody has been offered the stream, so that nothing goes unseen. */
  settle(producerId: string): void {
    this.#updateWatchedLayer(producerId)
  }

  /** What mediasoup holds, for tests and for looking into a leak. */
  dump(): Promise<types.RouterDump> {
    return this.router.dump()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const media of this.#participants.values()) media.close()
    this.#participants.clear()
    this.router.close()
  }

  #tell(say: (events: RoomMediaEvents) => void): void {
    if (!this.#closed) say(this.#events)
  }

  #setSpeaking(ids: ParticipantId[]): void {
    if (ids.length === this.#speaking.length && ids.every((id, place) => id === this.#speaking[place])) return
    this.#speaking = ids
    this.#tell((events) => events.speaking(ids))
  }

  #updateWatchedLayer(producerId: string): void {
    const stream = this.#streams.get(producerId)
    if (stream === undefined || stream.producer.kind !== 'video') return
    const watchers = [...this.#participants.values()].flatMap((media) => media.watcher(producerId) ?? [])
    const layer = watchedLayer(stream.topLayer, watchers)
    if (layer === stream.watchedLayer) return
    stream.watchedLayer = layer
    this.#tell((events) => events.watchedLayer(stream.participantId, stream.id, layer))
  }
}

/**
 * Opens the media of a room on the least loaded worker.
 * @throws AppError `media-unavailable`
 */
export async function openRoomMedia(pool: WorkerPool, events: RoomMediaEvents): Promise<RoomMedia> {
  const lease = await pool.openRouter()
  try {
    const levels = await withMedia(() =>
      lease.router.createAudioLevelObserver({ maxEntries: 12, threshold: speechThreshold, interval: speechIntervalMs }),
    )
    return new RoomMedia(lease, levels, events)
  } catch (error) {
    lease.router.close()
    throw error
  }
}
