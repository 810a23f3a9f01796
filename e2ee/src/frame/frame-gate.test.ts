import { expect, test, vi } from 'vitest'
import { FrameDevices } from '../../test-support/frame-devices.ts'
import { epochKeys } from '../../test-support/frame-keys.ts'
import { EncryptionError } from '../errors.ts'
import { FrameGate, UnknownKeyError } from './index.ts'
import { keyIdOf } from './key-ids.ts'
import { encodeHeader } from './sframe-header.ts'

async function inEpoch(epoch: number): Promise<{ devices: FrameDevices; gate: FrameGate }> {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], epoch)
  return { devices, gate: new FrameGate(devices.ring('ben')) }
}

function unknown(epoch: number): UnknownKeyError {
  return new UnknownKeyError(keyIdOf('camera', 0, epoch))
}

test('a frame of the next epoch waits, a second from the first of its kind', async () => {
  const { gate } = await inEpoch(4)
  expect(gate.waitMs(unknown(5), 10_000)).toBe(1000)
  expect(gate.waitMs(unknown(5), 10_300)).toBe(700)
  expect(gate.waitMs(unknown(5), 10_999)).toBe(1)
  expect(gate.waitMs(unknown(5), 11_000)).toBe(0)
  expect(gate.waitMs(unknown(5), 99_000)).toBe(0)
})

test('keys that come give the epoch after them its own second', async () => {
  const { devices, gate } = await inEpoch(4)
  gate.waitMs(unknown(5), 0)
  expect(gate.waitMs(unknown(6), 800)).toBe(200)
  await devices.enter(['ann', 'ben'], 5)
  expect(gate.waitMs(unknown(6), 900)).toBe(1000)
})

test('only epochs still to come are waited for, across the end of the eight bits too', async () => {
  for (const newest of [0, 4, 200, 255, 300]) {
    const { gate } = await inEpoch(newest)
    const waited = Array.from({ length: 256 }, (_, ahead) => gate.waitMs(unknown(newest + ahead), 0) > 0)
    expect(waited).toEqual(Array.from({ length: 256 }, (_, ahead) => ahead >= 1 && ahead <= 127))
  }
})

test('before the first epoch any key may be the one to come', async () => {
  const devices = new FrameDevices()
  const gate = new FrameGate(devices.ring('ben'))
  expect(gate.waitMs(unknown(77), 0)).toBe(1000)
  expect(gate.waitMs(new UnknownKeyError(2n ** 40n), 0)).toBe(0)
})

test('made-up key ids hold a stream up for one second, not one each', async () => {
  const { gate } = await inEpoch(4)
  gate.waitMs(unknown(5), 0)
  for (let ahead = 1; ahead <= 127; ahead++) expect(gate.waitMs(unknown(4 + ahead), 1000 + ahead)).toBe(0)
})

test('a flood of 10,000 unknown key ids makes no keys, and nothing of it is kept', async () => {
  const { devices, gate } = await inEpoch(4)
  const receiver = devices.receiver('ben', 'ann', 'camera')
  const deriveKey = vi.spyOn(crypto.subtle, 'deriveKey')
  const codes = new Set<string>()
  for (let index = 0; index < 10_000; index++) {
    // Key ids of other layouts; and of ours, of all leaves and epochs, but never those of ann's camera.
    const keyId = index % 3 === 0 ? 2n ** 40n + BigInt(index) : 0x01_00_00n + BigInt(index) * 7n
    const data = Uint8Array.from([1, ...encodeHeader({ keyId, counter: BigInt(index) }), ...new Uint8Array(16)])
    const error: unknown = await receiver.open({ data, codec: 'vp8' }).catch((refusal: unknown) => refusal)
    if (error instanceof UnknownKeyError) gate.waitMs(error, index)
    codes.add(error instanceof EncryptionError ? error.code : 'opened')
  }
  expect([...codes].toSorted()).toEqual(['unknown-key', 'wrong-sender'])
  expect(deriveKey).not.toHaveBeenCalled()
  deriveKey.mockRestore()
})

test('frames that waited are opened when their epoch comes', async () => {
  const { devices, gate } = await inEpoch(4)
  const receiver = devices.receiver('ben', 'ann', 'camera')
  const sender = devices.sender('ann', 'camera')
  const keysFor = await epochKeys(['ann', 'ben'], 5)
  devices.ring('ann').install(keysFor('ann'))
  devices.ms = 250
  const data = await sender.protect({ data: Uint8Array.of(9), codec: 'vp8', isKey: true })
  const frame = { data, codec: 'vp8' } as const
  const changed = devices.ring('ben').changed()
  const error: unknown = await receiver.open(frame).catch((refusal: unknown) => refusal)
  if (!(error instanceof UnknownKeyError)) throw new Error('opened without a key')
  expect(gate.waitMs(error, devices.ms)).toBe(1000)
  devices.ring('ben').install(keysFor('ben'))
  await changed
  expect([...(await receiver.open(frame))]).toEqual([9])
})
