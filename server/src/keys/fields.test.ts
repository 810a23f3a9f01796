import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createFieldSealer, type FieldAddress } from './fields.ts'

const key = randomBytes(32)
const fields = createFieldSealer(key)
const address: FieldAddress = { table: 'patients', column: 'name', rowId: 'pat_1' }

test('what was sealed opens again, and does not hold its text', () => {
  const sealed = fields.seal(address, 'Zoë Ångström')
  expect(fields.open(address, sealed)).toBe('Zoë Ångström')
  expect(sealed.includes(Buffer.from('Zoë'))).toBe(false)
})

test('the same text seals differently each time', () => {
  expect(fields.seal(address, 'x').equals(fields.seal(address, 'x'))).toBe(false)
})

test.each<[string, FieldAddress]>([
  ['row', { ...address, rowId: 'pat_2' }],
  ['column', { ...address, column: 'reason' }],
  ['table', { ...address, table: 'visits' }],
  ['boundary between its parts', { table: 'patients', column: 'name', rowId: '' }],
])('a value moved to another %s does not open', (_what, elsewhere) => {
  expect(() => fields.open(elsewhere, fields.seal(address, 'Ann Lee'))).toThrow()
})

test('a changed bit anywhere is noticed', () => {
  const sealed = fields.seal(address, 'Ann Lee')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => fields.open(address, changed)).toThrow()
  }
})

test('another key, a cut value and nothing do not open', () => {
  const sealed = fields.seal(address, 'Ann Lee')
  expect(() => createFieldSealer(randomBytes(32)).open(address, sealed)).toThrow()
  expect(() => fields.open(address, sealed.subarray(0, -1))).toThrow()
  expect(() => fields.open(address, Buffer.alloc(0))).toThrow()
})
