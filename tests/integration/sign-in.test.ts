import { randomBytes } from 'node:crypto'
import {
  me,
  newAuthenticator,
  problem,
  protection,
  protectionChanged,
  recoveryCodes,
  type SignInStep,
  signInLinkResult,
  signInStep,
  type UserId,
  userCreated,
  webAuthnOptions,
} from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../server/src/users/passwords.ts'
import { call, describedOperations, unknownSubject } from '../support/operations.ts'
import { RemoteBrowser, startProxiedServer } from '../support/remote-browser.ts'
import type { Browser } from '../support/server.ts'
import { ask, codeOf, enrolAuthenticator } from '../support/sign-in.ts'
import { type Deceit, SoftwareAuthenticator } from '../support/software-authenticator.ts'
import { owner } from '../support/staff.ts'

// The way in, over HTTP: each step, and what must not get around it. Accounts are made for each test, so that none meets
// what another did wrong; wrong codes count against the address too, so that each browser of a test has its own.
const password = 'correct horse battery staple'
/** Its hash, made before: most tests are about what comes after a password was set. */
const passwordHash = '$argon2id$v=19$m=65536,t=5,p=1$b7hBo/M5dKqbxtJcMPwJmA$ghERwisSx5pahv4k+WM1bf/hWdQZX17t76c7cWmvFXc'

let curtain: Awaited<ReturnType<typeof startProxiedServer>>
let dana: Elsewhere
/** How the owner came in at first, before the tests. */
let setUp: { weak: string; begun: SignInStep; isIn: string; done: SignInStep }
let addresses = 0
const sessionCookie = '__Host-curtain-session'
const deviceCookie = '__Host-curtain-device'

beforeAll(async () => {
  curtain = await startProxiedServer()
  dana = newBrowser()
  const secret = new URL(curtain.server.setupUrl ?? '').hash.slice(1)
  const weak = await outcome(dana.post('/v1/setup', { secret, ...owner, password: 'harborclinic' }))
  const begun = await ask(dana, signInStep, 'POST', '/v1/setup', { secret, ...owner })
  setUp = { weak, begun, isIn: await isIn(dana), done: (await enrolAuthenticator(dana)).step }
})
afterAll(() => curtain[Symbol.asyncDispose]())

/** A browser somewhere else than all others. */
class Elsewhere extends RemoteBrowser {
  constructor() {
    super(curtain.directUrl, `10.${(++addresses >> 8) & 255}.${addresses & 255}.1`)
  }

  get token(): string | undefined {
    return this.cookies.get(sessionCookie)
  }

  set token(value: string) {
    this.cookies.set(sessionCookie, value)
  }
}

const newBrowser = () => new Elsewhere()

/** The code of a refusal, or `ok`. */
async function outcome(response: Response | Promise<Response>): Promise<string> {
  const answer = await response
  if (answer.ok) return 'ok'
  return problem.parse(await answer.json()).code
}

interface Account {
  id: UserId
  email: string
  /** A browser that came in with the account's first link, or is whole. */
  browser: Elsewhere
}

let made = 0

/** Somebody new, who has opened their link and is to set up a password and a second factor. */
async function invited(): Promise<Account> {
  const email = `kim-${++made}@harbor.example`
  const { user, link } = await ask(dana, userCreated, 'POST', '/v1/users', { name: 'Kim Roe', email, roles: ['clinician'] })
  const browser = newBrowser()
  const secret = new URL(link.url).hash.slice(1)
  const { step } = await ask(browser, signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret })
  expect(step).toMatchObject({ next: 'set-up', missing: ['password', 'second-factor'] })
  return { id: user.id, email, browser }
}

/** Somebody with a password, who is to set up a second factor. */
async function withPassword(): Promise<Account> {
  const account = await invited()
  const text = 'update users set password_hash = $2, password_changed_at = now() where id = $1'
  await curtain.world.query(text, [account.id, passwordHash])
  return account
}

/** Somebody who is in, with an authenticator app. */
async function withApp(): Promise<Account & { secret: string }> {
  const account = await withPassword()
  const { secret, step } = await enrolAuthenticator(account.browser)
  expect(step).toMatchObject({ next: 'none', user: { email: account.email } })
  await freshCodes(account.id)
  return { ...account, secret }
}

/** Lets the code of this half minute be taken again: tests do not wait for the next. */
async function freshCodes(userId: UserId): Promise<void> {
  await curtain.world.query('update authenticators set last_step = null where user_id = $1', [userId])
}

