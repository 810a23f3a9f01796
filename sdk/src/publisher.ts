import type { MediaSource } from '@curtain/protocol'
import type { types } from 'mediasoup-client'
import type { Clock } from './clock.ts'
import { contentHints, sendOptions, withWatchedLayer } from './encodings.ts'
import type { MediaSession } from './media-session.ts'
import type { SignalConnection } from './signal-connection.ts'
import type { LocalStream } from './types.ts'
import { VisitError } from './visit-error.ts'

/** Until encodings that the browser would not change are tried again. */
const refusedAgainMs = 250

interface PublishedSource {
  readonly source: MediaSource
  /** What the person wants. */
  track: MediaStreamTrack
  paused: boolean
  isWanted: boolean
  /** What the server has. */
  producer: types.Producer | null
  serverPaused: boolean
  /** Changes of one source come one after the other. */
  work: Promise<void>
}

/**
 * What this person sends. It keeps what they want for each source and brings the server to it, now and after each
 * new join; a track stays the same through all of that.
 */
export class Publisher {
  readonly #signal: Pick<SignalConnection, 'request'>
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #sources = new Map<MediaSource, PublishedSource>()
  /** By producer, as the server said last: perhaps before the producer was there. */
  readonly #watchedLayers = new Map<string, number | null>()
  #session: MediaSession | null = null
  #lostSources: ReadonlySet<MediaSource> = new Set()
  #mutedByHost = false

  constructor(signal: Pick<SignalConnection, 'request'>, clock: Clock, onChange: () => void) {
    this.#signal = signal
    this.#clock = clock
    this.#onChange = onChange
  }

