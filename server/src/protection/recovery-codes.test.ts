import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashRecoveryCode, recoveryCode } from './recovery-codes.ts'

const [dana, kim] = [`usr_${'0'.repeat(26)}`, `usr_${'1'.repeat(26)}`] as const

test('a code is twenty characters in groups, none of which looks like another, with 100 random bits', () => {
  expect(recoveryCode(new Uint8Array(20))).toBe('00000-00000-00000-00000')
  expect(recoveryCode(new Uint8Array(20).fill(255))).toBe('zzzzz-zzzzz-zzzzz-zzzzz')
  const made = new Set(Array.from({ length: 1000 }, () => recoveryCode(randomBytes(20))))
  expect(made.size).toBe(1000)
  for (const code of made) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){3}[0-9a-hjkmnp-tv-z]{5}$/)
})

test('it is known however it is typed', () => {
  const hash = hashRecoveryCode(dana, '0abc1-defgh-01010-zzzzz')
  for (const typed of ['0ABC1-DEFGH-01010-ZZZZZ', ' 0abc1defgh01010zzzzz ', 'oabcl-defgh-oIoLo-zzzzz', '0abc1 defgh 01010 zzzzz']) {
    expect(hashRecoveryCode(dana, typed)).toEqual(hash)
  }
  expect(hashRecoveryCode(dana, '0abc1-defgh-01010-zzzzy')).not.toEqual(hash)
})

test('equal codes of two people are kept as two', () => {
  expect(hashRecoveryCode(dana, '0abc1')).not.toEqual(hashRecoveryCode(kim, '0abc1'))
})