/** Somebody who is in, with a passkey. */
async function withPasskey(): Promise<Account & { authenticator: SoftwareAuthenticator }> {
  const account = await withPassword()
  const authenticator = new SoftwareAuthenticator(curtain.url)
  const { options } = await ask(account.browser, webAuthnOptions, 'POST', '/v1/me/passkeys/options')
  const response = authenticator.create(options)
  const { step } = await ask(account.browser, protectionChanged, 'POST', '/v1/me/passkeys', { response, name: 'Laptop' })
  expect(step.next).toBe('none')
  return { ...account, authenticator }
}

/** Somewhere else, with the password alone. */
async function half(email: string): Promise<Elsewhere> {
  const browser = newBrowser()
  expect((await signIn(browser, email)).next).toBe('second-factor')
  return browser
}

const signIn = (browser: Browser, email: string, typed = password): Promise<SignInStep> =>
  ask(browser, signInStep, 'POST', '/v1/sign-in', { email, password: typed })
const isIn = (browser: Browser) => outcome(browser.request('GET', '/v1/me'))
const eventsOf = async (userId: UserId) =>
  (await curtain.world.query('select type, facts from audit_events where user_id = $1 order by id', [userId])).map(({ type, facts }) => [type, facts])

test('the owner sets up a second factor before anything else, and is in with that answer', async () => {
  expect(setUp).toEqual({
    weak: 'password-weak',
    begun: {
      next: 'set-up', user: { name: owner.name, email: owner.email }, organization: { name: owner.organizationName },
      missing: ['second-factor'],
    },
    isIn: 'not-signed-in',
    done: expect.objectContaining({ next: 'none' }),
  })
  const { user, session } = await ask(dana, me, 'GET', '/v1/me')
  expect(user.roles).toEqual(['owner', 'clinician'])
  expect(session.confirmedUntil).not.toBeNull()
})

test('somebody new sets a password and a second factor, in this order, and is in with the last answer', async () => {
  const { email, browser } = await invited()
  const { secret } = await ask(browser, newAuthenticator, 'POST', '/v1/me/authenticator')
  const set = await ask(browser, protectionChanged, 'PUT', '/v1/me/password', { password })
  expect(set.step).toMatchObject({ next: 'set-up', missing: ['second-factor'], user: { email } })
  expect(await outcome(browser.request('PUT', '/v1/me/password', { password: 'four other words here' }))).toBe('not-signed-in')
  const confirmed = await ask(browser, protectionChanged, 'POST', '/v1/me/authenticator/confirmation', { code: codeOf(secret) })
  expect(confirmed.step).toMatchObject({ next: 'none', user: { email } })
  expect(confirmed.protection).toMatchObject({ hasPassword: true, passkeys: [], recoveryCodesLeft: 0, secondFactorRequired: true })
  expect(await isIn(browser)).toBe('ok')
})

