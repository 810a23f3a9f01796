import { chmodSync, chownSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { loadFieldKey } from './field-key.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curtain-keys-'))
  file = join(folder, 'field.key')
})

test('the first start makes the key, for its own user alone; later ones read it', () => {
  const key = loadFieldKey(folder, false)
  expect(key).toHaveLength(32)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(loadFieldKey(folder, true).equals(key)).toBe(true)
})

test('a missing key beside existing data is a lost key, and no new one is made', () => {
  expect(() => loadFieldKey(folder, true)).toThrow(/missing.*Restore it from a backup/)
  expect(() => readFileSync(file)).toThrow()
})

test('a key that others may read is refused', () => {
  loadFieldKey(folder, false)
  chmodSync(file, 0o640)
  expect(() => loadFieldKey(folder, true)).toThrow(/mode 0600/)
})

test.runIf(process.getuid?.() === 0)('a key of another user is refused', () => {
  loadFieldKey(folder, false)
  chownSync(file, 65534, 65534)
  expect(() => loadFieldKey(folder, true)).toThrow(/must belong to the system user/)
})

test('a link in its place and a cut file are refused, and what the file holds is not told', () => {
  symlinkSync('/dev/null', file)
  expect(() => loadFieldKey(folder, true)).toThrow(/plain file/)
  const other = mkdtempSync(join(tmpdir(), 'curtain-keys-'))
  writeFileSync(join(other, 'field.key'), 'c2hvcnQ', { mode: 0o600 })
  expect(() => loadFieldKey(other, true)).toThrow(/^(?!.*c2hvcnQ).*does not hold a key/)
})
