import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRecoveryGroups, writeRecoveryGroups } from './recovery-sheet.ts'

test('every key comes back from its sheet, however it is typed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const printed = writeRecoveryGroups(key)
      expect(printed).toMatch(/^([0-9A-HJKMNP-TV-Z]{4} ){6}[0-9A-HJKMNP-TV-Z]{4}\n([0-9A-HJKMNP-TV-Z]{4} ){6}[0-9A-HJKMNP-TV-Z]{4}\n$/)
      const typed = [printed, printed.toLowerCase(), printed.replaceAll('0', 'o').replaceAll('1', 'l'), printed.replaceAll(' ', '-')]
      for (const text of typed) expect(readRecoveryGroups(text)).toEqual(Buffer.from(key))
    }),
  )
})

test('one wrong symbol anywhere, and two in each other’s place, are noticed', () => {
  const printed = writeRecoveryGroups(randomBytes(32)).replaceAll(/\s/g, '')
  for (let at = 0; at < printed.length; at++) {
    const wrong = printed[at] === 'X' ? 'Y' : 'X'
    const typed = printed.slice(0, at) + wrong + printed.slice(at + 1)
    expect(() => readRecoveryGroups(typed), String(at)).toThrow(/checksum/)
    const swapped = printed.slice(0, at) + (printed[at + 1] ?? '') + (printed[at] ?? '') + printed.slice(at + 2)
    if (swapped !== printed) expect(() => readRecoveryGroups(swapped)).toThrow(/checksum|symbols/)
  }
})

test('what is too short, too long or has other symbols is refused, and not repeated', () => {
  const printed = writeRecoveryGroups(randomBytes(32))
  expect(() => readRecoveryGroups('')).toThrow(/this is 0 of 56/)
  expect(() => readRecoveryGroups(`${printed}A`)).toThrow(/this is 57 of 56/)
  expect(() => readRecoveryGroups(printed.replace(/^./, 'U'))).toThrow(/^There is a symbol in it that no key has[^=]*$/)
})