describe('with an authenticator app', () => {
  test('a password and a code lead in; the account says how', async () => {
    const { id, email, secret } = await withApp()
    const browser = newBrowser()
    expect(await signIn(browser, email)).toEqual({ next: 'second-factor', factors: ['authenticator'] })
    expect(await isIn(browser)).toBe('not-signed-in')
    const step = await ask(browser, signInStep, 'POST', '/v1/sign-in/code', { code: codeOf(secret).replace(/^.../, '$& ') })
    expect(step).toMatchObject({ next: 'none', user: { email } })
    expect(await isIn(browser)).toBe('ok')
    expect((await eventsOf(id)).slice(-2)).toEqual([
      ['session.begun', { by: 'password', stage: 'second-factor' }],
      ['session.signed-in', { by: 'password', factor: 'authenticator' }],
    ])
  })

  test('a code is taken once, also from two browsers at once', async () => {
    const { email, secret } = await withApp()
    const browsers = await Promise.all([half(email), half(email), half(email)])
    const answers = await Promise.all(browsers.map((one) => outcome(one.post('/v1/sign-in/code', { code: codeOf(secret) }))))
    expect(answers.toSorted()).toEqual(['ok', 'second-factor-failed', 'second-factor-failed'])
    const late = await half(email)
    expect(await outcome(late.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('second-factor-failed')
  })

  test('another app takes the place of the first once it has shown a code, and not before', async () => {
    const { id, email, browser, secret } = await withApp()
    const next = await ask(browser, newAuthenticator, 'POST', '/v1/me/authenticator')
    expect(await outcome(browser.post('/v1/me/authenticator/confirmation', { code: codeOf(secret) }))).toBe('confirmation-failed')
    expect(await outcome((await half(email)).post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
    expect(await outcome(browser.post('/v1/me/authenticator/confirmation', { code: codeOf(next.secret) }))).toBe('ok')
    await freshCodes(id)
    const later = await half(email)
    expect(await outcome(later.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('second-factor-failed')
    expect(await outcome(later.post('/v1/sign-in/code', { code: codeOf(next.secret) }))).toBe('ok')
  })

  test('whoever has the password and guesses codes does not keep its user out of a browser that they signed in with before', async () => {
    const { email, browser, secret } = await withApp()
    for (const guesser of await Promise.all([half(email), half(email), half(email), half(email)])) {
      for (let i = 0; i < 5; i++) expect(await outcome(guesser.post('/v1/sign-in/code', { code: '000000' }))).toBe('second-factor-failed')
    }
    const strange = await half(email)
    expect(await outcome(strange.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    const known = newBrowser()
    known.cookies.set(deviceCookie, browser.cookies.get(deviceCookie) ?? '')
    await signIn(known, email)
    expect(await outcome(known.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
  })

  test('its secret is in no row as it is, and no answer says it again', async () => {
    const { id, secret, browser } = await withApp()
    const [row] = await curtain.world.query('select secret from authenticators where user_id = $1', [id])
    expect(Buffer.from(String(row?.['secret'])).includes(Buffer.from(secret))).toBe(false)
    expect(await (await browser.request('GET', '/v1/me/protection')).text()).not.toContain(secret)
  })
})

describe('with a passkey', () => {
  let account: Awaited<ReturnType<typeof withPasskey>>
  beforeAll(async () => {
    account = await withPasskey()
  })
  const optionsFor = async (browser: Browser) =>
    (await ask(browser, webAuthnOptions, 'POST', '/v1/sign-in/passkey/options')).options
  const show = (browser: Browser, response: object) => outcome(browser.post('/v1/sign-in/passkey', { response }))

  test('a password and the passkey lead in', async () => {
    const browser = await half(account.email)
    expect(await show(browser, account.authenticator.get(await optionsFor(browser)))).toBe('ok')
    expect(await isIn(browser)).toBe('ok')
    const { passkeys } = await ask(browser, protection, 'GET', '/v1/me/protection')
    expect(passkeys).toMatchObject([{ name: 'Laptop', synced: false, lastUsedAt: expect.any(String) }])
  })

  test.each<[string, Deceit]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['nobody in front of it', { userVerified: false }],
    ['an enrolment', { type: 'webauthn.create' }],
  ])('an answer for %s is refused, and the right one counts only for a new question', async (_, deceit) => {
    const browser = await half(account.email)
    const options = await optionsFor(browser)
    expect(await show(browser, account.authenticator.get(options, deceit))).toBe('second-factor-failed')
    expect(await show(browser, account.authenticator.get(options))).toBe('second-factor-failed')
    expect(await show(browser, account.authenticator.get(await optionsFor(browser)))).toBe('ok')
  })

  test('an answer counts once, in the session that was asked, for what it was asked', async () => {
    const [first, second] = [await half(account.email), await half(account.email)]
    const response = account.authenticator.get(await optionsFor(first))
    await optionsFor(second)
    expect(await show(second, response)).toBe('second-factor-failed')
    expect(await show(first, response)).toBe('ok')
    const third = await half(account.email)
    expect(await show(third, response)).toBe('second-factor-failed')
    const { options } = await ask(first, webAuthnOptions, 'POST', '/v1/me/confirmation/passkey-options')
    const confirming = account.authenticator.get(options)
    expect(await show(third, confirming)).toBe('second-factor-failed')
    expect(await outcome(first.post('/v1/me/confirmation', { response: confirming }))).toBe('ok')
    expect(await outcome(first.post('/v1/me/confirmation', { response: confirming }))).toBe('confirmation-failed')
  })

  test('a question is over after five minutes', async () => {
    const browser = await half(account.email)
    const response = account.authenticator.get(await optionsFor(browser))
    await curtain.world.query(`update sessions set challenge_expires_at = now() where challenge is not null`)
    expect(await show(browser, response)).toBe('second-factor-failed')
  })

  test('a counter that goes back is refused and on record: the passkey was copied', async () => {
    const browser = await half(account.email)
    expect(await show(browser, account.authenticator.get(await optionsFor(browser), { counter: 900 }))).toBe('ok')
    const copied = await half(account.email)
    expect(await show(copied, account.authenticator.get(await optionsFor(copied), { counter: 899 }))).toBe('second-factor-failed')
    expect(await isIn(copied)).toBe('not-signed-in')
    const events = await eventsOf(account.id)
    expect(events.map(([type]) => type)).toContain('passkey.suspect')
    expect(await show(copied, account.authenticator.get(await optionsFor(copied), { counter: 901 }))).toBe('ok')
  })

  test('another user’s passkey opens nothing here', async () => {
    const other = await withPasskey()
    const browser = await half(account.email)
    const options = await optionsFor(browser)
    const [theirs] = (await curtain.world.query('select credential_id from passkeys where user_id = $1', [other.id])).map((row) => String(row['credential_id']))
    const deceit = theirs === undefined ? {} : { credentialId: theirs }
    expect(await show(browser, other.authenticator.get(options, deceit))).toBe('second-factor-failed')
  })

  test('one is enrolled once, for this account, by an answer to its own question', async () => {
    const { browser, authenticator } = await withPasskey()
    const enrol = (response: object) => outcome(browser.post('/v1/me/passkeys', { response, name: 'Phone' }))
    const asked = async () => (await ask(browser, webAuthnOptions, 'POST', '/v1/me/passkeys/options')).options
    const response = authenticator.create(await asked())
    expect(await enrol(response)).toBe('ok')
    expect(await enrol(response)).toBe('passkey-refused')
    for (const deceit of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { challenge: 'AAAA' }, { userVerified: false }]) {
      expect(await enrol(authenticator.create(await asked(), deceit))).toBe('passkey-refused')
    }
  })
})

describe('recovery codes', () => {
  test('ten are told once, each leads in once, and new ones make the old ones void', async () => {
    const { id, email, browser } = await withApp()
    const { codes } = await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(new Set(codes).size).toBe(10)
    const use = async (code = '') => outcome((await half(email)).post('/v1/sign-in/recovery-code', { code }))
    expect(await signIn(newBrowser(), email)).toEqual({ next: 'second-factor', factors: ['authenticator', 'recovery-code'] })
    expect(await use(codes[0]?.toUpperCase().replaceAll('-', ' '))).toBe('ok')
    expect(await use(codes[0])).toBe('second-factor-failed')
    const [first, second] = [await half(email), await half(email)]
    const both = [first, second].map((one) => outcome(one.post('/v1/sign-in/recovery-code', { code: codes[1] })))
    expect((await Promise.all(both)).toSorted()).toEqual(['ok', 'second-factor-failed'])
    expect(await ask(browser, protection, 'GET', '/v1/me/protection')).toMatchObject({ recoveryCodesLeft: 8 })
    const { codes: later } = await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(await use(codes[2])).toBe('second-factor-failed')
    expect(await use(later[0])).toBe('ok')
    const rows = await curtain.world.query('select encode(code_hash, $2) as hash from recovery_codes where user_id = $1', [id, 'escape'])
    for (const code of later) expect(JSON.stringify(rows)).not.toContain(code)
  })

  test('another’s are none', async () => {
    const [kim, alex] = [await withApp(), await withApp()]
    const { codes } = await ask(kim.browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    await ask(alex.browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(await outcome((await half(alex.email)).post('/v1/sign-in/recovery-code', { code: codes[0] }))).toBe('second-factor-failed')
  })
})

describe('a session that is not whole', () => {
  let second: Elsewhere
  let first: Elsewhere

  beforeAll(async () => {
    first = (await invited()).browser
    second = await half((await withApp()).email)
  })

  test('opens nothing but the rest of the way in', async () => {
    const opens = { 'set-up': new Set<string>(), 'second-factor': new Set<string>() }
    for (const { name, takesSession } of await describedOperations(curtain.directUrl)) {
      if (!takesSession || name === 'POST /v1/sign-out') continue
      for (const [stage, browser] of [['set-up', first], ['second-factor', second]] as const) {
        if ((await outcome(call(browser, name, unknownSubject))) !== 'not-signed-in') opens[stage].add(name)
      }
    }
    const steps = ['GET /v1/sign-in', 'POST /v1/sign-in/code', 'POST /v1/sign-in/passkey', 'POST /v1/sign-in/passkey/options', 'POST /v1/sign-in/recovery-code']
    expect([...opens['second-factor']].toSorted()).toEqual(steps)
    expect([...opens['set-up']].toSorted()).toEqual([
      ...steps,
      'POST /v1/me/authenticator',
      'POST /v1/me/authenticator/confirmation',
      'POST /v1/me/passkeys',
      'POST /v1/me/passkeys/options',
      'PUT /v1/me/password',
    ].toSorted())
  })

  test('ends when its user signs out, and after ten minutes', async () => {
    const { email, secret } = await withApp()
    const browser = await half(email)
    const earlier = browser.token ?? ''
    await browser.post('/v1/sign-out')
    browser.token = earlier
    expect(await outcome(browser.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('not-signed-in')
    const late = await half(email)
    await curtain.world.query(`update sessions set expires_at = expires_at - interval '10 minutes' where stage = 'second-factor'`)
    expect(await outcome(late.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('not-signed-in')
  })

  test('ends when its account is suspended', async () => {
    const [first, factor] = [await invited(), await withApp()]
    const browser = await half(factor.email)
    for (const id of [first.id, factor.id]) await dana.request('PATCH', `/v1/users/${id}`, { suspended: true })
    for (const one of [first.browser, browser, factor.browser]) {
      expect(await outcome(one.request('GET', '/v1/sign-in'))).toBe('not-signed-in')
    }
  })

  test('is asked for a factor that was set up in another browser meanwhile', async () => {
    const { email, browser } = await withPassword()
    const stranger = newBrowser()
    expect((await signIn(stranger, email)).next).toBe('set-up')
    await enrolAuthenticator(browser)
    expect(await outcome(stranger.post('/v1/me/authenticator'))).toBe('not-signed-in')
    expect(await ask(stranger, signInStep, 'GET', '/v1/sign-in')).toEqual({ next: 'second-factor', factors: ['authenticator'] })
    expect(await isIn(stranger)).toBe('not-signed-in')
  })
})

test('every stage has another cookie, and the one before it is worth nothing', async () => {
  const { email, secret } = await withApp()
  const browser = newBrowser()
  const fixed = randomBytes(32).toString('base64url')
  browser.token = fixed
  const tokens = [fixed]
  await signIn(browser, email)
  tokens.push(browser.token ?? '')
  await browser.post('/v1/sign-in/code', { code: codeOf(secret) })
  tokens.push(browser.token ?? '')
  expect(new Set(tokens).size).toBe(3)
  for (const [index, token] of tokens.entries()) {
    const other = newBrowser()
    other.token = token
    expect(await isIn(other)).toBe(index === 2 ? 'ok' : 'not-signed-in')
    expect(await outcome(other.request('GET', '/v1/sign-in'))).toBe(index === 2 ? 'ok' : 'not-signed-in')
  }
})

test('another site cannot take a step with somebody’s cookie', async () => {
  const { email, secret, browser } = await withApp()
  const partly = await half(email)
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  const post = (from: Browser, path: string, body: object, headers = foreign) => outcome(from.request('POST', path, body, headers))
  expect(await post(partly, '/v1/sign-in/code', { code: codeOf(secret) })).toBe('origin-refused')
  expect(await post(partly, '/v1/sign-in', { email, password })).toBe('origin-refused')
  expect(await post(browser, '/v1/me/recovery-codes', {})).toBe('origin-refused')
  expect(await outcome(browser.request('PUT', '/v1/me/password', { current: password, password: 'four other words here' }, foreign))).toBe('origin-refused')
  expect(await outcome(partly.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
})

describe('guessing', () => {
  test('five wrong codes stop an address, whatever sessions they come with', async () => {
    const { email, secret } = await withApp()
    const browser = newBrowser()
    for (let i = 0; i < 5; i++) {
      await signIn(browser, email)
      expect(await outcome(browser.post('/v1/sign-in/code', { code: '000000' }))).toBe('second-factor-failed')
    }
    await signIn(browser, email)
    expect(await outcome(browser.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    expect(await outcome((await half(email)).post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
  })

  test('twenty from many addresses stop codes for all but where its user came from before, and leave the other ways', async () => {
    const { id, email, secret, browser } = await withApp()
    const { codes } = await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    const known = await half(email)
    await known.post('/v1/sign-in/code', { code: codeOf(secret) })
    await freshCodes(id)
    const guesser = await half(email)
    for (let i = 0; i < 20; i++) {
      guesser.address = `192.0.2.${i}`
      await guesser.post('/v1/sign-in/code', { code: '000000' })
    }
    const stranger = await half(email)
    expect(await outcome(stranger.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    expect(await outcome(stranger.post('/v1/sign-in/recovery-code', { code: codes[0] }))).toBe('ok')
    await signIn(known, email)
    expect(await outcome(known.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
  })

  test('codes that are shown to confirm count together with those of the way in', async () => {
    const { browser, secret, email } = await withApp()
    for (let i = 0; i < 5; i++) expect(await outcome(browser.post('/v1/me/confirmation', { code: '000000' }))).toBe('confirmation-failed')
    expect(await outcome(browser.post('/v1/me/confirmation', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    await signIn(browser, email)
    expect(await outcome(browser.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
  })

  test('eight wrong passwords stop an address, to sign in and to confirm alike, and the account knows', async () => {
    const { id, browser, email } = await withApp()
    for (let i = 0; i < 8; i++) expect(await outcome(browser.post('/v1/me/confirmation', { password: 'not this one' }))).toBe('confirmation-failed')
    expect(await outcome(browser.post('/v1/me/confirmation', { password }))).toBe('sign-in-throttled')
    expect(await outcome(browser.post('/v1/sign-in', { email, password }))).toBe('sign-in-throttled')
    expect((await signIn(newBrowser(), email)).next).toBe('second-factor')
    expect(await eventsOf(id)).toContainEqual(['session.sign-in-failed', { reason: 'throttled' }])
  })

  test('recovery codes stop after eight at an address', async () => {
    const { email, browser: own } = await withApp()
    const { codes } = await ask(own, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    const browser = await half(email)
    for (let i = 0; i < 8; i++) await browser.post('/v1/sign-in/recovery-code', { code: '00000-00000-00000-00000' })
    expect(await outcome(browser.post('/v1/sign-in/recovery-code', { code: codes[0] }))).toBe('sign-in-throttled')
  })
})

test('a wrong password is answered alike for every kind of account, and for none', async () => {
  const [bare, app, passkey, link] = [await withPassword(), await withApp(), await withPasskey(), await invited()]
  const suspended = await withApp()
  await dana.request('PATCH', `/v1/users/${suspended.id}`, { suspended: true })
  const emails = [bare.email, app.email, passkey.email, link.email, suspended.email, 'nobody@harbor.example']
  const answers = await Promise.all(
    emails.map(async (email) => {
      const browser = newBrowser()
      const response = await browser.post('/v1/sign-in', { email, password: 'not this one' })
      const { reference: _, ...said } = problem.parse(await response.json())
      const headers = Object.fromEntries([...response.headers].filter(([name]) => !['date', 'content-length', 'set-cookie'].includes(name)))
      return { status: response.status, said, headers, token: browser.token }
    }),
  )
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0]).toMatchObject({ status: 401, said: { code: 'sign-in-failed' }, token: undefined })
  expect(await outcome(newBrowser().post('/v1/sign-in', { email: suspended.email, password }))).toBe('sign-in-failed')
})

describe('what protects an account', () => {
  test('changes only after a confirmation of the last five minutes, by any way that the account has', async () => {
    const { id, browser, secret } = await withApp()
    const age = () => curtain.world.query(`update sessions set confirmed_at = confirmed_at - interval '5 minutes' where user_id = $1`, [id])
    const change = () => outcome(browser.post('/v1/me/recovery-codes'))
    expect(await change()).toBe('ok')
    await age()
    const dangerous: [string, string, object?][] = [
      ['PUT', '/v1/me/password', { current: password, password: 'four other words here' }],
      ['POST', '/v1/me/passkeys/options'], ['POST', '/v1/me/authenticator'], ['DELETE', '/v1/me/authenticator'],
      ['POST', '/v1/me/recovery-codes'], ['DELETE', `/v1/me/passkeys/${unknownSubject.passkeyId}`],
    ]
    for (const [method, path, body] of dangerous) {
      expect(await outcome(browser.request(method, path, body)), path).toBe('confirmation-needed')
    }
    expect(await ask(browser, me, 'GET', '/v1/me')).toMatchObject({ session: { confirmedUntil: null } })
    expect(await outcome(browser.post('/v1/me/confirmation', { password: 'not this one' }))).toBe('confirmation-failed')
    expect(await change()).toBe('confirmation-needed')
    for (const shown of [{ password }, { code: codeOf(secret) }]) {
      expect(await outcome(browser.post('/v1/me/confirmation', shown))).toBe('ok')
      expect(await change()).toBe('ok')
      await age()
    }
  })

  test('the last factor stays while the organization asks for one', async () => {
    const { browser } = await withPasskey()
    const { passkeys } = await ask(browser, protection, 'GET', '/v1/me/protection')
    const remove = () => outcome(browser.request('DELETE', `/v1/me/passkeys/${passkeys[0]?.id}`))
    expect(await remove()).toBe('factor-needed')
    await enrolAuthenticator(browser)
    const both = await Promise.all([remove(), outcome(browser.request('DELETE', '/v1/me/authenticator'))])
    expect(both.toSorted()).toEqual(['factor-needed', 'ok'])
  })

  test('a passkey is called something else by its user alone', async () => {
    const [kim, alex] = [await withPasskey(), await withPasskey()]
    const { passkeys } = await ask(kim.browser, protection, 'GET', '/v1/me/protection')
    const path = `/v1/me/passkeys/${passkeys[0]?.id}`
    expect(await ask(kim.browser, protection, 'PATCH', path, { name: 'Blue key' })).toMatchObject({ passkeys: [{ name: 'Blue key' }] })
    expect(await outcome(alex.browser.request('PATCH', path, { name: 'Mine' }))).toBe('not-found')
    expect(await outcome(alex.browser.request('DELETE', path))).toBe('not-found')
  })

  test('an owner takes factors off somebody who lost them: their sessions end, and they set one up again', async () => {
    const { id, email, browser } = await withApp()
    await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(await outcome(browser.request('DELETE', `/v1/users/${id}/protection`))).toBe('forbidden')
    expect(await outcome(dana.request('DELETE', `/v1/users/${id}/protection`))).toBe('ok')
    expect(await isIn(browser)).toBe('not-signed-in')
    const again = newBrowser()
    expect(await signIn(again, email)).toMatchObject({ next: 'set-up', missing: ['second-factor'] })
    await enrolAuthenticator(again)
    expect(await ask(again, protection, 'GET', '/v1/me/protection')).toMatchObject({ recoveryCodesLeft: 0, passkeys: [] })
    const { user } = await ask(dana, me, 'GET', '/v1/me')
    expect(await outcome(dana.request('DELETE', `/v1/users/${user.id}/protection`))).toBe('forbidden')
  })
})

describe('passwords', () => {
  /** Of the password above, with what argon2 takes by itself. */
  const earlierHash = '$argon2id$v=19$m=19456,t=2,p=1$AmptlrNVSDn19mbD6nxRDA$1m928sXdJ8ke4SmPASoIm4WFb79yvbjFZnZ6bnz+zNg'
  const others = ['viel zu lange Wartezimmer', 'tres gatos duermen afuera', 'under the pier an octopus', 'seven lamps and no light', 'wet gravel after midnight'] as const
  const set = (browser: Browser, current: string | undefined, wanted: string) =>
    outcome(browser.request('PUT', '/v1/me/password', { ...(current === undefined ? {} : { current }), password: wanted }))

  test('are changed by whoever knows the present one; every other session ends, this one goes on', async () => {
    const { email, secret, browser } = await withApp()
    const other = await half(email)
    await other.post('/v1/sign-in/code', { code: codeOf(secret) })
    const partly = await half(email)
    expect(await set(browser, undefined, others[0])).toBe('password-wrong')
    expect(await set(browser, 'not this one', others[0])).toBe('password-wrong')
    expect(await set(browser, password, others[0])).toBe('ok')
    expect(await isIn(browser)).toBe('ok')
    expect(await isIn(other)).toBe('not-signed-in')
    expect(await outcome(partly.request('GET', '/v1/sign-in'))).toBe('not-signed-in')
    expect(await outcome(newBrowser().post('/v1/sign-in', { email, password }))).toBe('sign-in-failed')
    expect((await signIn(newBrowser(), email, others[0])).next).toBe('second-factor')
  })

  test('that are easy to guess, about oneself, too short, or one of the last five are refused', async () => {
    const { id, email, browser } = await withApp()
    for (const weak of ['password1234', 'harborclinic', email]) expect(await set(browser, password, weak)).toBe('password-weak')
    expect(await set(browser, password, 'xK9#mQ2$vL7')).toBe('invalid-input')
    expect(await set(browser, password, password)).toBe('password-reused')
    for (const [age, one] of others.slice(0, 4).entries()) {
      const earlier = [id, await hashPassword(one), age]
      await curtain.world.query(
        `insert into password_history select organization_id, id, $2, now() - make_interval(days => $3) from users where id = $1`,
        earlier,
      )
    }
    for (const earlier of others.slice(0, 4)) expect(await set(browser, password, earlier)).toBe('password-reused')
    // With the next one, the oldest of five is forgotten.
    expect(await set(browser, password, others[4])).toBe('ok')
    expect(await curtain.world.query('select 1 from password_history where user_id = $1', [id])).toHaveLength(4)
    expect(await set(browser, others[4], password)).toBe('password-reused')
    expect(await set(browser, others[4], others[3])).toBe('ok')
  })

  test('that are too old are changed on the way in, after the second factor', async () => {
    const { id, email, secret } = await withApp()
    await curtain.world.query('update organizations set password_max_age_days = 90')
    await curtain.world.query(`update users set password_changed_at = now() - interval '91 days' where id = $1`, [id])
    const browser = await half(email)
    const step = await ask(browser, signInStep, 'POST', '/v1/sign-in/code', { code: codeOf(secret) })
    expect(step).toMatchObject({ next: 'set-up', missing: ['new-password'] })
    expect(await outcome(browser.post('/v1/me/authenticator'))).toBe('not-signed-in')
    expect(await set(browser, undefined, others[1])).toBe('password-wrong')
    expect(await set(browser, password, others[1])).toBe('ok')
    expect(await isIn(browser)).toBe('ok')
    await curtain.world.query('update organizations set password_max_age_days = null')
  })

  test('kept under an earlier hash are hashed anew when they are next seen', async () => {
    const { id, email } = await withApp()
    await curtain.world.query('update users set password_hash = $2 where id = $1', [id, earlierHash])
    await half(email)
    const [row] = await curtain.world.query('select password_hash from users where id = $1', [id])
    expect(row?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=65536,t=5,p=1\$/)
    await half(email)
  })

  test('of a megabyte are refused before anything is done with them', async () => {
    const { email, browser } = await withApp()
    const huge = 'a'.repeat(1024 * 1024)
    expect(await outcome(newBrowser().post('/v1/sign-in', { email, password: huge }))).toBe('body-too-large')
    expect(await outcome(newBrowser().post('/v1/sign-in', { email, password: 'a'.repeat(257) }))).toBe('invalid-input')
    expect(await set(browser, password, huge)).toBe('body-too-large')
    expect(await set(browser, password, 'a'.repeat(257))).toBe('invalid-input')
  })
})

test('addresses that look like somebody’s are nobody’s', async () => {
  const { email } = await withApp()
  const lookalikes = [email.replace('i', '\u0456'), email.replace('k', '\u212a'), email.replace('m', '\uff4d'), email.replace('-', '\u2010')]
  for (const one of lookalikes) {
    expect(await outcome(newBrowser().post('/v1/sign-in', { email: one, password }))).toBe('invalid-input')
    expect(await outcome(dana.post('/v1/users', { name: 'Kim Roe', email: one, roles: ['clinician'] }))).toBe('invalid-input')
  }
  expect((await signIn(newBrowser(), email.toUpperCase())).next).toBe('second-factor')
})

describe('floods', () => {
  test.each([
    ['a header of 64 KiB', () => ({ 'x-flood': 'a'.repeat(64 * 1024) })],
    ['thousands of headers', () => Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'a']))],
    ['a cookie of 64 KiB', () => ({ cookie: `${sessionCookie}=${'a'.repeat(64 * 1024)}` })],
    ['thousands of cookies', () => ({ cookie: Array.from({ length: 5000 }, (_, i) => `c${i}=a`).join('; ') })],
  ])('of %s are refused, and the server goes on', async (_, headers) => {
    const response = await fetch(`${curtain.directUrl}/v1/sign-in`, { headers: headers() }).catch(() => null)
    expect([400, 401, 431, undefined]).toContain(response?.status)
    expect((await fetch(`${curtain.directUrl}/healthz`)).status).toBe(200)
  })

  test('of session cookies find the one that is sent last or none, and nobody else’s', async () => {
    const { browser } = await withApp()
    const many = [...Array.from({ length: 50 }, () => `${sessionCookie}=${randomBytes(32).toString('base64url')}`), `${sessionCookie}=${browser.token}`]
    const response = await fetch(`${curtain.directUrl}/v1/me`, { headers: { cookie: many.join('; ') } })
    expect([200, 401]).toContain(response.status)
  })
})
