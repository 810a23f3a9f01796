import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { createOrganization } from '../organizations/service.ts'
import { allUsers, findUser } from '../users/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { createKeyCheck, type KeyCheck } from './key-check.ts'
import { createApiKeys } from './service.ts'

const start = new Date('2026-03-02T09:00:00.000Z')
const dayMs = 24 * 60 * 60_000
const here = '203.0.113.7'

let world: TestDatabase
let actor: SignedInActor
let check: KeyCheck
let now: Date
const waits: number[] = []
const endings: string[] = []

beforeAll(async () => {
  world = await createTestDatabase()
  const input = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: null }
  const { organizationId, userId } = await createOrganization(world, input, start)
  actor = { kind: 'staff', organizationId, userId, sessionId: newId('session', start), roles: ['owner'] }
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  now = start
  waits.length = 0
  endings.length = 0
  check = createKeyCheck({ database: world.database, keys: world.keys, now: () => now, wait: async (ms) => void waits.push(ms) })
})

const apiKeys = () =>
  createApiKeys({ database: world.database, keys: world.keys, endings: { endSession: (id) => void endings.push(id) }, now: () => now })
const make = (input: { addresses?: string[]; validDays?: number } = {}) =>
  apiKeys().create(actor, { name: 'Portal', scopes: ['visits:read'], addresses: [], validDays: 90, ...input })
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
async function outcome(header: string, address = here): Promise<string> {
  const result = await check.authenticate(header, address).catch((error: unknown) => error)
  return result instanceof AppError ? result.code : 'ok'
}
const refusals = async (id: string) =>
  (await world.query(`select facts->>'reason' as reason from audit_events where type = 'api-key.refused' and session_id = $1 order by id`, [id])).map(
    ({ reason }) => reason,
  )
const anotherSecret = 'A'.repeat(43)

test('a key acts by its own account, with the roles of its scopes', async () => {
  const { apiKey, secret } = await make()
  const found = await check.authenticate(basic(apiKey.id, secret), here)
  expect(found).toMatchObject({
    actor: { kind: 'service', organizationId: actor.organizationId, sessionId: apiKey.id, roles: ['scheduler'], scopes: ['visits:read'] },
  })
  const account = await world.database.inOrganization(actor.organizationId, (tx) => findUser(tx, found.actor.userId))
  expect(account).toMatchObject({ name: 'Portal', email: `${found.actor.userId}@service.invalid`, password_hash: null })
})

test('its account is no person’s: it is in no list, and no address leads to it', async () => {
  const { apiKey, secret } = await make()
  const { userId } = (await check.authenticate(basic(apiKey.id, secret), here)).actor
  const people = await world.database.inOrganization(actor.organizationId, (tx) => allUsers(tx))
  expect(people.map(({ id }) => id)).toEqual([actor.userId])
  expect(await world.database.lookUps.user(`${userId}@service.invalid`)).toBeNull()
})

test('the secret is nowhere, and the addresses are sealed', async () => {
  const { apiKey, secret } = await make({ addresses: ['198.51.100.77'] })
  const [row] = await world.query('select row_to_json(k)::text as text from api_keys k where id = $1', [apiKey.id])
  const events = JSON.stringify(await world.query('select * from audit_events'))
  for (const text of [String(row?.['text']), events]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain('198.51.100.77')
    expect(text).not.toContain(Buffer.from('198.51.100.77').toString('hex'))
  }
  const listed = (await apiKeys().list(actor)).find(({ id }) => id === apiKey.id)
  expect(listed?.addresses).toEqual(['198.51.100.77'])
})

test('whatever is wrong, the answer is the same and its time a multiple of one step; why is on record', async () => {
  const { apiKey, secret } = await make()
  expect(await outcome('Bearer whatever')).toBe('not-signed-in')
  expect(await outcome(basic(newId('apiKey', start), secret))).toBe('not-signed-in')
  expect(await outcome(basic(apiKey.id, anotherSecret))).toBe('not-signed-in')
  expect(waits).toHaveLength(3)
  expect(waits.every((ms) => ms > 0 && ms <= 100)).toBe(true)
  expect(await refusals(apiKey.id)).toEqual(['secret'])
  expect(await outcome(basic(apiKey.id, secret))).toBe('ok')
  expect(waits).toHaveLength(3)
})

