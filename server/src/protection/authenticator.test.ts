import { Secret } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../../../tests/support/sign-in.ts'
import { authenticatorUri, newAuthenticatorSecret, stepOf } from './authenticator.ts'

/** RFC 6238, appendix B, for SHA-1; the last six of its eight digits. */
const vectors = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const
const ofRfc = Secret.fromUTF8('12345678901234567890').base32

test.each(vectors)('at %d seconds the code of RFC 6238 is %s', (seconds, code) => {
  expect(stepOf(ofRfc, code, null, new Date(seconds * 1000))).toBe(Math.floor(seconds / 30))
})

describe('a code', () => {
  const secret = newAuthenticatorSecret()
  const now = 1_800_000_000_000
  const at = (steps: number) => stepOf(secret, codeOf(secret, now + steps * 30_000), null, new Date(now))

  test('is taken a step early and a step late, and no further off', () => {
    const step = now / 30_000
    expect([-2, -1, 0, 1, 2].map(at)).toEqual([null, step - 1, step, step + 1, null])
  })

  test('is not taken twice, nor is one from before it', () => {
    const step = now / 30_000
    expect(stepOf(secret, codeOf(secret, now), step, new Date(now))).toBeNull()
    expect(stepOf(secret, codeOf(secret, now - 30_000), step, new Date(now))).toBeNull()
    expect(stepOf(secret, codeOf(secret, now + 30_000), step, new Date(now))).toBe(step + 1)
  })

  test('of another secret is none', () => {
    expect(stepOf(newAuthenticatorSecret(), codeOf(secret, now), null, new Date(now))).toBeNull()
  })
})

test('a secret has 160 bits, and the address that is shown as a picture says whose it is', () => {
  const secret = newAuthenticatorSecret()
  expect(Secret.fromBase32(secret).bytes).toHaveLength(20)
  const uri = new URL(authenticatorUri(secret, 'dana@harbor.example'))
  expect([uri.protocol, uri.searchParams.get('secret'), uri.searchParams.get('issuer')]).toEqual(['otpauth:', secret, 'Curtain'])
  expect(decodeURIComponent(uri.pathname)).toContain('dana@harbor.example')
})
