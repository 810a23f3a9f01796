import { expect, test } from 'vitest'
import { createProgress, duration } from './progress.mjs'

test('a duration reads as seconds, then as minutes and seconds', () => {
  expect(duration(400)).toBe('0 s')
  expect(duration(59_400)).toBe('59 s')
  expect(duration(197_000)).toBe('3 min 17 s')
})

test('a step tells what it does and how long it took, and a failed one that it failed', async () => {
  let text = ''
  let nowMs = 0
  const progress = createProgress({ write: (part: string) => (text += part) }, () => nowMs)
  const result = await progress.step('Building (about a minute)', async () => {
    nowMs = 61_000
    return 'built'
  })
  expect(result).toBe('built')
  expect(text).toBe('Building (about a minute) …\n  done in 1 min 1 s\n')

  text = ''
  const failing = progress.step('Building', () => Promise.reject(new Error('no compiler')))
  await expect(failing).rejects.toThrow('no compiler')
  expect(text).toBe('Building …\n  failed after 0 s\n')
})
