import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentHash } from './content-hash.mjs'
import { isStamped, readLine, stampWork, writeLine } from './stamp.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curtain-stamp-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, content: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
}

test('work that was done from the same input is known as done', async () => {
  const stamp = join(folder, 'cache', 'work')
  expect(isStamped(stamp, 'input')).toBe(false)
  expect(await stampWork(stamp, 'input', async () => 'result')).toBe('result')
  expect(isStamped(stamp, 'input')).toBe(true)
  expect(isStamped(stamp, 'other input')).toBe(false)
})

test('work that failed is done again, even if its input goes back to what it was', async () => {
  const stamp = join(folder, 'work')
  await stampWork(stamp, 'first', async () => {})
  await expect(stampWork(stamp, 'second', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(isStamped(stamp, 'first')).toBe(false)
  expect(isStamped(stamp, 'second')).toBe(false)
})

test('a line is read back without its end, and an absent or empty file has none', () => {
  const file = join(folder, 'deep', 'line')
  expect(readLine(file)).toBeUndefined()
  writeLine(file, '/a path/with spaces')
  expect(readLine(file)).toBe('/a path/with spaces')
  writeFileSync(file, '\n')
  expect(readLine(file)).toBeUndefined()
})

test('a content hash changes with contents and names, and with nothing else', () => {
  write('web/a.ts', 'one')
  write('web/b.ts', 'two')
  write('web/dist/built.js', 'built')
  const hash = () => contentHash(folder, ['web', 'absent'], (path: string) => path !== join('web', 'dist'))
  const first = hash()

  utimesSync(join(folder, 'web/a.ts'), 1, 1)
  write('web/dist/built.js', 'built again')
  write('elsewhere', 'not ours')
  expect(hash()).toBe(first)

  write('web/a.ts', 'three')
  const changed = hash()
  expect(changed).not.toBe(first)

  write('absent', 'present')
  expect(hash()).not.toBe(changed)
})

test('a content hash tells the end of one file from the beginning of the next', () => {
  write('left/a', 'xb1:yy')
  write('right/a', 'x')
  write('right/b', 'y')
  const names = (path: string) => contentHash(join(folder, path), ['a', 'b'])
  expect(names('left')).not.toBe(names('right'))
})
