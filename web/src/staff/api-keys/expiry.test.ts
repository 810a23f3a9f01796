import { expect, test } from 'vitest'
import { expiryOf } from './expiry.ts'

test('a key that ends within two weeks is marked, and one that has ended as well', () => {
  const expires = new Date('2026-03-15T12:00:00.000Z')
  expect(expiryOf(expires, new Date('2026-03-01T11:59:59.999Z'))).toBe('later')
  expect(expiryOf(expires, new Date('2026-03-01T12:00:00.000Z'))).toBe('soon')
  expect(expiryOf(expires, new Date('2026-03-15T11:59:59.999Z'))).toBe('soon')
  expect(expiryOf(expires, expires)).toBe('over')
})
