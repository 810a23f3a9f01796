import type { z } from 'zod'
import { closeCodes, requests, type Grant, type RequestType } from '@curtain/protocol'
import type { OnRecord } from '../audit/on-record.ts'
import { AppError } from '../errors.ts'
import type { Delivery } from '../rooms/delivery.ts'
import type { Member } from '../rooms/member.ts'
import { grantOfSource } from '../rooms/policy.ts'
import type { Queue } from '../rooms/queue.ts'

/** What a request is answered with, made at each sending: a room goes on between an answer and its repetition. */
type Result<Value> = () => Value

/** The queue of the room, or of its keys where it has any. */
type QueueOf = (member: Member) => Queue | undefined

const room: QueueOf = (member) => member.room.queue
const keys: QueueOf = (member) => member.room.delivery?.queue

interface Rule<Body, Value> {
  records: OnRecord
  /** `place`: whoever is connected, waiting or in. `admission`: only who was let in. */
  needs: 'place' | 'admission'
  /** Each of these; the sender's grants are looked at before anything happens. */
  grants: readonly Grant[] | ((body: Body) => readonly Grant[])
  /** Runs in this queue, and its answer is sent before the next in the queue begins; null for at once. */
  queue: QueueOf | null
  /** Closes the connection with this code once the answer is out. */
  thenClose?: number
  handle(member: Member, body: Body): Result<Value> | Promise<Result<Value>>
}

export interface Handler {
  /** Beside `participant.denied`, which every refusal for who sent it is. */
  readonly records: OnRecord
  readonly queue: QueueOf | null
  readonly thenClose: number | undefined
  /** Parses, checks, does. @throws AppError */
  run(member: Member, message: unknown): Promise<Result<unknown>>
}

function on<Input extends z.ZodType, Output extends z.ZodType>(
  request: { input: Input; result: Output },
  rule: Rule<z.output<Input>, z.input<Output>>,
): Handler {
  return {
    records: rule.records,
    queue: rule.queue,
    thenClose: rule.thenClose,
    async run(member, message) {
      const parsed = request.input.safeParse(message)
      if (!parsed.success) throw new AppError('invalid-message')
      if (member.revoked) throw new AppError('not-signed-in')
      if (rule.needs === 'admission' && !member.admitted) throw new AppError('not-admitted')
      const grants = typeof rule.grants === 'function' ? rule.grants(parsed.data) : rule.grants
      if (!grants.every((grant) => member.may(grant))) throw new AppError('forbidden')
      const result = await rule.handle(member, parsed.data)
      return () => request.result.parse(result())
    },
  }
}

const done = () => ({})

const ofMedia: OnRecord = { nothing: 'Media, which is set up anew whenever a connection breaks; being in the room is on record.' }
const ofKeys: OnRecord = { nothing: 'Keys, which the server carries and does not have; being in the room is on record.' }

/** @throws AppError `not-encrypted` where the visit is not end-to-end encrypted */
function deliveryOf(member: Member): Delivery {
  const { delivery } = member.room
  if (delivery === null) throw new AppError('not-encrypted')
  return delivery
}

export const helloRecords: OnRecord = ['participant.arrived', 'visit.opened']

