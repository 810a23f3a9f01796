import type { MediaSource } from '@curtain/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameDevices } from '../../test-support/frame-devices.ts'
import { epochKeys } from '../../test-support/frame-keys.ts'
import { EncryptionError } from '../errors.ts'
import { decodeHeader, largestUint64 } from './sframe-header.ts'

const audio = { data: Uint8Array.of(1, 2, 3), codec: 'opus', isKey: true } as const

test('nothing is sent before there is a key', async () => {
  const devices = new FrameDevices()
  await expect(devices.sender('ann', 'microphone').protect(audio)).rejects.toThrow(new EncryptionError('no-key'))
})

test('nothing is sent after the keys were dropped', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 1)
  const sender = devices.sender('ann', 'microphone')
  await sender.protect(audio)
  devices.ring('ann').clear()
  await expect(sender.protect(audio)).rejects.toThrow(new EncryptionError('no-key'))
})

test('a key that was used up is not used again', async () => {
  const devices = new FrameDevices(largestUint64 - 2n)
  await devices.enter(['ann', 'ben'], 1)
  const sender = devices.sender('ann', 'microphone')
  await sender.protect(audio)
  await sender.protect(audio)
  const exhausted = new EncryptionError('counter-exhausted')
  await expect(sender.protect(audio)).rejects.toThrow(exhausted)
  await expect(sender.protect(audio)).rejects.toThrow(exhausted)
  await expect(devices.sender('ann', 'microphone').protect(audio)).rejects.toThrow(exhausted)

  devices.ms = 100
  await devices.enter(['ann', 'ben'], 2)
  devices.ms = 350
  await expect(sender.protect(audio)).resolves.toBeInstanceOf(Uint8Array)
})

test('frames given at the same time, by several streams of a source, each have a counter of their own', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 1)
  const streams = [devices.sender('ann', 'camera'), devices.sender('ann', 'camera')]
  const frames = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      streams[index % 2]!.protect({ data: Uint8Array.of(index), codec: 'vp9', isKey: false }),
    ),
  )
  const counters = frames.map((frame) => Number(decodeHeader(frame).counter)).toSorted((a, b) => a - b)
  expect(counters).toEqual(Array.from({ length: 200 }, (_, index) => index))
})

type Step =
  | { does: 'send'; name: string; source: MediaSource }
  | { does: 'enter'; skip: number }
  | { does: 'begin another group' }
  | { does: 'clear'; name: string }
  | { does: 'wait'; ms: number }

const names = ['ann', 'ben', 'cleo']
const name = fc.constantFrom(...names)
const source = fc.constantFrom<MediaSource>('microphone', 'camera', 'screen', 'screen-audio')
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ does: fc.constant('send'), name, source }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('enter'), skip: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('begin another group') }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('clear'), name }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('wait'), ms: fc.nat(150) }) },
  ),
  { maxLength: 60, size: 'max' },
)

function nullWithoutKey(error: unknown): null {
  expect(error).toEqual(new EncryptionError('no-key'))
  return null
}

/** Which key and nonce each frame used that was sent on the way, in words. */
async function keysAndNoncesOf(steps: readonly Step[]): Promise<string[]> {
  const devices = new FrameDevices()
  let [group, epoch] = [0, 0]
  const uses: Promise<string | null>[] = []
  const send = async (name: string, source: MediaSource, group: number) => {
    // A sender for each frame, as if the stream were set up anew each time.
    const frame = await devices.sender(name, source).protect(audio)
    // There are fewer than 256 epochs, so that group and key id say which key it is, and the counter which nonce.
    const { keyId, counter } = decodeHeader(frame)
    return `group ${group}, key id ${keyId}, counter ${counter}`
  }
  const enter = async () => {
    const keysFor = await epochKeys(names, epoch, `group ${group}`)
    for (const name of names) {
      try {
        devices.ring(name).install(keysFor(name))
      } catch (error) {
        expect(error).toEqual(new EncryptionError('epoch-replayed'))
      }
    }
  }
  await enter()
  for (const step of steps) {
    switch (step.does) {
      case 'send':
        // None waits for another.
        uses.push(send(step.name, step.source, group).catch(nullWithoutKey))
        break
      case 'enter':
        epoch += step.skip
        await enter()
        break
      case 'begin another group':
        ;[group, epoch] = [group + 1, 0]
        await enter()
        break
      case 'clear':
        devices.ring(step.name).clear()
        break
      case 'wait':
        devices.ms += step.ms
        break
    }
  }
  return (await Promise.all(uses)).filter((use) => use !== null)
}

test('no key and nonce are used twice, whoever sends what in which epoch or group, also after a rejoin', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const uses = await keysAndNoncesOf(steps)
      expect(new Set(uses).size).toBe(uses.length)
    }),
  )
})
