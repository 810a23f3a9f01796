import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReplayWindow } from './replay-window.ts'
import { largestUint64 } from './sframe-header.ts'

test('takes counters as a list of all that came would, and none 512 behind the highest', () => {
  const parts = fc.tuple(fc.bigInt(0n, 1500n), fc.constantFrom(0n, 2n ** 40n, largestUint64 - 1500n))
  const counters = fc.array(parts, { maxLength: 300, size: 'max' })
  fc.assert(
    fc.property(counters, (parts) => {
      const window = new ReplayWindow()
      const taken = new Set<bigint>()
      let highest = -1n
      for (const counter of parts.map(([low, high]) => low + high)) {
        const expected = !taken.has(counter) && counter > highest - 512n
        expect(window.accept(counter)).toBe(expected)
        if (expected) taken.add(counter)
        if (counter > highest) highest = counter
      }
    }),
  )
})

test('any counter may be the first, and it comes once', () => {
  for (const first of [0n, 1n, 511n, 512n, 513n, 2n ** 32n, largestUint64]) {
    const window = new ReplayWindow()
    expect(window.accept(first)).toBe(true)
    expect(window.accept(first)).toBe(false)
  }
})

test('the last 512 may come in any order, once each', () => {
  const window = new ReplayWindow()
  const counters = Array.from({ length: 512 }, (_, index) => BigInt((index * 77) % 512) + 10_000n)
  window.accept(10_511n)
  for (const counter of counters) expect(window.accept(counter)).toBe(counter !== 10_511n)
  for (const counter of counters) expect(window.accept(counter)).toBe(false)
  expect(window.admits(9_999n)).toBe(false)
})

test('asking does not move the window', () => {
  const window = new ReplayWindow()
  window.accept(5n)
  expect(window.admits(1_000_000n)).toBe(true)
  expect(window.accept(4n)).toBe(true)
})
