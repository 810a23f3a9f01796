import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('a few run at once, in the order they came, and a crowd is turned away', async () => {
  const takeTurn = createTurns(2, 3)
  const ends: (() => void)[] = []
  const begun: number[] = []
  const all = [0, 1, 2, 3, 4].map((place) =>
    takeTurn(() => {
      begun.push(place)
      return new Promise<void>((resolve) => ends.push(resolve))
    }),
  )
  await expect(takeTurn(() => Promise.resolve())).rejects.toMatchObject({ code: 'rate-limited' })
  expect(begun).toEqual([0, 1])
  for (const place of [0, 1, 2, 3, 4]) {
    ends[place]?.()
    await all[place]
    expect(begun.length).toBe(Math.min(5, place + 3))
  }
  expect(await takeTurn(() => Promise.resolve('free again'))).toBe('free again')
})

test('a turn that fails makes room for the next', async () => {
  const takeTurn = createTurns(1, 1)
  await expect(takeTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await takeTurn(() => Promise.resolve(1))).toBe(1)
})
