import { expect, it } from 'vitest'
import { createQueue } from './queue.ts'

it('tasks run one after the other, in order, and one that fails does not hold up the next', async () => {
  const queue = createQueue()
  const seen: string[] = []
  const slow = Promise.withResolvers<void>()
  const first = queue.run(async () => {
    await slow.promise
    seen.push('first')
  })
  const second = queue.run(() => {
    seen.push('second')
    throw new Error('second')
  })
  const third = queue.run(() => seen.push('third'))
  slow.resolve()
  await first
  await expect(second).rejects.toThrow('second')
  expect(await third).toBe(3)
  expect(seen).toEqual(['first', 'second', 'third'])
})
