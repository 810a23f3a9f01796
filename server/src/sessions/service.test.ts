import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import { createOrganization } from '../organizations/service.ts'
import { relyingParty } from '../protection/web-authn.ts'
import { createSignInLog } from '../sign-ins/log.ts'
import { absoluteMs, createSessions, type Sessions } from './service.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createThrottles } from './throttle.ts'

const idleMs = 15 * 60_000
const account = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: 'correct horse battery', secondFactor: 'optional' } as const

let world: TestDatabase
let sessions: Sessions
let ways: SignIn
let now: number
let inVisit: boolean
let waits: number[]

beforeAll(async () => {
  world = await createTestDatabase()
  await createOrganization(world, account, new Date())
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  now = Date.now()
  inVisit = false
  waits = []
  const at = () => new Date(now)
  const { database, keys } = world
  sessions = createSessions({ database, keys, isInVisit: () => inVisit, now: at })
  ways = createSignIn({
    database,
    keys,
    log: createSignInLog({ mail: noMail, publicUrl: () => 'http://localhost' }),
    throttles: createThrottles(() => now),
    party: () => relyingParty('http://localhost'),
    now: at,
    wait: (ms) => Promise.resolve(waits.push(ms)),
  })
})

const from = (address: string) => ({ address, userAgent: undefined })
const signIn = async () => (await ways.byPassword(account.email, account.password, from('192.0.2.1'))).token

test('a session ends when it was not used for 15 minutes, and each use counts', async () => {
  const token = await signIn()
  for (let i = 0; i < 4; i++) {
    now += idleMs - 1000
    expect(await sessions.authenticate(token, from('192.0.2.1'))).not.toBeNull()
  }
  now += idleMs
  expect(await sessions.authenticate(token, from('192.0.2.1'))).toBeNull()
})

test('whoever is in a visit is not idle', async () => {
  const token = await signIn()
  inVisit = true
  now += idleMs * 3
  expect(await sessions.authenticate(token, from('192.0.2.1'))).not.toBeNull()
})

test('a session ends after 12 hours, used or not', async () => {
  const token = await signIn()
  inVisit = true
  now += absoluteMs
  expect(await sessions.authenticate(token, from('192.0.2.1'))).toBeNull()
})

test('refusals wait for a step of time, for a known and an unknown account alike', async () => {
  await expect(ways.byPassword(account.email, 'wrong', from('192.0.2.2'))).rejects.toMatchObject({ code: 'sign-in-failed' })
  await expect(ways.byPassword('x@harbor.example', 'wrong', from('192.0.2.2'))).rejects.toMatchObject({ code: 'sign-in-failed' })
  expect(waits).toHaveLength(2)
})

test('too many failures are stopped before the password is looked at', async () => {
  for (let i = 0; i < 8; i++) await ways.byPassword('y@harbor.example', 'wrong', from('192.0.2.3')).catch(() => {})
  await expect(ways.byPassword('y@harbor.example', 'wrong', from('192.0.2.3'))).rejects.toMatchObject({ code: 'sign-in-throttled' })
  await expect(signIn()).resolves.toBeTruthy()
})
