import type { ConsumerOffer, MediaSource } from '@curtain/protocol'
import type { types } from 'mediasoup-client'
import type { Clock } from './clock.ts'
import { FrameWatch } from './frame-watch.ts'
import type { MediaSession } from './media-session.ts'
import { toMediasoupParameters } from './rtp-parameters.ts'
import type { SignalConnection } from './signal-connection.ts'
import type { RemoteStream } from './types.ts'
import { layerForView, type SpatialLayer } from './view-size.ts'
import { VisitError } from './visit-error.ts'

interface Subscription {
  readonly offer: ConsumerOffer
  /** Null until it is set up. */
  consumer: types.Consumer | null
  senderPaused: boolean
  /** As the server was told; undefined before anything was, `unclear` once it did not confirm. */
  toldLayer: SpatialLayer | null | undefined | 'unclear'
  /** Null while no pictures are expected of it. */
  watch: FrameWatch | null
}

/** The same stream keeps this name when the media server gives it a new consumer. */
type StreamName = `${string}/${MediaSource}`
const nameOf = (offer: Pick<ConsumerOffer, 'participantId' | 'source'>): StreamName =>
  `${offer.participantId}/${offer.source}`

/** A window being resized says so many times a second. */
const viewSettlesMs = 150
/** Until the server is told again what it did not confirm. */
const tellAgainMs = 1000

/** What this person receives: a consumer for each stream of the others, as long as the server offers it. */
export class Subscriber {
  readonly #signal: Pick<SignalConnection, 'request'>
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #subscriptions = new Map<string, Subscription>()
  /** Streams of a media server that is gone, shown until their successors are there. */
  #fading = new Map<StreamName, RemoteStream>()
  readonly #wantedLayers = new Map<StreamName, SpatialLayer | null>()
  readonly #settling = new Map<string, () => void>()
  /** Consumers for which a key frame was asked and the server did not answer yet. */
  readonly #asked = new Set<string>()
  #session: MediaSession | null = null

  constructor(signal: Pick<SignalConnection, 'request'>, clock: Clock, onChange: () => void) {
    this.#signal = signal
    this.#clock = clock
    this.#onChange = onChange
  }

  streamsOf(participantId: string): readonly RemoteStream[] {
    const streams: RemoteStream[] = []
    const names = new Set<StreamName>()
    for (const { offer, consumer, senderPaused } of this.#subscriptions.values()) {
      if (offer.participantId !== participantId || consumer === null) continue
      names.add(nameOf(offer))
      streams.push({
        consumerId: offer.id,
        source: offer.source,
        track: consumer.track,
        paused: senderPaused,
      })
    }
    for (const [name, stream] of this.#fading) {
      if (name.startsWith(`${participantId}/`) && !names.has(name)) streams.push(stream)
    }
    return streams
  }

  /**
   * Whether packets should be coming in: somebody who is connected sends something that is not switched off, and can be
   * read. Who gave up their keys, or whose keys oneself gave up, may be sending nothing.
   * @param isConnected tells who is connected.
   */
  isReceiving(isConnected: (participantId: string) => boolean): boolean {
    return [...this.#subscriptions.values()].some(
      ({ offer, consumer, senderPaused, toldLayer }) =>
        // Nothing comes of one that did not begin, or of which nothing is wanted.
        consumer !== null &&
        !senderPaused &&
        typeof toldLayer === 'number' &&
        isConnected(offer.participantId) &&
        this.#session?.protection.canRead(offer.participantId) === true,
    )
  }

  /** Takes up what a join offers; streams that go on are swapped where they stand. */
  attach(session: MediaSession, offers: readonly ConsumerOffer[]): void {
    this.detach()
    const names = new Set(offers.map(nameOf))
    this.#fading = new Map([...this.#fading].filter(([name]) => names.has(name)))
    this.#session = session
    for (const offer of offers) this.add(offer)
    this.#onChange()
  }

