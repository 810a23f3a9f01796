import { consumerOffer, type ConsumerOffer } from '@curtain/protocol'
import * as fakeParameters from 'mediasoup-client/fakeParameters'
import { expect, test } from 'vitest'
import { ManualClock } from '../test-support/manual-clock.ts'
import { createTestSession, silentSignal } from '../test-support/media-session.ts'
import { Subscriber } from './subscriber.ts'

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
