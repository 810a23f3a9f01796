import { createHmac, randomBytes } from 'node:crypto'
import { createAuthority } from '@curtain/e2ee/authority'
import { makeId } from '@curtain/protocol'
import { expect, it } from 'vitest'
import { createRosterAuthorities } from './roster-key.ts'

const fieldKey = Buffer.alloc(32, 7)
const clinic = makeId('organization', 0, randomBytes(10))
const other = makeId('organization', 0, randomBytes(10))

it('is the same for an organization after every start, and another for every organization and field key', async () => {
  const before = createRosterAuthorities(fieldKey)
  const { publicKey } = await before(clinic)
  expect((await before(clinic)).publicKey).toBe(publicKey)
  expect((await createRosterAuthorities(fieldKey)(clinic)).publicKey).toEqual(publicKey)
  expect((await before(other)).publicKey).not.toEqual(publicKey)
  expect((await createRosterAuthorities(Buffer.alloc(32, 8))(clinic)).publicKey).not.toEqual(publicKey)
})

it('is derived as RFC 5869 §2 says', async () => {
  const hmac = (key: string | Buffer, text: string | Buffer) => createHmac('sha256', key).update(text).digest()
  const seed = hmac(hmac(clinic, fieldKey), 'curtain roster signing v1\u0001')
  const { publicKey } = await createRosterAuthorities(fieldKey)(clinic)
  expect(publicKey).toEqual((await createAuthority(seed)).publicKey)
})
