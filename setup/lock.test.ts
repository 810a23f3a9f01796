import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLock } from './lock.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curtain-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const { signal } = new AbortController()

test('a second set-up of the same folder is told to wait, and goes on when the first has ended', async () => {
  const first = await takeLock(folder, 'clone', { signal, onWait: () => {} })
  const order: string[] = []
  let second: Promise<{ release(): void }> | undefined
  await new Promise<void>((waited) => {
    second = takeLock(folder, 'clone', { signal, onWait: () => waited() }).then((lock) => {
      order.push('second has it')
      return lock
    })
  })
  order.push('first releases')
  first.release()
  const lock = await second
  lock?.release()
  expect(order).toEqual(['first releases', 'second has it'])
})

test('another folder does not wait', async () => {
  const first = await takeLock(folder, 'clone', { signal, onWait: () => {} })
  const other = await takeLock(folder, 'other clone', { signal, onWait: () => {} })
  first.release()
  other.release()
})

test('waiting ends when the person stops the set-up', async () => {
  const first = await takeLock(folder, 'clone', { signal, onWait: () => {} })
  const stop = new AbortController()
  const second = takeLock(folder, 'clone', { signal: stop.signal, onWait: () => stop.abort() })
  await expect(second).rejects.toThrow('ended early')
  first.release()
})