test('it ends when it is to, and is to within a year', async () => {
  const { apiKey, secret } = await make({ validDays: 1 })
  now = new Date(start.getTime() + dayMs - 1)
  expect(await outcome(basic(apiKey.id, secret))).toBe('ok')
  now = new Date(start.getTime() + dayMs)
  expect(await outcome(basic(apiKey.id, secret))).toBe('not-signed-in')
  expect(await refusals(apiKey.id)).toEqual(['expired'])
  await expect(make({ validDays: 400 })).rejects.toThrow(/api_keys_check/)
})

test('ended, it is refused from then on and what it holds open ends; who used it stays on record', async () => {
  const { apiKey, secret } = await make()
  const { actor: service } = await check.authenticate(basic(apiKey.id, secret), here)
  expect(await check.isAlive(service)).toBe(true)
  await apiKeys().end(actor, apiKey.id)
  expect(endings).toEqual([apiKey.id])
  expect(await check.isAlive(service)).toBe(false)
  expect(await outcome(basic(apiKey.id, secret))).toBe('not-signed-in')
  now = new Date(start.getTime() + 1)
  expect(await outcome(basic(apiKey.id, anotherSecret))).toBe('not-signed-in')
  expect(await refusals(apiKey.id)).toEqual(['ended', 'secret'])
  await expect(apiKeys().end(actor, apiKey.id)).rejects.toMatchObject({ code: 'not-found' })
  expect((await apiKeys().list(actor)).map(({ id }) => id)).not.toContain(apiKey.id)
})

describe('bound to addresses', () => {
  test('it is refused from anywhere else', async () => {
    const { apiKey, secret } = await make({ addresses: ['203.0.113.0/24', '2001:db8::1'] })
    const header = basic(apiKey.id, secret)
    for (const address of ['203.0.113.1', '::ffff:203.0.113.9', '2001:db8::1']) expect(await outcome(header, address)).toBe('ok')
    for (const address of ['203.0.114.1', '2001:db8::2', '127.0.0.1', '', 'unknown']) expect(await outcome(header, address)).toBe('not-signed-in')
    expect(new Set(await refusals(apiKey.id))).toEqual(new Set(['address']))
  })
})

test('its last use is known to the minute, and costs a write no more often', async () => {
  const { apiKey, secret } = await make()
  const used = async () => (await apiKeys().list(actor)).find(({ id }) => id === apiKey.id)?.lastUsedAt
  expect(await used()).toBeNull()
  await outcome(basic(apiKey.id, secret))
  now = new Date(start.getTime() + 59_999)
  await outcome(basic(apiKey.id, secret))
  expect(await used()).toBe(start.toISOString())
  now = new Date(start.getTime() + 60_000)
  await outcome(basic(apiKey.id, secret))
  expect(await used()).toBe(now.toISOString())
})

test('who guesses is told so no more than so often, and holds up nobody who knows the secret', async () => {
  const { apiKey, secret } = await make()
  const guesses = []
  for (let i = 0; i < 40; i++) guesses.push(await outcome(basic(apiKey.id, anotherSecret)))
  expect(guesses.filter((code) => code === 'not-signed-in')).toHaveLength(30)
  expect(guesses.filter((code) => code === 'rate-limited')).toHaveLength(10)
  expect(await refusals(apiKey.id)).toHaveLength(30)
  expect(await outcome(basic(newId('apiKey', start), secret))).toBe('rate-limited')
  expect(await outcome(basic(apiKey.id, secret))).toBe('ok')
  expect(await outcome(basic(apiKey.id, anotherSecret), '198.51.100.1')).toBe('not-signed-in')
})

test('the database itself lets nobody make another’s key theirs, or a key’s account a person’s', async () => {
  const { apiKey, secret } = await make()
  const { userId } = (await check.authenticate(basic(apiKey.id, secret), here)).actor
  const as = (text: 'scopes' | 'expires_at') =>
    world.database.inOrganization(actor.organizationId, (tx) =>
      tx.updateTable('api_keys').set(text === 'scopes' ? { scopes: [] } : { expires_at: start }).where('id', '=', apiKey.id).execute(),
    )
  await expect(as('scopes')).rejects.toThrow(/permission denied/)
  await expect(as('expires_at')).rejects.toThrow(/permission denied/)
  const change = world.database.inOrganization(actor.organizationId, (tx) =>
    tx.updateTable('users').set({ email: 'new@harbor.example' }).where('id', '=', userId).execute(),
  )
  await expect(change).rejects.toThrow(/users_services_do_not_sign_in/)
})