  /** The session is gone: its streams are shown until the next one, or until `clear`. */
  detach(): void {
    for (const subscription of this.#subscriptions.values()) {
      const { offer, consumer } = subscription
      const stream = this.streamsOf(offer.participantId).find(({ consumerId }) => consumerId === offer.id)
      if (consumer !== null && stream !== undefined) this.#fading.set(nameOf(offer), stream)
    }
    for (const cancel of this.#settling.values()) cancel()
    this.#settling.clear()
    this.#subscriptions.clear()
    this.#session = null
  }

  /** Nothing is received any more. */
  clear(): void {
    this.detach()
    this.#fading.clear()
    this.#wantedLayers.clear()
    this.#onChange()
  }

  add(offer: ConsumerOffer): void {
    if (this.#session === null || this.#subscriptions.has(offer.id)) return
    const subscription: Subscription = {
      offer,
      consumer: null,
      senderPaused: offer.producerPaused,
      toldLayer: undefined,
      watch: null,
    }
    this.#subscriptions.set(offer.id, subscription)
    void this.#setUp(subscription, this.#session)
  }

  remove(consumerId: string): void {
    const subscription = this.#subscriptions.get(consumerId)
    if (subscription === undefined) return
    this.#subscriptions.delete(consumerId)
    this.#fading.delete(nameOf(subscription.offer))
    // Its picture goes from the page as well, which is no wish to do without the next one.
    this.#wantedLayers.delete(nameOf(subscription.offer))
    subscription.consumer?.close()
    this.#onChange()
  }

  /** Who can be read changed: streams that wait for it begin. */
  keysChanged(): void {
    for (const subscription of this.#subscriptions.values()) {
      const { consumer, toldLayer } = subscription
      if (consumer !== null && toldLayer === undefined) void this.#tellLayer(subscription)
    }
  }

  senderPaused(consumerId: string, paused: boolean): void {
    const subscription = this.#subscriptions.get(consumerId)
    if (subscription === undefined) return
    subscription.senderPaused = paused
    this.#onChange()
  }

  setViewSize(consumerId: string, width: number, height: number): void {
    const subscription = this.#subscriptions.get(consumerId)
    if (subscription === undefined || subscription.offer.kind !== 'video') return
    const layer = layerForView(width, height)
    this.#wantedLayers.set(nameOf(subscription.offer), layer)
    this.#settling.get(consumerId)?.()
    const settled = () => {
      this.#settling.delete(consumerId)
      if (subscription.consumer !== null) void this.#tellLayer(subscription)
    }
    // Being shown again is worth no wait.
    if (subscription.toldLayer === null && layer !== null) settled()
    else this.#settling.set(consumerId, this.#clock.after(viewSettlesMs, settled))
  }

  /**
   * Asks again for pictures that should be coming and do not.
   * @param framesReceived so far, by the id of the track
   */
  look(framesReceived: ReadonlyMap<string, number>): void {
    const now = this.#clock.now()
    for (const subscription of this.#subscriptions.values()) {
      const { offer, consumer, senderPaused, toldLayer } = subscription
      const frames = framesReceived.get(consumer?.track.id ?? '') ?? 0
      const isExpected =
        offer.kind === 'video' &&
        !senderPaused &&
        typeof toldLayer === 'number' &&
        // Of a screen on which nothing changes nothing comes.
        (frames === 0 || offer.source === 'camera') &&
        this.#session?.protection.canRead(offer.participantId) === true
      subscription.watch = isExpected ? (subscription.watch ?? new FrameWatch(now)) : null
      if (subscription.watch?.look(frames, now) === true) void this.#askForKeyFrame(offer.id)
    }
  }

  /** One question at a time: without signalling it waits, and says no more for being asked often. */
  async #askForKeyFrame(consumerId: string): Promise<void> {
    if (this.#asked.has(consumerId)) return
    this.#asked.add(consumerId)
    // Of a stream that flows this asks for a key frame. What fails is asked again.
    await this.#signal.request('consumer.resume', { consumerId }).catch(() => {})
    this.#asked.delete(consumerId)
  }

  /** A consumer starts paused, so that no key frame is lost before somebody listens. */
  async #setUp(subscription: Subscription, session: MediaSession): Promise<void> {
    const { offer } = subscription
    try {
      const consumer = await session.receive.consume({
        id: offer.id,
        producerId: offer.producerId,
        kind: offer.kind,
        rtpParameters: toMediasoupParameters(offer.rtpParameters),
        // Voice and face of one person are kept in step; a screen keeps step with its own sound.
        streamId: `${offer.participantId}-${offer.source.startsWith('screen') ? 'screen' : 'person'}`,
        onRtpReceiver: (receiver) => session.protection.protectReceiver(receiver, offer),
      })
      if (this.#subscriptions.get(offer.id) !== subscription) {
        consumer.close()
        return
      }
      subscription.consumer = consumer
      this.#fading.delete(nameOf(offer))
      this.#onChange()
      await this.#tellLayer(subscription)
    } catch {
      // The session went away, or the stream did; whichever comes next is offered anew.
      if (this.#subscriptions.get(offer.id) === subscription) this.remove(offer.id)
    }
  }

  /** Tells the server what of a stream is wanted, and again a little later if it did not confirm: nothing else would. */
  async #tellLayer(subscription: Subscription): Promise<void> {
    const { id } = subscription.offer
    try {
      await this.#request(subscription)
    } catch (error) {
      const isGone = error instanceof VisitError && error.code === 'media-not-found'
      if (isGone || this.#subscriptions.get(id) !== subscription) return
      subscription.toldLayer = 'unclear'
      this.#settling.get(id)?.()
      this.#settling.set(id, this.#clock.after(tellAgainMs, () => void this.#tellLayer(subscription)))
    }
  }

  /** What is wanted of a stream is nothing, or the layer that fits how large it is shown. */
  async #request(subscription: Subscription): Promise<void> {
    const { offer, toldLayer } = subscription
    const consumerId = offer.id
    // A stream begins with a key frame, which would be lost on a device that cannot read it yet.
    if (toldLayer === undefined && this.#session?.protection.canRead(offer.participantId) !== true) return
    const wanted = this.#wantedLayers.get(nameOf(offer))
    const isFlowing = typeof toldLayer === 'number'
    // Until the page says how large it shows it, all of it is wanted.
    if (wanted === undefined) {
      if (isFlowing || toldLayer === null) return
      subscription.toldLayer = 2
      await this.#signal.request('consumer.resume', { consumerId })
      return
    }
    if (wanted === toldLayer) return
    subscription.toldLayer = wanted
    if (wanted === null) {
      if (toldLayer !== undefined) await this.#signal.request('consumer.pause', { consumerId })
      return
    }
    const told: Promise<unknown>[] = []
    if (offer.source === 'camera') {
      told.push(this.#signal.request('consumer.prefer-layer', { consumerId, spatialLayer: wanted }))
    }
    if (!isFlowing) told.push(this.#signal.request('consumer.resume', { consumerId }))
    await Promise.all(told)
  }
}
