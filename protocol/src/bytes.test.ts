import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64url, decodeBytes, encodeBytes } from './bytes.ts'

test('bytes come back as they were, and are written as Node writes them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      const text = encodeBytes(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(Buffer.from(decodeBytes(text)).equals(bytes)).toBe(true)
    }),
  )
})

test('a field takes as many bytes as it says, in this alphabet only', () => {
  const field = base64url(4)
  expect(field.safeParse(encodeBytes(new Uint8Array(4))).success).toBe(true)
  expect(field.safeParse(encodeBytes(new Uint8Array(5))).success).toBe(false)
  expect(field.safeParse('a+b/').success).toBe(false)
})
