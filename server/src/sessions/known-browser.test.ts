import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import { AppError } from '../errors.ts'
import { createOrganization } from '../organizations/service.ts'
import { relyingParty } from '../protection/web-authn.ts'
import { createSignInLog } from '../sign-ins/log.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createThrottles, type Throttles } from './throttle.ts'

// Somebody guesses, right after a restart, so as to keep the account's own user out: nothing is known of addresses then.
const account = { organizationName: 'Harbor', name: 'Dana', email: 'dana@harbor.example', password: 'correct horse battery', secondFactor: 'optional' as const }
const other = { ...account, organizationName: 'Hill', name: 'Kim', email: 'kim@hill.example' }
const browser = { address: '192.0.2.1', userAgent: undefined, deviceSecret: 'a'.repeat(43) }
const stranger = { ...browser, deviceSecret: 'b'.repeat(43) }

let world: TestDatabase
let throttles: Throttles
let ways: SignIn

beforeAll(async () => {
  world = await createTestDatabase()
  await createOrganization(world, account, new Date())
  await createOrganization(world, other, new Date())
  restart()
  await enter()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => restart())

function restart(): void {
  const { database, keys } = world
  throttles = createThrottles()
  const log = createSignInLog({ mail: noMail, publicUrl: () => 'http://localhost' })
  ways = createSignIn({ database, keys, log, throttles, party: () => relyingParty('http://localhost'), wait: () => Promise.resolve() })
}

/** `in`, or the code of the refusal. */
const enter = ({ caller = browser, email = account.email, password = account.password } = {}): Promise<unknown> =>
  ways.byPassword(email, password, caller).then(
    () => 'in',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  )

function guessFromEverywhere(): void {
  for (let i = 0; i < 80; i++) throttles.passwords.failed(account.email, `203.0.113.${i}`)
}
/** Somebody in the same network, such as that of the waiting room. */
function guessNextDoor(): void {
  for (let i = 0; i < 40; i++) throttles.passwords.failed(`${i}@harbor.example`, browser.address)
}

test.each([['from everywhere', guessFromEverywhere], ['next door', guessNextDoor]])(
  'whoever guesses %s keeps nobody from signing in with a browser that they signed in with before',
  async (_, guess) => {
    guess()
    expect(await enter({ caller: stranger })).toBe('sign-in-throttled')
    expect(await enter()).toBe('in')
  },
)

test('a browser is known to the accounts that were signed in to from it, and to no other', async () => {
  guessNextDoor()
  expect(await enter({ email: other.email })).toBe('sign-in-throttled')
  expect(await enter({ email: 'nobody@harbor.example' })).toBe('sign-in-throttled')
})

test('a browser that is known has no more tries than an address, wherever it goes', async () => {
  guessFromEverywhere()
  const attempts = Array.from({ length: 8 }, (_, i) => enter({ caller: { ...browser, address: `198.51.100.${i}` }, password: 'not this one' }))
  expect(new Set(await Promise.all(attempts))).toEqual(new Set(['sign-in-failed']))
  expect(await enter()).toBe('sign-in-throttled')
})