/** Every request but `hello`, which makes the member that these need. */
export const handlers: Record<Exclude<RequestType, 'hello'>, Handler> = {
  ping: on(requests.ping, {
    records: { nothing: 'A sign of life.' },
    needs: 'place',
    grants: [],
    queue: null,
    handle: () => done,
  }),
  leave: on(requests.leave, {
    records: ['participant.departed', 'visit.emptied'],
    needs: 'place',
    grants: [],
    queue: room,
    thenClose: closeCodes.final,
    async handle(member) {
      await member.room.giveUp(member, 'left')
      return done
    },
  }),

  join: on(requests.join, {
    records: { nothing: 'Being let in is on record, and this follows from it.' },
    needs: 'admission',
    // Whoever may not receive is offered nothing, and can still send.
    grants: [],
    queue: room,
    async handle(member, { rtpCapabilities }) {
      const { media, consumers } = await member.room.streams.join(member, rtpCapabilities)
      const iceServers = member.room.iceServersFor(member)
      return () => ({
        sendTransport: media.sendTransport,
        receiveTransport: media.receiveTransport,
        iceServers,
        // Those that closed since were told as closed already.
        consumers: consumers.filter(({ id }) => media.hasConsumer(id)),
        room: member.room.stateFor(member),
      })
    },
  }),
  'transport.connect': on(requests['transport.connect'], {
    records: ofMedia,
    needs: 'admission',
    grants: [],
    queue: null,
    async handle(member, { transportId, dtlsParameters }) {
      await member.room.streams.of(member).connect(transportId, dtlsParameters)
      return done
    },
  }),
  'transport.restart-ice': on(requests['transport.restart-ice'], {
    records: ofMedia,
    needs: 'admission',
    grants: [],
    queue: null,
    async handle(member, { transportId }) {
      const iceParameters = await member.room.streams.of(member).restartIce(transportId)
      return () => ({ iceParameters })
    },
  }),

  'producer.create': on(requests['producer.create'], {
    records: ['participant.screen-shared'],
    needs: 'admission',
    grants: ({ source }) => [grantOfSource[source]],
    queue: room,
    async handle(member, body) {
      const { id: producerId } = await member.room.produce(member, body)
      return () => ({ producerId })
    },
  }),
  'producer.pause': on(requests['producer.pause'], {
    records: ofMedia,
    needs: 'admission',
    grants: [],
    queue: null,
    async handle(member, { producerId }) {
      await member.room.streams.setProducerPaused(member, producerId, true)
      return done
    },
  }),
  'producer.resume': on(requests['producer.resume'], {
    records: ofMedia,
    needs: 'admission',
    grants: [],
    queue: null,
    async handle(member, { producerId }) {
      await member.room.streams.setProducerPaused(member, producerId, false)
      return done
    },
  }),
  'producer.close': on(requests['producer.close'], {
    records: ['participant.screen-stopped'],
    needs: 'admission',
    grants: [],
    queue: room,
    async handle(member, { producerId }) {
      await member.room.closeProducer(member, producerId)
      return done
    },
  }),

  'consumer.resume': on(requests['consumer.resume'], {
    records: ofMedia,
    needs: 'admission',
    grants: ['subscribe'],
    queue: null,
    async handle(member, { consumerId }) {
      await member.room.streams.of(member).setConsumerPaused(consumerId, false)
      return done
    },
  }),
  'consumer.pause': on(requests['consumer.pause'], {
    records: ofMedia,
    needs: 'admission',
    grants: ['subscribe'],
    queue: null,
    async handle(member, { consumerId }) {
      await member.room.streams.of(member).setConsumerPaused(consumerId, true)
      return done
    },
  }),
  'consumer.prefer-layer': on(requests['consumer.prefer-layer'], {
    records: ofMedia,
    needs: 'admission',
    grants: ['subscribe'],
    queue: null,
    async handle(member, { consumerId, spatialLayer }) {
      await member.room.streams.of(member).preferLayer(consumerId, spatialLayer)
      return done
    },
  }),

  'quality.report': on(requests['quality.report'], {
    records: { nothing: 'How well media comes through.' },
    needs: 'admission',
    grants: [],
    queue: null,
    handle(member, { quality }) {
      member.room.streams.setQuality(member, () => (member.reportedQuality = quality))
      return done
    },
  }),

  'mls.register': on(requests['mls.register'], {
    records: ofKeys,
    needs: 'place',
    grants: [],
    queue: keys,
    async handle(member, body) {
      await deliveryOf(member).register(member, body)
      return done
    },
  }),
  'mls.created': on(requests['mls.created'], {
    records: ofKeys,
    needs: 'admission',
    grants: [],
    queue: keys,
    handle(member, body) {
      deliveryOf(member).created(member, body)
      return done
    },
  }),
  'mls.commit': on(requests['mls.commit'], {
    records: ofKeys,
    needs: 'admission',
    grants: [],
    queue: keys,
    handle(member, body) {
      deliveryOf(member).commit(member, body)
      return done
    },
  }),
  'mls.data': on(requests['mls.data'], {
    records: { nothing: 'Sealed for those in the room: the server cannot tell what it is.' },
    needs: 'admission',
    grants: ['chat'],
    queue: keys,
    handle(member, body) {
      deliveryOf(member).data(member, body)
      return done
    },
  }),

  admit: on(requests.admit, {
    records: ['participant.admitted', 'visit.started'],
    needs: 'admission',
    grants: ['admit'],
    queue: room,
    async handle(member, { participantId }) {
      await member.room.admit(member, participantId)
      return done
    },
  }),
  refuse: on(requests.refuse, {
    records: ['participant.refused'],
    needs: 'admission',
    grants: ['admit'],
    queue: room,
    async handle(member, { participantId }) {
      await member.room.refuse(member, participantId)
      return done
    },
  }),
  'send-back': on(requests['send-back'], {
    records: ['participant.sent-back'],
    needs: 'admission',
    grants: ['moderate'],
    queue: room,
    async handle(member, { participantId }) {
      await member.room.sendBack(member, participantId)
      return done
    },
  }),
  remove: on(requests.remove, {
    records: ['participant.removed'],
    needs: 'admission',
    grants: ['moderate'],
    queue: room,
    async handle(member, { participantId }) {
      await member.room.remove(member, participantId)
      return done
    },
  }),
  mute: on(requests.mute, {
    records: ['participant.muted'],
    needs: 'admission',
    grants: ['moderate'],
    queue: room,
    async handle(member, { participantId }) {
      await member.room.mute(member, participantId)
      return done
    },
  }),
  lock: on(requests.lock, {
    records: ['visit.locked', 'visit.unlocked'],
    needs: 'admission',
    grants: ['moderate'],
    queue: room,
    async handle(member, { locked }) {
      await member.room.lock(member, locked)
      return done
    },
  }),
  end: on(requests.end, {
    records: ['visit.ended'],
    needs: 'admission',
    grants: ['end'],
    queue: room,
    async handle(member) {
      await member.room.end(member)
      return done
    },
  }),
}
