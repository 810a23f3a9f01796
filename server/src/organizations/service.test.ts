import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { createSetupLink } from './service.ts'

const input = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: null }
const dayMs = 24 * 60 * 60_000

let world: TestDatabase
beforeAll(async () => {
  world = await createTestDatabase()
})
afterAll(() => world[Symbol.asyncDispose]())

test('the set-up link takes its own secret alone, works for a day, and once', async () => {
  let now = Date.now()
  const link = createSetupLink(world, false, () => new Date(now))
  const secret = link.secret ?? ''
  const refused = { code: 'setup-link-invalid' }
  await expect(link.redeem('A'.repeat(43), input)).rejects.toMatchObject(refused)
  now += dayMs
  await expect(link.redeem(secret, input)).rejects.toMatchObject(refused)
  now -= 1
  await link.redeem(secret, input)
  await expect(link.redeem(secret, input)).rejects.toMatchObject(refused)
  expect(link.secret).toBeNull()
})
