import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyIdOf, readKeyId } from './key-ids.ts'

test.each([
  ['microphone', 0, 0, 0n],
  ['microphone', 0, 7, 7n],
  ['microphone', 3, 300, 0x03_2cn],
  ['camera', 2, 5, 0x01_02_05n],
  ['screen', 255, 255, 0x02_ff_ffn],
  ['screen-audio', 1, 2 ** 40 + 9, 0x03_01_09n],
] as const)('the %s of leaf %i in epoch %i has its place in the key ids', (source, leaf, epoch, keyId) => {
  expect(keyIdOf(source, leaf, epoch)).toBe(keyId)
})

test('a key id says which source, leaf and epoch it is of', () => {
  const source = fc.constantFrom('microphone', 'camera', 'screen', 'screen-audio')
  fc.assert(
    fc.property(source, fc.nat(255), fc.nat(Number.MAX_SAFE_INTEGER), (source, leaf, epoch) => {
      const epochByte = Number(BigInt(epoch) & 0xffn)
      expect(readKeyId(keyIdOf(source, leaf, epoch))).toEqual({ source, leaf, epochByte })
    }),
  )
})

test.each([0x04_00_00n, 0x01_00_00_00n, 2n ** 32n, 2n ** 64n - 1n])('key id %s is not of our layout', (keyId) => {
  expect(readKeyId(keyId)).toBeNull()
})

test.each([-1, 256, 0.5])('leaf %s has no key id', (leaf) => {
  expect(() => keyIdOf('microphone', leaf, 0)).toThrow(RangeError)
})
