import { expect, test } from 'vitest'
import { createTestSession, makeTrack, silentSignal } from '../test-support/media-session.ts'
import type { MediaProtection } from './encryption/media-protection.ts'
import { Publisher } from './publisher.ts'
import { VisitError } from './visit-error.ts'

function protection(protectSender: MediaProtection['protectSender']): MediaProtection {
  return { isEndToEnd: true, canSend: true, canRead: () => true, protectSender, protectReceiver: () => {} }
}

test('what is published is protected before it is negotiated, and goes out', async () => {
  const protectedSources: string[] = []
  const session = await createTestSession(protection((_sender, source) => protectedSources.push(source)))
  const publisher = new Publisher(silentSignal, () => {})
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
  const publisher = new Publisher(silentSignal, () => {})
  publisher.attach(session)
  await publisher.publish('microphone', await makeTrack())
  await publisher.publish('camera', await makeTrack('video/VP8'))
  expect(session.isClosed).toBe(true)
  expect(session.carried).toEqual([])
  // What comes after finds no connection to go out on either.
  await publisher.publish('screen', await makeTrack('video/VP8'))
  expect(session.carried).toEqual([])
})
