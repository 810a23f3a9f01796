import { limits, makeId } from '@curtain/protocol'
import { expect, it } from 'vitest'
import { KeyPackages } from './key-packages.ts'

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const person = (number: number) => makeId('participant', number, new Uint8Array(10).fill(number))

/** Those of a room with a clock that a test moves; each is its own hash. */
function keyPackages() {
  let now = Date.now()
  const packages = new KeyPackages(
    async (message) => ({ signatureKey: new Uint8Array(32), hash: Buffer.from(message).toString() }),
    () => now,
  )
  return { packages, pass: (ms: number) => void (now += ms) }
}

it('are remembered for as long as one could come again, and no longer', async () => {
  const { packages, pass } = keyPackages()
  for (let number = 0; number < 100; number++) await packages.accept(person(number), base64url(`package ${number}`))
  // Made for the future as far as that is allowed, it is valid until twice the time to either side is over.
  pass(2 * limits.keyPackageLifetimeMs)
  await expect(packages.accept(person(0), base64url('package 0'))).rejects.toMatchObject({ code: 'key-package-reused' })
  pass(61_000)
  await packages.accept(person(0), base64url('another'))
  expect(packages.size).toBe(2)
})
