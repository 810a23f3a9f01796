import type { OrganizationId, UserId } from '@curtain/protocol'
import { hash } from '@node-rs/argon2'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { createOrganization } from '../organizations/service.ts'
import { newAuthenticatorSecret } from '../protection/authenticator.ts'
import { createReset } from '../protection/reset.ts'
import { authenticatorSecret } from '../protection/schema.ts'
import { lockAuthenticator, replacePassword, replacePendingAuthenticator, useAuthenticator } from '../protection/store.ts'
import { relyingParty } from '../protection/web-authn.ts'
import { createSignInLog } from '../sign-ins/log.ts'
import { hashPassword } from '../users/passwords.ts'
import { insertUser, lockUser, updateUser } from '../users/store.ts'
import { createSessions, type Sessions } from './service.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { endSessionsOf } from './store.ts'
import { createThrottles } from './throttle.ts'

// Somebody comes in at the very moment in which their account is closed to whoever comes that way.
const account = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: 'correct horse battery', secondFactor: 'optional' } as const
const caller = { address: '192.0.2.1', userAgent: undefined }
let world: TestDatabase
let organizationId: OrganizationId
let userId: UserId
let sessions: Sessions
let ways: SignIn
/** The hash of the account's password. */
let stored: string

beforeAll(async () => {
  world = await createTestDatabase()
  stored = await hashPassword(account.password)
  ;({ organizationId, userId } = await createOrganization(world, account, new Date()))
  const { database, keys } = world
  sessions = createSessions({ database, keys })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  const { database, keys } = world
  const log = createSignInLog({ mail: noMail, publicUrl: () => 'http://localhost' })
  const throttles = createThrottles()
  ways = createSignIn({ database, keys, log, throttles, party: () => relyingParty('http://localhost'), wait: () => Promise.resolve() })
  await world.query('update users set suspended_at = null, password_hash = $2, password_changed_at = now() where id = $1', [userId, stored])
})

/** The token that somebody came in with, or the code of what kept them out. */
const outcomeOf = (attempt: Promise<{ token: string }>) =>
  attempt.then(({ token }) => ({ token }), (error: unknown) => ({ refused: error instanceof Error && 'code' in error ? error.code : error }))

/** Until so many wait for what somebody else holds. */
const untilWaiting = (count: number) => {
  const waiting = () => world.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
  return expect.poll(waiting).toHaveLength(count)
}

/** Changes the account while somebody is on their way in, and has got as far as to wait for this change. */
async function meanwhile(enter: () => Promise<{ token: string }>, change: (tx: Transaction) => Promise<unknown>) {
  const attempt = await world.database.inOrganization(organizationId, async (tx) => {
    await lockUser(tx, userId)
    const outcome = outcomeOf(enter())
    await untilWaiting(1)
    await change(tx)
    await endSessionsOf(tx, userId, new Date())
    return { outcome }
  })
  return attempt.outcome
}

const byPassword = () => ways.byPassword(account.email, account.password, caller)
const suspend = (tx: Transaction) => updateUser(tx, userId, { suspended_at: new Date() })

test('a password that is replaced while it is looked at opens nothing', async () => {
  const to = await hashPassword('four other words here')
  const now = new Date()
  const replace = (tx: Transaction) => replacePassword(tx, { userId, from: stored, to, now })
  expect(await meanwhile(byPassword, replace)).toEqual({ refused: 'sign-in-failed' })
})

test('whoever is suspended meanwhile does not come in, neither now nor once the account is open again', async () => {
  expect(await meanwhile(byPassword, suspend)).toEqual({ refused: 'not-signed-in' })
  await world.query('update users set suspended_at = null where id = $1', [userId])
  const secret = await sessions.createSignInLink(organizationId, userId, { validMs: 60_000 })
  expect(await meanwhile(() => ways.byLink(secret, caller), suspend)).toEqual({ refused: 'not-signed-in' })
})

test('factors that are taken off while one of them is shown do not wait for whoever shows it, who waits for them', async () => {
  const { database, keys } = world
  const now = new Date()
  const administrator = newId('user', now)
  const fields = await keys.sealer(organizationId)
  await database.inOrganization(organizationId, async (tx) => {
    await insertUser(tx, { id: administrator, organizationId, name: 'Kim', email: 'kim@harbor.example', passwordHash: null, roles: ['owner'], now })
    await replacePendingAuthenticator(tx, { organizationId, userId, secret: fields.seal(authenticatorSecret, userId, newAuthenticatorSecret()), now })
    await useAuthenticator(tx, userId, 0, now)
  })
  const held = await sessions.hold((await byPassword()).token, caller)
  if (held === null) throw new Error('nobody has begun')
  const actor = { kind: 'staff', organizationId, userId: administrator, sessionId: newId('session', now), roles: ['owner'] } as const
  const reset = createReset({ database, keys, mail: noMail, endings: { endSession: () => {} }, publicUrl: () => 'http://localhost' })
  const { outcomes } = await database.inOrganization(organizationId, async (tx) => {
    await lockAuthenticator(tx, userId, true)
    const done = reset.reset(actor, userId).then(() => 'done', (error: unknown) => error)
    await untilWaiting(1)
    const shown = ways.byCode(held, '000000', caller).then(() => 'in', (error: unknown) => (error instanceof AppError ? error.code : error))
    await untilWaiting(2)
    return { outcomes: Promise.all([done, shown]) }
  })
  expect(await outcomes).toEqual(['done', 'not-signed-in'])
})

test('two who bring a password under an outdated hash at once both come in', async () => {
  const cheap = await hash(account.password, { memoryCost: 1024, timeCost: 1, parallelism: 1 })
  await world.query('update users set password_hash = $2 where id = $1', [userId, cheap])
  await Promise.all([byPassword(), byPassword(), byPassword()])
  const [row] = await world.query('select password_hash from users where id = $1', [userId])
  expect(row?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=65536,/)
})

test('a link that is opened twice at once opens one session', async () => {
  const secret = await sessions.createSignInLink(organizationId, userId, { validMs: 60_000 })
  const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(ways.byLink(secret, caller))))
  expect(outcomes.filter((outcome) => 'token' in outcome)).toHaveLength(1)
  expect(outcomes.filter((outcome) => 'refused' in outcome)).toEqual([{ refused: 'sign-in-link-invalid' }, { refused: 'sign-in-link-invalid' }])
})
