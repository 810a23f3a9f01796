import { consumerOffer, type ConsumerOffer } from '@curtain/protocol'
import * as fakeParameters from 'mediasoup-client/fakeParameters'
import { expect, test } from 'vitest'
import { ManualClock } from '../test-support/manual-clock.ts'
import { createTestSession, silentSignal } from '../test-support/media-session.ts'
import { Subscriber } from './subscriber.ts'
import { VisitError } from './visit-error.ts'

function offerOf(participantId: string): ConsumerOffer {
  const { rtpParameters } = fakeParameters.generateConsumerRemoteParameters({ codecMimeType: 'audio/opus' })
  return consumerOffer.parse({
    id: `consumer-${participantId}`,
    producerId: `producer-${participantId}`,
    participantId,
    source: 'microphone',
    kind: 'audio',
    rtpParameters,
    producerPaused: false,
  })
}

test('nothing is expected to come of those whose frames cannot be read: it is no stall', async () => {
  const readable = new Set(['ann'])
  const session = await createTestSession({
    isEndToEnd: true,
    canSend: true,
    canRead: (participantId) => readable.has(participantId),
    protectSender: () => {},
    protectReceiver: () => {},
  })
  const setUp = Promise.withResolvers<void>()
  const subscriber = new Subscriber(silentSignal, new ManualClock(), () => {
    if (subscriber.streamsOf('ann').length > 0) setUp.resolve()
  })
  subscriber.attach(session, [offerOf('ann')])
  await setUp.promise
  await Promise.resolve()
  expect(subscriber.isReceiving(() => true)).toBe(true)
  expect(subscriber.isReceiving(() => false)).toBe(false)
  readable.clear()
  expect(subscriber.isReceiving(() => true)).toBe(false)
})

/** Somebody's stream, of a server that refuses once. */
async function streamOnceRefused(participantId: string) {
  const session = await createTestSession({
    isEndToEnd: true,
    canSend: true,
    canRead: () => true,
    protectSender: () => {},
    protectReceiver: () => {},
  })
  const asked: string[] = []
  const clock = new ManualClock()
  const signal: typeof silentSignal = {
    request: async (type, input) => {
      asked.push(type)
      if (asked.length === 1) throw new VisitError('rate-limited')
      return await silentSignal.request(type, input)
    },
  }
  const subscriber = new Subscriber(signal, clock, () => {})
  subscriber.attach(session, [offerOf(participantId)])
  return { subscriber, clock, asked, flows: () => subscriber.isReceiving(() => true) }
}

test('what the server did not confirm it is asked for again: the stream stays, and comes', async () => {
  const { subscriber, clock, asked, flows } = await streamOnceRefused('ann')
  await clock.nextTimer()
  expect(flows()).toBe(false)
  expect(subscriber.streamsOf('ann')).toHaveLength(1)
  clock.advance(1000)
  expect(asked).toEqual(['consumer.resume', 'consumer.resume'])
  expect(flows()).toBe(true)
})
