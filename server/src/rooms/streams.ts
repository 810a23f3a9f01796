import type { BaseLogger } from 'pino'
import type { ConsumerOffer, ParticipantId, RequestBody, RosterEntry, RtpCapabilities } from '@curtain/protocol'
import { AppError } from '../errors.ts'
import type { ParticipantMedia } from '../media/participant-media.ts'
import type { RoomMedia, RoomMediaEvents, Stream } from '../media/room-media.ts'
import { bestQuality } from '../media/quality.ts'
import type { Member } from './member.ts'

/** What the media side of a room needs of its people. */
interface People {
  visitId: string
  find(id: ParticipantId): Member | undefined
  admitted(): Member[]
}

/**
 * The media side of a room: who joined, what they send, and telling the others. When the worker dies it opens new media
 * and everybody is told to join again; people and roles are not touched.
 */
export class Streams {
  readonly #people: People
  readonly #openMedia: (events: RoomMediaEvents) => Promise<RoomMedia>
  readonly #log: BaseLogger
  #opening: Promise<RoomMedia> | null = null
  #media: RoomMedia | null = null
  #closed = false

  constructor(people: People, openMedia: (events: RoomMediaEvents) => Promise<RoomMedia>, log: BaseLogger) {
    this.#people = people
    this.#openMedia = openMedia
    this.#log = log
  }

  /** Opens the media in the background, so that it is there when somebody joins. */
  prepare(): void {
    this.#open().catch((error: unknown) => {
      this.#log.warn({ visitId: this.#people.visitId, error }, 'room media could not be opened')
    })
  }

  get speaking(): readonly ParticipantId[] {
    return this.#media?.speaking ?? []
  }

  /** The worker process that carries the room now; null when none does. */
  get workerPid(): number | null {
    return this.#media?.workerPid ?? null
  }

  producersOf(id: ParticipantId): RosterEntry['producers'] {
    return (this.#media?.participant(id)?.streams ?? []).map(stateOf)
  }

  /** @throws AppError `not-joined` */
  of(member: Member): ParticipantMedia {
    const media = this.#media?.participant(member.id)
    if (media === undefined || media.closed) throw new AppError('not-joined')
    return media
  }

  /** @throws AppError `media-rejected`, `media-unavailable` */
  async join(
    member: Member,
    rtpCapabilities: RtpCapabilities,
  ): Promise<{ media: ParticipantMedia; consumers: ConsumerOffer[] }> {
    const room = await this.#open()
    this.leave(member)
    const media = await room.join(member.id, rtpCapabilities)
    return { media, consumers: member.may('subscribe') ? await room.offer(member.id) : [] }
  }

  /** Closes what somebody has and tells the others. */
  leave(member: Member): void {
    const streams = this.#media?.participant(member.id)?.streams ?? []
    this.#media?.leave(member.id)
    for (const { id } of streams) this.#tellOthers(member.id, { type: 'producer.closed', participantId: member.id, producerId: id })
  }

  /** Takes a stream; `announce` comes after the answer. */
  produce(member: Member, body: RequestBody<'producer.create'>): Promise<Stream> {
    return this.of(member).produce(body)
  }

  /** Tells the others about a new stream and offers it to those who receive. */
  async announce(stream: Stream): Promise<void> {
    const media = this.#media
    if (media === null || stream.producer.closed) return
    this.#tellChanged(stream)
    const receivers = this.#people.admitted().filter((member) => member.id !== stream.participantId && member.may('subscribe'))
    await Promise.all(
      receivers.map(async (member) => {
        for (const consumer of await media.offer(member.id, stream.id)) member.tell({ type: 'consumer.added', consumer })
      }),
    )
    media.settle(stream.id)
  }

  async setProducerPaused(member: Member, producerId: string, paused: boolean): Promise<void> {
    this.#tellChanged(await this.of(member).setProducerPaused(producerId, paused))
  }

  closeProducer(member: Member, producerId: string): void {
    this.of(member).closeProducer(producerId)
    this.#tellOthers(member.id, { type: 'producer.closed', participantId: member.id, producerId })
  }

  /** The microphones that somebody has switched on. */
  liveMicrophones(member: Member): Stream[] {
    const streams = this.#media?.participant(member.id)?.streams ?? []
    return streams.filter(({ source, producer }) => source === 'microphone' && !producer.paused)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#media?.close()
    this.#media = null
  }

  #open(): Promise<RoomMedia> {
    if (this.#opening !== null) return this.#opening
    const opening = this.#openOnce()
    this.#opening = opening
    opening.catch(() => {
      // The next who needs it tries again.
      if (this.#opening === opening) this.#opening = null
    })
    return opening
  }

  async #openOnce(): Promise<RoomMedia> {
    const media = await this.#openMedia(this.#events())
    if (this.#closed) media.close()
    if (media.closed) throw new AppError('media-unavailable')
    this.#media = media
    return media
  }

  #events(): RoomMediaEvents {
    const tell = (id: ParticipantId, body: Parameters<Member['tell']>[0]) => this.#people.find(id)?.tell(body)
    return {
      died: () => this.#rebuild(),
      speaking: (participantIds) => {
        // Of this moment alone: somebody who dropped off gets what is so when they are back.
        for (const member of this.#people.admitted()) if (member.connected) member.tell({ type: 'speaking', participantIds })
      },
      watchedLayer: (sender, producerId, spatialLayer) =>
        tell(sender, { type: 'producer.watched-layer', producerId, spatialLayer }),
      consumerClosed: (receiver, consumerId) => tell(receiver, { type: 'consumer.closed', consumerId }),
      consumerPaused: (receiver, consumerId, paused) => tell(receiver, { type: 'consumer.paused', consumerId, paused }),
      quality: (id, quality) => {
        const member = this.#people.find(id)
        if (member !== undefined) this.setQuality(member, () => (member.measuredQuality = quality))
      },
    }
  }

  /** Changes a measure of somebody's connection and tells everybody if what is shown became another. */
  setQuality(member: Member, change: () => void): void {
    const before = member.quality
    change()
    if (member.quality === before) return
    const notification = { type: 'participant.quality', participantId: member.id, quality: member.quality } as const
    for (const one of this.#people.admitted()) one.tell(notification)
  }

  #rebuild(): void {
    if (this.#closed) return
    this.#media = null
    this.#opening = null
    const members = this.#people.admitted()
    this.#log.warn({ visitId: this.#people.visitId, count: members.length }, 'room media lost, rebuilding')
    for (const member of members) {
      member.measuredQuality = bestQuality
      member.tell({ type: 'room.rebuilt' })
    }
    this.prepare()
  }

  #tellChanged(stream: Stream): void {
    this.#tellOthers(stream.participantId, {
      type: 'producer.changed',
      participantId: stream.participantId,
      producer: stateOf(stream),
    })
  }

  #tellOthers(id: ParticipantId, body: Parameters<Member['tell']>[0]): void {
    for (const member of this.#people.admitted()) if (member.id !== id) member.tell(body)
  }
}

function stateOf({ id, source, producer }: Stream): RosterEntry['producers'][number] {
  return { id, source, paused: producer.paused }
}
