import { expect, it } from 'vitest'
import { Answers } from './answers.ts'

it('a request happens once, also while it is still running', async () => {
  const answers = new Answers<string>(2)
  const { promise, resolve } = Promise.withResolvers<string>()
  let times = 0
  const make = () => {
    times++
    return promise
  }
  const both = Promise.all([answers.once('ping 1', make), answers.once('ping 1', make)])
  resolve('done')
  expect(await both).toEqual(['done', 'done'])
  expect(await answers.once('ping 1', make)).toBe('done')
  expect(times).toBe(1)
})

it('the oldest answers are forgotten, those under way are not', async () => {
  const answers = new Answers<string>(2)
  const running = Promise.withResolvers<string>()
  const first = answers.once('0', () => running.promise)
  for (let id = 1; id <= 5; id++) await answers.once(String(id), () => Promise.resolve(`answer ${id}`))
  expect(answers.size).toBe(2)
  running.resolve('first')
  expect(await first).toBe('first')
  expect(await answers.once('0', () => Promise.resolve('another'))).toBe('first')
})
