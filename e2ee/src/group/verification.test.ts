import { expect, test } from 'vitest'
import { verificationCodeOf } from './verification.ts'

/** 0, 1, 2, … as an authenticator of the suite: 64 bytes. */
const authenticator = Uint8Array.from({ length: 64 }, (_, at) => at)

test('a code is that of the authenticator, as another PBKDF2 has it', async () => {
  // 68ab54c9f653c081 ea070791289aa43f 4902261f670dbe9b e7e7fce125489856, by Python's hashlib.pbkdf2_hmac.
  expect(await verificationCodeOf(authenticator)).toEqual([
    { picture: 63, digits: '105' },
    { picture: 27, digits: '199' },
    { picture: 28, digits: '315' },
    { picture: 38, digits: '486' },
  ])
})

test('a code does not use the authenticator up, and another authenticator has another', async () => {
  const before = authenticator.slice()
  const code = await verificationCodeOf(authenticator)
  expect(authenticator).toEqual(before)
  expect(await verificationCodeOf(authenticator.map((byte) => byte ^ 1))).not.toEqual(code)
})
