import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openRootFile, readRootFile, restoreRootFile } from './root-file.ts'

let folder: TemporaryFolder
let file: string
beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder.path, 'root.key')
})
afterEach(() => folder[Symbol.dispose]())

const context = { use: 'test', version: '1' }
const make = () => openRootFile(folder.path, true)
const find = () => openRootFile(folder.path, false)

test('the first start makes the key, for its own user alone; later ones find the same', async () => {
  const root = make()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder.path)).toEqual(['root.key'])
  const wrapped = await root.wrap(Buffer.from('inner'), context)
  expect(find().id).toBe(root.id)
  expect(await find().unwrap(wrapped, { version: '1', use: 'test' })).toEqual(Buffer.from('inner'))
})

test('a wrapped key opens for its own context alone, unchanged, and with its own root', async () => {
  const root = make()
  const wrapped = await root.wrap(randomBytes(32), context)
  const refusal = { reason: 'refused', message: 'The root key does not open a key of this database.' }
  await expect(root.unwrap(wrapped, { ...context, version: '2' })).rejects.toMatchObject(refusal)
  await expect(root.unwrap(wrapped, { use: 'test' })).rejects.toMatchObject(refusal)
  await expect(root.unwrap(wrapped.subarray(1), context)).rejects.toMatchObject(refusal)
  rmSync(file)
  const other = make()
  expect(other.id).not.toBe(root.id)
  await expect(other.unwrap(wrapped, context)).rejects.toMatchObject(refusal)
})

test('a missing key beside existing data is a lost key, and no new one is made', () => {
  expect(find).toThrow(`${file} is missing`)
  expect(find).toThrow(/curtain keys restore/)
  expect(readdirSync(folder.path)).toEqual([])
})

test('a key that others may read is refused, and stays as it is', () => {
  make()
  for (const mode of [0o640, 0o604, 0o700, 0o400]) {
    chmodSync(file, mode)
    expect(make).toThrow(`${file} must have mode 0600: chmod 600 '${file}'`)
    expect(statSync(file).mode & 0o777).toBe(mode)
  }
})

test.runIf(process.getuid?.() === 0)('a key of another user is refused', () => {
  make()
  chownSync(file, 65534, 65534)
  expect(make).toThrow(`${file} must belong to the system user that runs Curtain.`)
})

test.each([
  ['link', () => symlinkSync('/dev/null', file)],
  ['folder', () => mkdirSync(file, { mode: 0o600 })],
])('a %s in its place is refused', (_what, put) => {
  put()
  expect(make).toThrow(`${file} must be a plain file.`)
})

test.each([
  ['cut', (text: string) => text.slice(0, 30)],
  ['empty', () => ''],
  ['changed', (text: string) => text.replace(/^./, (first) => (first === '7' ? '8' : '7'))],
])('a file that is %s is refused, left as it is, and what it holds is not told', (_what, damage) => {
  make()
  const damaged = damage(readFileSync(file, 'utf8'))
  writeFileSync(file, damaged)
  expect(make).toThrow(`${file} is damaged.`)
  expect(readFileSync(file, 'utf8')).toBe(damaged)
  const [group = ''] = damaged.split(' ')
  if (group !== '') expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining(group) }))
})

test('the sheet that is printed brings a lost file back', () => {
  const { id } = make()
  const printed = readRootFile(folder.path)
  rmSync(file)
  expect(() => readRootFile(folder.path)).toThrow(/missing/)
  expect(() => restoreRootFile(folder.path, printed.replace(/.\n$/, ''))).toThrow(/symbols/)
  restoreRootFile(folder.path, printed.toLowerCase())
  expect(find().id).toBe(id)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a key is not restored over one that is there', () => {
  make()
  const before = readFileSync(file, 'utf8')
  const other = temporaryFolder()
  openRootFile(other.path, true)
  expect(() => restoreRootFile(folder.path, readRootFile(other.path))).toThrow(/is there already, and is left as it is/)
  other[Symbol.dispose]()
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect(readdirSync(folder.path)).toEqual(['root.key'])
})
