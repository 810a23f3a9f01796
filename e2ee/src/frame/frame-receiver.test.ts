import type { MediaSource } from '@curtain/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameDevices } from '../../test-support/frame-devices.ts'
import { EncryptionError } from '../errors.ts'
import { UnknownKeyError, type FrameCodec } from './index.ts'
import { encodeHeader, largestUint64 } from './sframe-header.ts'

const codecs: FrameCodec[] = ['opus', 'vp8', 'vp9']
const codec = fc.constantFrom(...codecs)
const source = fc.constantFrom<MediaSource>('microphone', 'camera', 'screen', 'screen-audio')
const counter = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, largestUint64 - 10n))

async function annAndBen(firstCounter?: bigint): Promise<FrameDevices> {
  const devices = new FrameDevices(firstCounter)
  await devices.enter(['ann', 'ben', 'cleo'], 4)
  return devices
}

/** `count` frames of ann's camera; each holds its number. */
function sendVideo(devices: FrameDevices, count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const sender = devices.sender('ann', 'camera')
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      sender.protect({ data: Uint8Array.of(index % 256, index >> 8), codec: 'vp8', isKey: index === 0 }),
    ),
  )
}

test('a frame of any codec, size, source and counter arrives as it was', async () => {
  const data = fc.uint8Array({ maxLength: 3000, size: 'max' })
  await fc.assert(
    fc.asyncProperty(codec, source, counter, fc.boolean(), data, async (codec, source, counter, isKey, data) => {
      const devices = await annAndBen(counter)
      const plain = Uint8Array.from(data)
      const frame = await devices.sender('ann', source).protect({ data: plain, codec, isKey })
      expect(await devices.receiver('ben', 'ann', source).open({ data: frame, codec })).toEqual(plain)
      expect(await devices.receiver('cleo', 'ann', source).open({ data: frame, codec })).toEqual(plain)
    }),
  )
})

test.each(codecs)('frames of no and of one byte arrive in %s: silence is sent so', async (codec) => {
  const devices = await annAndBen()
  for (const data of [new Uint8Array(), Uint8Array.of(0x78)]) {
    const frame = await devices.sender('ann', 'camera').protect({ data, codec, isKey: false })
    expect(await devices.receiver('ben', 'ann', 'camera').open({ data: frame, codec })).toEqual(data)
  }
})

test('a frame with any one byte changed, the clear one and the header included, is refused', async () => {
  const devices = await annAndBen(200n)
  const changed: [FrameCodec, number, number][] = []
  for (const codec of codecs) {
    const frame = await devices.sender('ann', 'camera').protect({ data: Uint8Array.of(1, 2, 3, 4), codec, isKey: true })
    const receiver = devices.receiver('ben', 'ann', 'camera')
    for (let at = 0; at < frame.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const forged = Uint8Array.from(frame)
        forged[at]! ^= mask
        changed.push([codec, at, mask])
        await expect(receiver.open({ data: forged, codec })).rejects.toBeInstanceOf(EncryptionError)
      }
    }
    // None of them was in the way of the real one.
    expect([...(await receiver.open({ data: frame, codec }))]).toEqual([1, 2, 3, 4])
  }
  expect(changed.length).toBeGreaterThan(200)
})

test('a key frame that was made to look like another one is not shown', async () => {
  const devices = await annAndBen()
  const frame = await devices.sender('ann', 'camera').protect({ data: Uint8Array.of(1), codec: 'vp8', isKey: true })
  expect(frame[0]).toBe(0)
  frame[0] = 1
  const opened = devices.receiver('ben', 'ann', 'camera').open({ data: frame, codec: 'vp8' })
  await expect(opened).rejects.toThrow(new EncryptionError('not-authentic'))
})

test('garbage is refused', async () => {
  const devices = await annAndBen()
  const receiver = devices.receiver('ben', 'ann', 'camera')
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), codec, async (bytes, codec) => {
      await expect(receiver.open({ data: Uint8Array.from(bytes), codec })).rejects.toBeInstanceOf(EncryptionError)
    }),
  )
})

test('a frame is shown once, on whichever stream it comes again', async () => {
  const devices = await annAndBen()
  const [frame] = await sendVideo(devices, 1)
  const again = { data: frame!, codec: 'vp8' } as const
  const receiver = devices.receiver('ben', 'ann', 'camera')
  await receiver.open(again)
  await expect(receiver.open(again)).rejects.toThrow(new EncryptionError('replayed'))
  // That costs no decryption: it would have found this one forged.
  const changed = Uint8Array.from([...frame!.slice(0, -1), frame!.at(-1)! ^ 1])
  await expect(receiver.open({ data: changed, codec: 'vp8' })).rejects.toThrow(new EncryptionError('replayed'))
  // A stream that was set up anew shares what was received with the one before it.
  const anew = devices.receiver('ben', 'ann', 'camera').open(again)
  await expect(anew).rejects.toThrow(new EncryptionError('replayed'))
})

test('of two copies that come at the same time one is shown', async () => {
  const devices = await annAndBen()
  const [frame] = await sendVideo(devices, 1)
  const receiver = devices.receiver('ben', 'ann', 'camera')
  const results = await Promise.allSettled([1, 2, 3].map(() => receiver.open({ data: frame!, codec: 'vp8' })))
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
})

