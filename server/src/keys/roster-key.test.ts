import { createHmac, randomBytes } from 'node:crypto'
import { createAuthority } from '@curtain/e2ee/authority'
import { makeId } from '@curtain/protocol'
import { expect, it } from 'vitest'
import { OrganizationKey } from './organization-keys.ts'
import { createRosterAuthorities } from './roster-key.ts'

const clinic = makeId('organization', 0, randomBytes(10))
const other = makeId('organization', 0, randomBytes(10))

const seedOf = (fill: number) => (id: typeof clinic) =>
  Promise.resolve(new OrganizationKey(id, new Map([[1, Buffer.alloc(32, fill)]])).derive(1, 'curtain roster signing'))

it('is the same for an organization after every start, and another for every organization and key', async () => {
  const before = createRosterAuthorities(seedOf(7))
  const { publicKey } = await before(clinic)
  expect((await before(clinic)).publicKey).toBe(publicKey)
  expect((await createRosterAuthorities(seedOf(7))(clinic)).publicKey).toEqual(publicKey)
  expect((await before(other)).publicKey).not.toEqual(publicKey)
  expect((await createRosterAuthorities(seedOf(8))(clinic)).publicKey).not.toEqual(publicKey)
})

it('is derived as RFC 5869 §2 says', async () => {
  const hmac = (key: string | Buffer, ...text: (string | Buffer)[]) =>
    createHmac('sha256', key).update(Buffer.concat(text.map((part) => Buffer.from(part)))).digest()
  const purpose = 'curtain roster signing'
  const seed = hmac(hmac(clinic, Buffer.alloc(32, 7)), Buffer.of(0, 0, 0, purpose.length), purpose, Buffer.of(1))
  const { publicKey } = await createRosterAuthorities(seedOf(7))(clinic)
  expect(publicKey).toEqual((await createAuthority(seed)).publicKey)
})

it('is asked for again when its seed was away', async () => {
  let isAway = true
  const authorityOf = createRosterAuthorities((id) => (isAway ? Promise.reject(new Error('away')) : seedOf(7)(id)))
  await expect(authorityOf(clinic)).rejects.toThrow('away')
  isAway = false
  expect((await authorityOf(clinic)).publicKey).toEqual((await createRosterAuthorities(seedOf(7))(clinic)).publicKey)
})