  get streams(): readonly LocalStream[] {
    return [...this.#sources.values()].map(({ source, track, paused, producer }) => ({
      source,
      track,
      paused,
      live: producer !== null,
    }))
  }

  get lostSources(): readonly MediaSource[] {
    return [...this.#lostSources]
  }

  get mutedByHost(): boolean {
    return this.#mutedByHost
  }

  isPaused(source: MediaSource): boolean {
    return this.#sources.get(source)?.paused ?? true
  }

  /** Whether the server should be hearing from us now, and so be reporting back. */
  get isSending(): boolean {
    if (this.#session?.protection.canSend !== true) return false
    return [...this.#sources.values()].some(
      ({ paused, producer }) =>
        !paused && (producer?.rtpSender?.getParameters().encodings.some(({ active }) => active !== false) ?? false),
    )
  }

  /** @throws VisitError with the server's code if it refuses */
  async publish(source: MediaSource, track: MediaStreamTrack): Promise<void> {
    const before = this.#sources.get(source)
    const entry: PublishedSource = before ?? {
      source,
      track,
      // A track that comes switched off was switched off by the person.
      paused: !track.enabled,
      isWanted: true,
      producer: null,
      serverPaused: false,
      work: Promise.resolve(),
    }
    if (before !== undefined && before.track !== track) this.#release(before.track)
    entry.track = track
    track.enabled = !entry.paused
    if (track.contentHint === '') track.contentHint = contentHints[source]
    track.addEventListener('ended', this.#onTrackEnded)
    this.#sources.set(source, entry)
    this.#lostSources = new Set([...this.#lostSources].filter((lost) => lost !== source))
    this.#onChange()
    await this.#reconcile(entry)
  }

  async unpublish(source: MediaSource): Promise<void> {
    const entry = this.#sources.get(source)
    if (entry === undefined) return
    this.#sources.delete(source)
    entry.isWanted = false
    this.#release(entry.track)
    this.#onChange()
    await this.#reconcile(entry)
  }

  async setPaused(source: MediaSource, paused: boolean): Promise<void> {
    const entry = this.#sources.get(source)
    if (entry === undefined) return
    this.#pauseHere(entry, paused)
    if (source === 'microphone' && !paused) this.#mutedByHost = false
    this.#onChange()
    await this.#reconcile(entry)
  }

  /** The host switched it off; the server has done so already. */
  muted(producerId: string): void {
    const entry = this.#withProducer(producerId)
    if (entry === undefined) return
    this.#pauseHere(entry, true)
    entry.serverPaused = true
    if (entry.source === 'microphone') this.#mutedByHost = true
    this.#onChange()
  }

  /** Encodes no more than what somebody watches. */
  watchedLayer(producerId: string, layer: number | null): void {
    this.#watchedLayers.set(producerId, layer)
    void this.#encodeWatched(this.#withProducer(producerId)?.producer ?? null)
  }

  /** Publishes everything that is wanted on a new session. */
  attach(session: MediaSession): void {
    this.detach()
    this.#session = session
    // Voice first: it is what people wait for.
    const first = (source: MediaSource) => (source === 'microphone' ? 0 : 1)
    const entries = [...this.#sources.values()].toSorted((a, b) => first(a.source) - first(b.source))
    for (const entry of entries) this.#reconcile(entry).catch(() => {})
  }

  /** The session is gone; what is wanted stays. */
  detach(): void {
    this.#session = null
    this.#watchedLayers.clear()
    for (const entry of this.#sources.values()) {
      entry.producer = null
      entry.serverPaused = false
      // What was under way belongs to the session that is gone.
      entry.work = Promise.resolve()
    }
  }

  /** Stops all tracks: the light of the camera goes out. */
  stop(): void {
    this.#session = null
    for (const { track } of this.#sources.values()) this.#release(track)
    this.#sources.clear()
    this.#onChange()
  }

  /** Leaves all tracks running and stops listening to them. */
  letGo(): void {
    this.#session = null
    for (const { track } of this.#sources.values()) track.removeEventListener('ended', this.#onTrackEnded)
    this.#sources.clear()
  }

  #withProducer(producerId: string): PublishedSource | undefined {
    return [...this.#sources.values()].find(({ producer }) => producer?.id === producerId)
  }

  /** At once and whatever the network does: nothing of the person leaves the device any more. */
  #pauseHere(entry: PublishedSource, paused: boolean): void {
    entry.paused = paused
    entry.track.enabled = !paused
    if (paused) entry.producer?.pause()
    else entry.producer?.resume()
  }

  #release(track: MediaStreamTrack): void {
    track.removeEventListener('ended', this.#onTrackEnded)
    track.stop()
  }

  /** Unplugged, taken away by the system, or the browser's own "stop sharing". */
  readonly #onTrackEnded = (event: Event): void => {
    const entry = [...this.#sources.values()].find(({ track }) => track === event.target)
    if (entry === undefined) return
    this.#lostSources = new Set([...this.#lostSources, entry.source])
    this.unpublish(entry.source).catch(() => {})
  }

  /** Brings the server to what is wanted of a source, after what is under way for it. */
  #reconcile(entry: PublishedSource): Promise<void> {
    const session = this.#session
    if (session === null) return Promise.resolve()
    const work = entry.work.catch(() => {}).then(() => this.#bring(entry, session))
    entry.work = work
    return work
  }

  async #bring(entry: PublishedSource, session: MediaSession): Promise<void> {
    const isCurrent = () => session === this.#session && !session.isClosed
    if (!isCurrent()) return
    try {
      if (!entry.isWanted) {
        await this.#withdraw(entry)
        return
      }
      entry.producer ??= await this.#produce(entry, session)
      if (!isCurrent()) return
      if (entry.producer.track !== entry.track) await entry.producer.replaceTrack({ track: entry.track })
      if (entry.serverPaused !== entry.paused) {
        const { paused } = entry
        await this.#signal.request(paused ? 'producer.pause' : 'producer.resume', { producerId: entry.producer.id })
        entry.serverPaused = paused
      }
      // The person may have changed their mind while the producer was being made.
      this.#pauseHere(entry, entry.paused)
      this.#onChange()
    } catch (cause) {
      // A session that went away takes its errors along: the next one publishes again.
      if (!isCurrent() || entry.track.readyState === 'ended') return
      throw cause instanceof VisitError ? cause : new VisitError('media-rejected', { cause })
    }
  }

  async #produce(entry: PublishedSource, session: MediaSession): Promise<types.Producer> {
    const { source, track, paused } = entry
    const { protection } = session
    const codec = session.device.sendRtpCapabilities.codecs?.find(({ mimeType }) => /^video\/vp8$/i.test(mimeType))
    // The encrypted layout is made for VP8 (docs/e2ee.md).
    if (track.kind === 'video' && codec === undefined && protection.isEndToEnd) {
      throw new VisitError('unsupported-browser')
    }
    const producer = await session.send.produce({
      track,
      ...sendOptions[source],
      ...(track.kind === 'video' && codec !== undefined ? { codec } : {}),
      stopTracks: false,
      onRtpSender: (sender) => {
        try {
          protection.protectSender(sender, source)
        } catch (error) {
          // The track is on the connection already, and the next negotiation would send it as it is.
          session.close()
          throw error
        }
      },
      appData: { source },
    })
    entry.serverPaused = paused
    void this.#encodeWatched(producer)
    return producer
  }

  async #encodeWatched(producer: types.Producer | null): Promise<void> {
    const layer = this.#watchedLayers.get(producer?.id ?? '')
    const sender = producer?.rtpSender
    if (sender === undefined || layer === undefined || producer?.closed === true) return
    try {
      const parameters = withWatchedLayer(sender.getParameters(), layer)
      if (parameters !== null) await sender.setParameters(parameters)
    } catch {
      // A sender that is being renegotiated refuses. Left at that, it might encode nothing while somebody waits for it.
      this.#clock.after(refusedAgainMs, () => void this.#encodeWatched(producer))
    }
  }

  async #withdraw(entry: PublishedSource): Promise<void> {
    const { producer } = entry
    if (producer === null) return
    entry.producer = null
    producer.close()
    await this.#signal.request('producer.close', { producerId: producer.id })
  }
}
