import { consumerOffer, type ConsumerOffer } from '@curtain/protocol'
import * as fakeParameters from 'mediasoup-client/fakeParameters'
import { expect, test } from 'vitest'
import { ManualClock } from '../test-support/manual-clock.ts'
import { createTestSession, silentSignal } from '../test-support/media-session.ts'
import { Subscriber } from './subscriber.ts'
import { VisitError } from './visit-error.ts'

function offerOf(participantId: string, source: 'microphone' | 'camera' | 'screen' = 'microphone'): ConsumerOffer {
  const kind = source === 'microphone' ? 'audio' : 'video'
  const codecMimeType = kind === 'audio' ? 'audio/opus' : 'video/VP8'
  const { rtpParameters } = fakeParameters.generateConsumerRemoteParameters({ codecMimeType })
  return consumerOffer.parse({
    id: `consumer-${participantId}`,
    producerId: `producer-${participantId}`,
    participantId,
    source,
    kind,
    rtpParameters,
    producerPaused: false,
  })
}

/** An end-to-end encrypted visit in which those are read whose keys one has. */
const encryptedSession = (readable: ReadonlySet<string> = new Set(['ann'])) =>
  createTestSession({
    isEndToEnd: true,
    canSend: true,
    canRead: (participantId) => readable.has(participantId),
    protectSender: () => {},
    protectReceiver: () => {},
  })

/** Records what is asked; a refusal is thrown at the first. */
function recordingSignal(refusal?: VisitError) {
  const asked: string[] = []
  const signal: typeof silentSignal = {
    request: async (type, input) => {
      asked.push(type)
      if (refusal !== undefined && asked.length === 1) throw refusal
      return await silentSignal.request(type, input)
    },
  }
  return { asked, signal }
}

test('nothing is expected to come of those whose frames cannot be read: it is no stall', async () => {
  const readable = new Set(['ann'])
  const session = await encryptedSession(readable)
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
  const session = await encryptedSession()
  const { asked, signal } = recordingSignal(new VisitError('rate-limited'))
  const clock = new ManualClock()
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

/** Somebody's stream that is resumed; what is asked from then on, of a server that never answers. */
async function resumedStream(source: 'camera' | 'screen') {
  const readable = new Set(['ann'])
  const session = await encryptedSession(readable)
  const { asked, signal } = recordingSignal()
  const clock = new ManualClock()
  const setUp = Promise.withResolvers<void>()
  const subscriber = new Subscriber(signal, clock, () => {
    if (subscriber.streamsOf('ann').length > 0) setUp.resolve()
  })
  subscriber.attach(session, [offerOf('ann', source)])
  await setUp.promise
  await Promise.resolve()
  asked.length = 0
  const [stream] = subscriber.streamsOf('ann')
  /** Time passes, by the end of which so many frames came in. */
  const look = (ms: number, frames: number) => {
    clock.advance(ms)
    subscriber.look(new Map([[stream?.track.id ?? '', frames]]))
  }
  return { subscriber, readable, asked, look }
}

test('a first picture that stays away is asked for again, one question at a time', async () => {
  const { asked, look } = await resumedStream('camera')
  look(0, 0)
  look(1900, 0)
  expect(asked).toEqual([])
  look(200, 0)
  look(2000, 0)
  expect(asked).toEqual(['consumer.resume'])
})

test('a camera that stands still is asked for, a screen that does not change is not', async () => {
  for (const [source, expected] of [['camera', ['consumer.resume']], ['screen', []]] as const) {
    const { asked, look } = await resumedStream(source)
    look(0, 0)
    look(300, 7)
    look(300, 7)
    look(5000, 7)
    expect(asked).toEqual(expected)
  }
})

test('nothing is asked of a camera that is switched off, or that cannot be read', async () => {
  const { subscriber, asked, look } = await resumedStream('camera')
  look(0, 0)
  subscriber.senderPaused('consumer-ann', true)
  look(5000, 0)
  // Switched on again, it has its two seconds.
  subscriber.senderPaused('consumer-ann', false)
  look(0, 0)
  expect(asked).toEqual([])

  const unread = await resumedStream('camera')
  unread.readable.clear()
  unread.look(0, 0)
  unread.look(5000, 0)
  expect(unread.asked).toEqual([])
})
