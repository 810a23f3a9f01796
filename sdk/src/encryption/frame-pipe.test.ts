import { KeyRing, type FrameKeys } from '@curtain/e2ee/frame'
import { expect, test, vi } from 'vitest'
import { TestFrame, TestTransformer } from '../../test-support/encoded-stream.ts'
import { ManualClock } from '../../test-support/manual-clock.ts'
import { pipeFrames } from './frame-pipe.ts'
import { FrameTally } from './frame-tally.ts'
import type { TransformOptions } from './messages.ts'

const picture = Uint8Array.of(0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 1, 2, 3, 4)
const keyFrame = () => new TestFrame(picture, { isKey: true, mimeType: 'video/VP8' })
const deltaFrame = () => new TestFrame(picture, { mimeType: 'video/VP8' })

/** One device's frame worker, and the two ends of a stream on it. */
class Device {
  readonly clock = new ManualClock()
  readonly tally = new FrameTally()
  readonly ring = new KeyRing({ now: () => this.clock.now(), graceMs: 10_000 })
  readonly #self: number

  constructor(self: number) {
    this.#self = self
  }

  async enter(epoch: number): Promise<void> {
    this.ring.install(await this.keysOf(epoch))
  }

  async keysOf(epoch: number): Promise<FrameKeys> {
    const secret = new Uint8Array(32).fill(epoch + 1)
    const baseKey = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey', 'deriveBits'])
    const members = [
      { leaf: 0, participantId: 'ann' },
      { leaf: 1, participantId: 'ben' },
    ]
    return { groupId: 'group', epoch, baseKey, self: this.#self, members }
  }

  pipe(options: Partial<TransformOptions> & Pick<TransformOptions, 'direction'>, transformer = new TestTransformer()) {
    const all: TransformOptions = { source: 'camera', participantId: 'ann', ...options }
    const done = pipeFrames({ transformer, options: all, ring: this.ring, clock: this.clock, tally: this.tally })
    return { transformer, done }
  }
}

async function visit() {
  const [ann, ben] = [new Device(0), new Device(1)]
  await Promise.all([ann.enter(0), ben.enter(0)])
  return { ann, ben, sending: ann.pipe({ direction: 'send' }), receiving: ben.pipe({ direction: 'receive' }) }
}

/** A frame that a device sends, as it travels. */
async function protect({ transformer }: ReturnType<Device['pipe']>, frame: TestFrame): Promise<TestFrame> {
  transformer.put(frame)
  return transformer.take()
}

test('nothing goes out under keys that were given up; what came from the others is still read', async () => {
  const { ann, ben, sending, receiving } = await visit()
  const travelling = await protect(sending, keyFrame())
  ann.ring.stopSending()
  ben.ring.stopSending()
  sending.transformer.put(deltaFrame())
  sending.transformer.end()
  await sending.done
  expect(sending.transformer.rest).toEqual([])
  expect(ann.tally.counts).toMatchObject({ encrypted: 1, dropped: { 'no-key': 1 } })
  receiving.transformer.put(travelling)
  await receiving.transformer.take()
  expect(ben.tally.counts.decrypted).toBe(1)
})

test('what was encoded on one device is decoded on another, and differs on the way', async () => {
  const { ann, ben, sending, receiving } = await visit()
  const travelling = await protect(sending, keyFrame())
  expect(Buffer.from(travelling.bytes).includes(Buffer.from(picture.subarray(1)))).toBe(false)
  receiving.transformer.put(travelling)
  expect((await receiving.transformer.take()).bytes).toEqual(picture)
  expect(ann.tally.counts).toEqual({ encrypted: 1, decrypted: 0, dropped: {} })
  expect(ben.tally.counts).toEqual({ encrypted: 0, decrypted: 1, dropped: {} })
})

test('without a key nothing leaves; once there is one, a key frame is asked for', async () => {
  const ann = new Device(0)
  const { transformer, done } = ann.pipe({ direction: 'send' })
  transformer.put(keyFrame(), deltaFrame())
  await expect.poll(() => ann.tally.counts.dropped).toEqual({ 'no-key': 2 })
  await ann.enter(0)
  transformer.put(deltaFrame(), deltaFrame())
  transformer.end()
  await done
  expect(transformer.rest).toHaveLength(2)
  expect(ann.tally.counts).toEqual({ encrypted: 2, decrypted: 0, dropped: { 'no-key': 2 } })
  expect(transformer.keyFramesAsked).toBe(1)
})

test('a frame that is faster than its epoch waits for it, and those behind it keep their order', async () => {
  const { ann, ben, sending, receiving } = await visit()
  await ann.enter(1)
  ann.clock.advance(250)
  const first = await protect(sending, keyFrame())
  const second = await protect(sending, deltaFrame())
  receiving.transformer.put(first, second)
  await ben.clock.nextTimer()
  expect(ben.tally.counts).toEqual({ encrypted: 0, decrypted: 0, dropped: {} })
  await ben.enter(1)
  expect(await receiving.transformer.take()).toBe(first)
  expect(await receiving.transformer.take()).toBe(second)
  expect(ben.tally.counts.dropped).toEqual({})
  expect(receiving.transformer.keyFramesAsked).toBe(0)
})

test('an epoch that comes in the very moment in which it is missed is not missed', async () => {
  const { ann, ben, sending, receiving } = await visit()
  await ann.enter(1)
  ann.clock.advance(250)
  const frame = await protect(sending, keyFrame())
  const keys = await ben.keysOf(1)
  vi.spyOn(ben.ring, 'epochOf').mockImplementationOnce(() => {
    ben.ring.install(keys)
    return null
  })
  receiving.transformer.put(frame)
  expect(await receiving.transformer.take()).toBe(frame)
})

test('an epoch that does not come in a second is not waited for; when it comes, a key frame is asked for', async () => {
  const { ann, ben, sending, receiving } = await visit()
  await ann.enter(1)
  ann.clock.advance(250)
  const frames = [await protect(sending, keyFrame()), await protect(sending, deltaFrame())]
  const late = await protect(sending, deltaFrame())
  receiving.transformer.put(...frames)
  await ben.clock.nextTimer()
  ben.clock.advance(1000)
  await expect.poll(() => ben.tally.counts.dropped).toEqual({ 'unknown-key': 2 })
  await ben.enter(1)
  receiving.transformer.put(late)
  expect(await receiving.transformer.take()).toBe(late)
  expect(receiving.transformer.keyFramesAsked).toBe(1)
})

test('a frame changed on its way, one of another source and one of another codec are dropped and counted', async () => {
  const { ann, ben, sending, receiving } = await visit()
  const changed = await protect(sending, keyFrame())
  changed.bytes[changed.bytes.length - 1] = (changed.bytes.at(-1) ?? 0) ^ 1
  const screen = await protect(ann.pipe({ direction: 'send', source: 'screen' }), keyFrame())
  const good = await protect(sending, keyFrame())
  receiving.transformer.put(changed, screen, new TestFrame(picture, { mimeType: 'video/H264' }), good)
  expect(await receiving.transformer.take()).toBe(good)
  expect(ben.tally.counts.dropped).toEqual({ 'not-authentic': 1, 'wrong-sender': 1, 'unsupported-codec': 1 })
})

test('a browser that does not name the codec sends what these visits negotiate', async () => {
  const { ann, ben } = await visit()
  const voice = new TestFrame(Uint8Array.of(1, 2, 3))
  const travelling = await protect(ann.pipe({ direction: 'send', source: 'microphone' }), voice)
  const { transformer } = ben.pipe({ direction: 'receive', source: 'microphone' })
  transformer.put(travelling)
  expect((await transformer.take()).bytes).toEqual(Uint8Array.of(1, 2, 3))
})

test('sound is not asked for key frames', async () => {
  const ann = new Device(0)
  const { transformer, done } = ann.pipe({ direction: 'send', source: 'microphone' })
  transformer.put(new TestFrame(Uint8Array.of(1)))
  await expect.poll(() => ann.tally.counts.dropped).toEqual({ 'no-key': 1 })
  await ann.enter(0)
  transformer.put(new TestFrame(Uint8Array.of(2)))
  transformer.end()
  await done
  expect(transformer.rest).toHaveLength(1)
  expect(transformer.keyFramesAsked).toBe(0)
})
