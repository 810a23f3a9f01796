import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { patientBirthDate, patientEmail, patientName, patientPhone, patientRecordNumber } from '../patients/schema.ts'
import { createBlindIndexer } from './blind-index.ts'
import { nameWords } from './name-words.ts'

const key = randomBytes(32)
const indexer = createBlindIndexer('org_1', key)
const name = fc.string({ unit: 'grapheme', maxLength: 60 })

test('an index is the same for the same value, and another for another value, column, organization or key', () => {
  const index = indexer.exact(patientBirthDate, '1958-04-30')
  expect(createBlindIndexer('org_1', key).exact(patientBirthDate, '1958-04-30')).toEqual(index)
  for (const other of [
    indexer.exact(patientBirthDate, '1958-05-30'),
    indexer.exact(patientRecordNumber, '1958-04-30'),
    createBlindIndexer('org_2', key).exact(patientBirthDate, '1958-04-30'),
    createBlindIndexer('org_1', randomBytes(32)).exact(patientBirthDate, '1958-04-30'),
  ]) {
    expect(other).not.toEqual(index)
  }
})

test('an index and a token have one length each, whatever they stand for, and hold nothing of it', () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(indexer.exact(patientEmail, text)).toHaveLength(16)
      const tokens = indexer.name(patientName, text)
      expect(tokens.every((token) => token.length === 8)).toBe(true)
      expect(Buffer.concat(tokens).equals(Buffer.concat([...tokens].toSorted((a, b) => a.compare(b))))).toBe(true)
      expect(tokens.length).toBeLessThanOrEqual(8 * nameWords(text).length)
    }),
  )
})

test('a name has the token of every beginning of its words, and of nothing else', () => {
  const has = (whole: string, beginning: string) =>
    indexer.name(patientName, whole).some((token) => token.equals(indexer.beginning(patientName, beginning)))
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 20 }), (text, length) => {
      for (const word of nameWords(text)) expect(has(text, Array.from(word).slice(0, length).join(''))).toBe(true)
      expect(has(text, 'nobodyis')).toBe(false)
    }),
  )
  expect(has('Zoë Ångström', 'angstroms')).toBe(true) // past eight letters the name itself decides
  expect(has('Zoë Ångström', 'strom')).toBe(false)
})

test.each([
  [patientPhone, ['+1 (555) 010-0199', '555 010 0199', '001.555.010.0199'], '555 010 0198'],
  [patientPhone, ['+44 7700 900123', '07700 900123'], '07700 900124'],
  [patientRecordNumber, ['AB-0012 / 7', 'ab00127', 'Ａb 00127'], 'AB-0012/8'],
  [patientEmail, ['Ann.Lee@clinic.example', 'ann.lee@CLINIC.example'], 'annlee@clinic.example'],
] as const)('%o: what people write differently and mean the same is the same', (column, same, other) => {
  const [first, ...others] = same.map((text) => indexer.exact(column, text))
  for (const one of others) expect(one).toEqual(first)
  expect(indexer.exact(column, other)).not.toEqual(first)
})
