import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { vectors } from '../../test-support/vectors.ts'
import { EncryptionError } from '../errors.ts'
import { decodeHeader, encodeHeader, largestUint64 } from './sframe-header.ts'

const rfc9605 = vectors(
  'sframe/test-vectors.json',
  z.object({ header: z.array(z.object({ kid: z.coerce.bigint(), ctr: z.coerce.bigint(), encoded: z.string() })) }),
)

const uint64 = fc.oneof(fc.bigInt(0n, 16n), fc.bigInt(0n, largestUint64))
const refused = new EncryptionError('bad-frame')

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex')
}

describe.skipIf(rfc9605 === null)('the header vectors of RFC 9605', () => {
  test('are written and read alike, all of them', () => {
    const all = rfc9605!.header
    expect(all.map(({ kid, ctr }) => hex(encodeHeader({ keyId: kid, counter: ctr })))).toEqual(
      all.map(({ encoded }) => encoded),
    )
    expect(all.map(({ encoded }) => decodeHeader(bytes(encoded)))).toEqual(
      all.map(({ kid, ctr, encoded }) => ({ keyId: kid, counter: ctr, sizeBytes: encoded.length / 2 })),
    )
    expect(all.some(({ ctr }) => ctr === largestUint64)).toBe(true)
  })
})

test('any key id and counter come back, whatever follows the header', () => {
  fc.assert(
    fc.property(uint64, uint64, fc.uint8Array(), (keyId, counter, rest) => {
      const header = encodeHeader({ keyId, counter })
      expect(decodeHeader(Uint8Array.from([...header, ...rest]))).toEqual({ keyId, counter, sizeBytes: header.length })
    }),
  )
})

test('a header cut off anywhere is refused', () => {
  fc.assert(
    fc.property(uint64, uint64, (keyId, counter) => {
      const header = encodeHeader({ keyId, counter })
      for (let size = 0; size < header.length; size++) {
        expect(() => decodeHeader(header.subarray(0, size))).toThrow(refused)
      }
    }),
  )
})

test.each([
  ['a key id of seven in a byte of its own', '8007'],
  ['a counter of seven in a byte of its own', '0807'],
  ['a key id with a leading zero', '900009'],
  ['a counter with leading zeros', '0a000100'],
  ['a key id of eight zeros', 'f00000000000000000'],
])('%s is refused: one header only stands for a key id and counter', (_, encoded) => {
  expect(() => decodeHeader(bytes(encoded))).toThrow(refused)
})

test('random bytes are refused, or are exactly what would have been written', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (data) => {
      let read: ReturnType<typeof decodeHeader>
      try {
        read = decodeHeader(data)
      } catch (error) {
        expect(error).toEqual(refused)
        return
      }
      expect(hex(data.subarray(0, read.sizeBytes))).toBe(hex(encodeHeader(read)))
    }),
  )
})

test.each([-1n, largestUint64 + 1n])('%s is not written', (value) => {
  expect(() => encodeHeader({ keyId: value, counter: 0n })).toThrow(RangeError)
  expect(() => encodeHeader({ keyId: 0n, counter: value })).toThrow(RangeError)
})
