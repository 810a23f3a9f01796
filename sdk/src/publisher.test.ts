import { expect, test } from 'vitest'
import { ManualClock } from '../test-support/manual-clock.ts'
import { createTestSession, makeTrack, silentSignal } from '../test-support/media-session.ts'
import type { MediaProtection } from './encryption/media-protection.ts'
import { Publisher } from './publisher.ts'
import { VisitError } from './visit-error.ts'

function protection(protectSender: MediaProtection['protectSender'] = () => {}): MediaProtection {
  return { isEndToEnd: true, canSend: true, canRead: () => true, protectSender, protectReceiver: () => {} }
}

test('what is published is protected before it is negotiated, and goes out', async () => {
  const protectedSources: string[] = []
  const session = await createTestSession(protection((_sender, source) => protectedSources.push(source)))
  const publisher = new Publisher(silentSignal, new ManualClock(), () => {})
  publisher.attach(session)
  const track = await makeTrack()
  await publisher.publish('microphone', track)
  expect(protectedSources).toEqual(['microphone'])
  expect(session.carried).toEqual([track])
  expect(publisher.streams).toMatchObject([{ source: 'microphone', live: true }])
})

test('a track that could not be protected goes nowhere: its connection is closed', async () => {
  const session = await createTestSession(
    protection((_sender, source) => {
      if (source === 'camera') throw new VisitError('encryption-failed')
    }),
  )
  const publisher = new Publisher(silentSignal, new ManualClock(), () => {})
  publisher.attach(session)
  await publisher.publish('microphone', await makeTrack())
  await publisher.publish('camera', await makeTrack('video/VP8'))
  expect(session.isClosed).toBe(true)
  expect(session.carried).toEqual([])
  // What comes after finds no connection to go out on either.
  await publisher.publish('screen', await makeTrack('video/VP8'))
  expect(session.carried).toEqual([])
})

/** A camera that is sent, and whether each of its encodings is. */
async function sentCamera() {
  const session = await createTestSession(protection())
  const clock = new ManualClock()
  const publisher = new Publisher(silentSignal, clock, () => {})
  const producerIds: string[] = []
  session.send.observer.on('newproducer', ({ id }) => producerIds.push(id))
  publisher.attach(session)
  await publisher.publish('camera', await makeTrack('video/VP8'))
  const [sender, producerId] = [session.senders[0]!, producerIds[0]!]
  return { publisher, clock, sender, producerId, active: () => sender.getParameters().encodings.map(({ active }) => active) }
}

test('only what is watched is encoded', async () => {
  const { publisher, producerId, active } = await sentCamera()
  publisher.watchedLayer(producerId, 1)
  expect(active()).toEqual([true, true, false])
  publisher.watchedLayer(producerId, null)
  expect(active()).toEqual([false, false, false])
  publisher.watchedLayer(producerId, 2)
  expect(active()).toEqual([true, true, true])
})

test('encodings that the browser would not change are tried again, so that nobody waits for a picture that is not made', async () => {
  const { publisher, clock, sender, producerId, active } = await sentCamera()
  publisher.watchedLayer(producerId, null)
  const { setParameters } = sender
  sender.setParameters = () => Promise.reject(new DOMException('busy', 'InvalidStateError'))
  publisher.watchedLayer(producerId, 2)
  await clock.nextTimer()
  expect(active()).toEqual([false, false, false])
  sender.setParameters = setParameters
  clock.advance(250)
  expect(active()).toEqual([true, true, true])
})
