import { expect, test } from 'vitest'
import { verificationCodeOf } from './verification.ts'

/** 0, 1, 2, … as an authenticator of the suite: 64 bytes. */
const authenticator = Uint8Array.from({ length: 64 }, (_, at) => at)
const roster = '{"version":1,"members":[{"displayName":"Zoë"}]}'

test('a code is that of the authenticator and the roster, as another PBKDF2 has it', async () => {
  // By Python's hashlib.pbkdf2_hmac and hashlib.sha512:
  // b72f0e21a8379f9a 0bb4de49e7b836b5 ad7343c57ea08067
  // f699a0dfd2788835 fe4e349ceb7ef377 be95b95e2a4b8962.
  expect(await verificationCodeOf(authenticator, roster)).toEqual([
    { picture: 20, digits: '378' },
    { picture: 25, digits: '781' },
    { picture: 60, digits: '519' },
    { picture: 12, digits: '341' },
    { picture: 51, digits: '063' },
    { picture: 45, digits: '410' },
  ])
})

test('a code does not use the authenticator up, and another authenticator has another', async () => {
  const before = authenticator.slice()
  const code = await verificationCodeOf(authenticator, roster)
  expect(authenticator).toEqual(before)
  expect(await verificationCodeOf(authenticator.map((byte) => byte ^ 1), roster)).not.toEqual(code)
})

test('other names, roles or keys in the roster have another code', async () => {
  const code = await verificationCodeOf(authenticator, roster)
  expect(await verificationCodeOf(authenticator, roster.replace('Zoë', 'Zoé'))).not.toEqual(code)
})
