import { expect, test } from 'vitest'
import { FrameWatch } from './frame-watch.ts'

test('a first picture that does not come is asked for after two seconds, and again after two more', () => {
  const watch = new FrameWatch(100)
  expect([1000, 2099, 2100, 2400, 4100].map((now) => watch.look(0, now))).toEqual([false, false, true, false, true])
})

test('pictures that come are not asked for; those that stop are, after five seconds', () => {
  const watch = new FrameWatch(0)
  expect(watch.look(1, 1900)).toBe(false)
  expect(watch.look(40, 4000)).toBe(false)
  expect([6000, 8999, 9000, 9300, 14_000].map((now) => watch.look(40, now))).toEqual([false, false, true, false, true])
  expect(watch.look(41, 20_000)).toBe(false)
})
