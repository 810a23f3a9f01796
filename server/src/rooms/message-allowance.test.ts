import { limits } from '@curtain/protocol'
import { expect, it } from 'vitest'
import { MessageAllowance } from './message-allowance.ts'

const longest = Math.ceil((limits.mlsDataBytes * 4) / 3)
let now = 0
/** How many of so many messages of a length get through. */
const through = (allowance: MessageAllowance, times: number, size: number) =>
  Array.from({ length: times }, () => allowance.take(size)).filter(Boolean).length

it('lets a burst of messages through, then so many per second', () => {
  const allowance = new MessageAllowance(() => now)
  expect(through(allowance, 30, 100)).toBe(20)
  now += 1000
  expect(through(allowance, 30, 100)).toBe(4)
  now += 60_000
  expect(through(allowance, 30, 100)).toBe(20)
})

it('bounds how long they are together, so that eleven who talk at once leave a slow phone its connection', () => {
  const allowance = new MessageAllowance(() => now)
  expect(through(allowance, 20, longest)).toBe(4)
  now += 1000
  expect(through(allowance, 20, longest)).toBe(2)
  expect(11 * 4 * longest).toBeLessThan(1024 * 1024)
})

it('gives nothing for a clock that was set back', () => {
  const allowance = new MessageAllowance(() => now)
  through(allowance, 20, 1)
  now -= 10_000
  expect(through(allowance, 1, 1)).toBe(0)
  now += 500
  expect(through(allowance, 20, 1)).toBe(2)
})