test('frames may come in another order, but not 512 late', async () => {
  const devices = await annAndBen()
  const frames = await sendVideo(devices, 520)
  const receiver = devices.receiver('ben', 'ann', 'camera')
  const open = (index: number) => receiver.open({ data: frames[index]!, codec: 'vp8' })
  for (const index of [3, 1, 2, 519, 518, 8]) expect((await open(index))[0]).toBe(index % 256)
  await expect(open(7)).rejects.toThrow(new EncryptionError('replayed'))
})

test('a forged frame far ahead does not shut out the real ones', async () => {
  const devices = await annAndBen()
  const [first, second] = await sendVideo(devices, 2)
  const receiver = devices.receiver('ben', 'ann', 'camera')
  await receiver.open({ data: first!, codec: 'vp8' })
  const header = encodeHeader({ keyId: 0x01_00_04n, counter: 1_000_000n })
  const forged = Uint8Array.from([1, ...header, ...new Uint8Array(40)])
  await expect(receiver.open({ data: forged, codec: 'vp8' })).rejects.toThrow(new EncryptionError('not-authentic'))
  await expect(receiver.open({ data: second!, codec: 'vp8' })).resolves.toBeInstanceOf(Uint8Array)
})

test("a frame in somebody else's stream, or in another of the sender's own, is refused", async () => {
  const devices = await annAndBen()
  const [frame] = await sendVideo(devices, 1)
  const data = { data: frame!, codec: 'vp8' } as const
  const refused = new EncryptionError('wrong-sender')
  await expect(devices.receiver('ben', 'cleo', 'camera').open(data)).rejects.toThrow(refused)
  await expect(devices.receiver('ben', 'ann', 'screen').open(data)).rejects.toThrow(refused)
  await expect(devices.receiver('ben', 'somebody', 'camera').open(data)).rejects.toThrow(refused)
  await expect(devices.receiver('ben', 'ann', 'camera').open(data)).resolves.toBeInstanceOf(Uint8Array)
})

test("one's own frames are refused when they come back", async () => {
  const devices = await annAndBen()
  const [frame] = await sendVideo(devices, 1)
  const opened = devices.receiver('ann', 'ann', 'camera').open({ data: frame!, codec: 'vp8' })
  await expect(opened).rejects.toThrow(new EncryptionError('wrong-sender'))
})

test('a leaf where nobody sits, or a key id of another layout, is nobody in the stream', async () => {
  const devices = await annAndBen()
  const receiver = devices.receiver('ben', 'ann', 'camera')
  for (const keyId of [0x01_03_04n, 0x01_ff_04n, 0x05_00_04n, 2n ** 63n]) {
    const data = Uint8Array.from([1, ...encodeHeader({ keyId, counter: 0n }), ...new Uint8Array(16)])
    await expect(receiver.open({ data, codec: 'vp8' })).rejects.toThrow(new EncryptionError('wrong-sender'))
  }
})

test('who was removed decrypts nothing of the next epoch, and who came later nothing of the one before', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 4)
  const [before] = await sendVideo(devices, 1)
  await devices.enter(['ann', '', 'cleo'], 5)
  devices.ms = 250
  const [after] = await sendVideo(devices, 1)
  const removed = devices.receiver('ben', 'ann', 'camera').open({ data: after!, codec: 'vp8' })
  await expect(removed).rejects.toThrow(new UnknownKeyError(0x01_00_05n))
  const late = devices.receiver('cleo', 'ann', 'camera').open({ data: before!, codec: 'vp8' })
  await expect(late).rejects.toThrow(new UnknownKeyError(0x01_00_04n))
  const opened = devices.receiver('cleo', 'ann', 'camera').open({ data: after!, codec: 'vp8' })
  await expect(opened).resolves.toBeInstanceOf(Uint8Array)
})

test('frames in flight when the epoch ends are shown for ten seconds, and not after', async () => {
  const devices = await annAndBen()
  const frames = await sendVideo(devices, 2)
  devices.ms = 60_000
  await devices.enter(['ann', 'ben'], 5)
  const receiver = devices.receiver('ben', 'ann', 'camera')
  devices.ms = 70_000
  await expect(receiver.open({ data: frames[0]!, codec: 'vp8' })).resolves.toBeInstanceOf(Uint8Array)
  devices.ms = 70_001
  await expect(receiver.open({ data: frames[1]!, codec: 'vp8' })).rejects.toThrow(new UnknownKeyError(0x01_00_04n))
})

test('keys of another epoch or group with the same key id open nothing', async () => {
  const devices = await annAndBen()
  const [frame] = await sendVideo(devices, 1)
  const refused = new EncryptionError('not-authentic')
  for (const [epoch, group] of [
    [4, 'second group'],
    [260, 'first group'],
  ] as const) {
    const others = new FrameDevices()
    await others.enter(['ann', 'ben'], epoch, group)
    const opened = others.receiver('ben', 'ann', 'camera').open({ data: frame!, codec: 'vp8' })
    await expect(opened).rejects.toThrow(refused)
  }
})
