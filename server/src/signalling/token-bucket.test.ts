import { expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

it('lets a burst through, refuses what comes faster, and cuts off who goes on', () => {
  let now = 0
  const bucket = new TokenBucket({ burst: 3, perSecond: 2, now: () => now })
  const take = (times: number) => Array.from({ length: times }, () => bucket.take())
  expect(take(4)).toEqual(['within', 'within', 'within', 'over'])
  now = 1000
  expect(take(2)).toEqual(['within', 'over'])
  now = 60_000
  expect(take(7)).toEqual(['within', 'within', 'within', 'over', 'over', 'over', 'flooding'])
})
