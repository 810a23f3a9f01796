import { expect, test } from 'vitest'
import { ManualClock } from '../../test-support/manual-clock.ts'
import { KeyFrameWish } from './key-frame-wish.ts'

function wishing(answer: () => Promise<unknown> | undefined = () => Promise.resolve()) {
  const clock = new ManualClock()
  let asked = 0
  const wish = new KeyFrameWish(clock, () => {
    asked += 1
    return answer()
  })
  return { clock, wish, asked: () => asked }
}

test('as long as nothing is missing, nothing is asked for', () => {
  const { wish, asked } = wishing()
  wish.passed(true)
  wish.passed(false)
  expect(asked()).toBe(0)
})

test('after frames were dropped, the first that passes asks, once', () => {
  const { wish, asked } = wishing()
  wish.dropped()
  wish.dropped()
  expect(asked()).toBe(0)
  wish.passed(false)
  wish.passed(false)
  expect(asked()).toBe(1)
})

test('a key frame that passes is what was missing', () => {
  const { wish, asked } = wishing()
  wish.dropped()
  wish.passed(true)
  wish.passed(false)
  expect(asked()).toBe(0)
})

test('whatever is dropped, it asks once a second at most, and does not forget', () => {
  const { clock, wish, asked } = wishing()
  for (let n = 0; n < 10; n += 1) {
    wish.dropped()
    wish.passed(false)
  }
  expect(asked()).toBe(1)
  clock.advance(1000)
  wish.passed(false)
  expect(asked()).toBe(2)
})

test('a browser that cannot ask, or cannot now, does no harm', async () => {
  for (const answer of [() => undefined, () => Promise.reject(new Error('not now'))]) {
    const { wish } = wishing(answer)
    wish.dropped()
    wish.passed(false)
    await Promise.resolve()
  }
})
