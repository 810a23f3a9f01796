import { expect, test } from 'vitest'
import { FrameDevices } from '../../test-support/frame-devices.ts'
import { epochKeys } from '../../test-support/frame-keys.ts'
import { EncryptionError } from '../errors.ts'

function sendingEpoch(devices: FrameDevices, name = 'ann'): number {
  return Number(devices.ring(name).sendingKey('camera').keyId & 0xffn)
}

test('an epoch is sent in 250 ms after it came, and received at once', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 1)
  expect(sendingEpoch(devices)).toBe(1)
  devices.ms = 1000
  await devices.enter(['ann', 'ben', 'cleo'], 2)
  expect(devices.ring('ann').epochOf(2)).not.toBeNull()
  expect(sendingEpoch(devices)).toBe(1)
  devices.ms = 1249
  expect(sendingEpoch(devices)).toBe(1)
  devices.ms = 1250
  expect(sendingEpoch(devices)).toBe(2)
})

test('whoever comes to several can read them once they have switched; whoever comes to one, or was there, at once', async () => {
  const devices = new FrameDevices()
  const pair = await epochKeys(['ann', 'ben'], 1)
  expect(devices.ring('ben').install(pair('ben'))).toBe(0)
  const three = await epochKeys(['ann', 'ben', 'cleo'], 2)
  expect(devices.ring('ben').install(three('ben'))).toBe(0)
  expect(devices.ring('cleo').install(three('cleo'))).toBe(250)
})

test('whoever was alone sends in the next epoch at once: nobody could miss it', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann'], 0)
  await devices.enter(['ann', 'ben'], 1)
  expect(sendingEpoch(devices)).toBe(1)
})

test('whoever comes in sends in their first epoch at once', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 7)
  expect(sendingEpoch(devices, 'ben')).toBe(7)
})

test('epochs that come in quick succession do not hold each other up', async () => {
  const devices = new FrameDevices()
  for (const epoch of [1, 2, 3, 4]) {
    await devices.enter(['ann', 'ben'], epoch)
    devices.ms += 150
  }
  expect(sendingEpoch(devices)).toBe(3)
  devices.ms = 700
  expect(sendingEpoch(devices)).toBe(4)
})

test('an epoch that was there is not installed again, nor one before it: its counters would begin anew', async () => {
  const devices = new FrameDevices()
  const ring = devices.ring('ann')
  const replayed = new EncryptionError('epoch-replayed')
  const keysOf = async (epoch: number) => (await epochKeys(['ann', 'ben'], epoch))('ann')
  const [fourth, fifth] = [await keysOf(4), await keysOf(5)]
  ring.install(fifth)
  expect(() => ring.install(fifth)).toThrow(replayed)
  expect(() => ring.install(fourth)).toThrow(replayed)

  ring.clear()
  expect(() => ring.install(fifth)).toThrow(replayed)
  await devices.enter(['ann', 'ben'], 0, 'second group')
  expect(() => ring.install(fifth)).toThrow(replayed)
  // What was refused changed nothing.
  expect(sendingEpoch(devices)).toBe(0)
})

test('another group drops the keys of the one before', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 5)
  await devices.enter(['ann', 'ben'], 1, 'second group')
  expect(sendingEpoch(devices)).toBe(1)
  expect(devices.ring('ann').epochOf(5)).toBeNull()
})

test('an epoch drops the one 256 before it, whose key ids are the same', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 5)
  await devices.enter(['ann', 'ben'], 260)
  expect(devices.ring('ann').epochOf(5)?.epoch).toBe(5)
  await devices.enter(['ann', 'ben'], 261)
  expect(devices.ring('ann').epochOf(5)?.epoch).toBe(261)
  // The sender still used the one that is gone; it does not wait for the delay without a key.
  expect(devices.ring('ann').sendingKey('camera')).toBe(devices.ring('ann').epochOf(5)?.sendingKey('camera'))
})

test('the newest epoch stays for as long as it is the newest; each before it for ten seconds', async () => {
  const devices = new FrameDevices()
  const ring = devices.ring('ann')
  await devices.enter(['ann', 'ben'], 1)
  devices.ms = 3_600_000
  expect(ring.epochOf(1)).not.toBeNull()
  await devices.enter(['ann', 'ben'], 2)
  devices.ms += 6_000
  await devices.enter(['ann', 'ben'], 3)
  devices.ms += 4_000
  expect([1, 2, 3].map((epoch) => ring.epochOf(epoch) !== null)).toEqual([true, true, true])
  devices.ms += 1
  expect([1, 2, 3].map((epoch) => ring.epochOf(epoch) !== null)).toEqual([false, true, true])
  devices.ms += 6_000
  expect([1, 2, 3].map((epoch) => ring.epochOf(epoch) !== null)).toEqual([false, false, true])
})

test('a member whose leaf has no key id is refused, and the ring stays as it was', async () => {
  const devices = new FrameDevices()
  await devices.enter(['ann', 'ben'], 1)
  const keys = (await epochKeys(['ann', 'ben'], 2))('ann')
  const members = [...keys.members, { leaf: 256, participantId: 'cleo' }]
  expect(() => devices.ring('ann').install({ ...keys, members })).toThrow(RangeError)
  expect(devices.ring('ann').epochOf(2)).toBeNull()
  devices.ring('ann').install(keys)
})

test('whoever waits for a change hears of the next one', async () => {
  const devices = new FrameDevices()
  const ring = devices.ring('ann')
  const { version } = ring
  const installed = ring.changed()
  await devices.enter(['ann'], 1)
  await installed
  expect(ring.version).toBe(version + 1)
  const cleared = ring.changed()
  expect(cleared).not.toBe(installed)
  ring.clear()
  await cleared
})

test('nothing is sent from the moment a group is given up until the next epoch, be it of the same group', async () => {
  const devices = new FrameDevices()
  const ring = devices.ring('ann')
  await devices.enter(['ann', 'ben'], 1)
  ring.stopSending()
  expect(() => ring.sendingKey('camera')).toThrow(new EncryptionError('no-key'))
  await devices.enter(['ann', 'ben'], 3)
  expect(sendingEpoch(devices)).toBe(3)
  ring.stopSending()
  expect(() => ring.sendingKey('camera')).toThrow(new EncryptionError('no-key'))
  await devices.enter(['ann', 'ben'], 0, 'second group')
  expect(sendingEpoch(devices)).toBe(0)
})

test('what others sent in a group that was given up can be read for as long as the grace of its keys', async () => {
  const devices = new FrameDevices()
  const ring = devices.ring('ann')
  await devices.enter(['ann', 'ben'], 1)
  devices.ms = 5000
  ring.stopSending()
  devices.ms = 9000
  ring.stopSending()
  await devices.enter(['ann', 'ben'], 3)
  devices.ms = 15_000
  expect(ring.epochOf(1)).not.toBeNull()
  devices.ms = 15_001
  expect(ring.epochOf(1)).toBeNull()
  expect(ring.epochOf(3)).not.toBeNull()
})
