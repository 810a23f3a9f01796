import { randomBytes } from 'node:crypto'
import { me, newAuthenticator, protection, protectionChanged, recoveryCodes, signInStep, webAuthnOptions } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Accounts, type Elsewhere, signIn, startAccounts } from '../support/accounts.ts'
import type { Browser } from '../support/server.ts'
import { ask, codeOf, isIn, outcome, password } from '../support/sign-in.ts'
import type { Deceit } from '../support/software-authenticator.ts'
import { owner } from '../support/staff.ts'

// The way in, over HTTP, with each second factor that there is: how it is set up, and what it takes for an answer.
const deviceCookie = '__Host-curtain-device'

let accounts: Accounts
let curtain: Accounts['curtain']
let dana: Elsewhere
let setUp: Awaited<ReturnType<Accounts['setUp']>>

beforeAll(async () => {
  accounts = await startAccounts()
  ;({ curtain, dana } = accounts)
  setUp = await accounts.setUp()
})
afterAll(() => accounts?.[Symbol.asyncDispose]())

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
  const { email, browser } = await accounts.invited()
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
    const { id, email, secret } = await accounts.withApp()
    const browser = accounts.newBrowser()
    expect(await signIn(browser, email)).toEqual({ next: 'second-factor', factors: ['authenticator'] })
    expect(await isIn(browser)).toBe('not-signed-in')
    const step = await ask(browser, signInStep, 'POST', '/v1/sign-in/code', { code: codeOf(secret).replace(/^.../, '$& ') })
    expect(step).toMatchObject({ next: 'none', user: { email } })
    expect(await isIn(browser)).toBe('ok')
    expect((await accounts.eventsOf(id)).slice(-2)).toEqual([
      ['session.begun', { by: 'password', stage: 'second-factor' }],
      ['session.signed-in', { by: 'password', factor: 'authenticator' }],
    ])
  })

  test('a code is taken once, also from two browsers at once', async () => {
    const { email, secret } = await accounts.withApp()
    const browsers = await Promise.all([accounts.half(email), accounts.half(email), accounts.half(email)])
    // One code for all of them: half a minute may end in between, and then an app would show another.
    const code = codeOf(secret)
    const answers = await Promise.all(browsers.map((one) => outcome(one.post('/v1/sign-in/code', { code }))))
    expect(answers.toSorted()).toEqual(['ok', 'second-factor-failed', 'second-factor-failed'])
    const late = await accounts.half(email)
    expect(await outcome(late.post('/v1/sign-in/code', { code }))).toBe('second-factor-failed')
  })

  test('another app takes the place of the first once it has shown a code, and not before', async () => {
    const { id, email, browser, secret } = await accounts.withApp()
    const next = await ask(browser, newAuthenticator, 'POST', '/v1/me/authenticator')
    expect(await outcome(browser.post('/v1/me/authenticator/confirmation', { code: codeOf(secret) }))).toBe('confirmation-failed')
    expect(await outcome((await accounts.half(email)).post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
    expect(await outcome(browser.post('/v1/me/authenticator/confirmation', { code: codeOf(next.secret) }))).toBe('ok')
    await accounts.freshCodes(id)
    const later = await accounts.half(email)
    expect(await outcome(later.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('second-factor-failed')
    expect(await outcome(later.post('/v1/sign-in/code', { code: codeOf(next.secret) }))).toBe('ok')
  })

  test('whoever has the password and guesses codes does not keep its user out of a browser that they signed in with before', async () => {
    const { email, browser, secret } = await accounts.withApp()
    for (const guesser of await Promise.all([accounts.half(email), accounts.half(email), accounts.half(email), accounts.half(email)])) {
      for (let i = 0; i < 5; i++) expect(await outcome(guesser.post('/v1/sign-in/code', { code: '000000' }))).toBe('second-factor-failed')
    }
    const strange = await accounts.half(email)
    expect(await outcome(strange.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    const known = accounts.newBrowser()
    known.cookies.set(deviceCookie, browser.cookies.get(deviceCookie) ?? '')
    await signIn(known, email)
    expect(await outcome(known.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
  })

  test('its secret is in no row as it is, and no answer says it again', async () => {
    const { id, secret, browser } = await accounts.withApp()
    const [row] = await curtain.world.query('select secret from authenticators where user_id = $1', [id])
    expect(Buffer.from(String(row?.['secret'])).includes(Buffer.from(secret))).toBe(false)
    expect(await (await browser.request('GET', '/v1/me/protection')).text()).not.toContain(secret)
  })
})

describe('with a passkey', () => {
  let account: Awaited<ReturnType<Accounts['withPasskey']>>
  beforeAll(async () => {
    account = await accounts.withPasskey()
  })
  const optionsFor = async (browser: Browser) =>
    (await ask(browser, webAuthnOptions, 'POST', '/v1/sign-in/passkey/options')).options
  const show = (browser: Browser, response: object) => outcome(browser.post('/v1/sign-in/passkey', { response }))

  test('a password and the passkey lead in', async () => {
    const browser = await accounts.half(account.email)
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
    const browser = await accounts.half(account.email)
    const options = await optionsFor(browser)
    expect(await show(browser, account.authenticator.get(options, deceit))).toBe('second-factor-failed')
    expect(await show(browser, account.authenticator.get(options))).toBe('second-factor-failed')
    expect(await show(browser, account.authenticator.get(await optionsFor(browser)))).toBe('ok')
  })

  test('an answer counts once, in the session that was asked, for what it was asked', async () => {
    const [first, second] = [await accounts.half(account.email), await accounts.half(account.email)]
    const response = account.authenticator.get(await optionsFor(first))
    await optionsFor(second)
    expect(await show(second, response)).toBe('second-factor-failed')
    expect(await show(first, response)).toBe('ok')
    const third = await accounts.half(account.email)
    expect(await show(third, response)).toBe('second-factor-failed')
    const { options } = await ask(first, webAuthnOptions, 'POST', '/v1/me/confirmation/passkey-options')
    const confirming = account.authenticator.get(options)
    expect(await show(third, confirming)).toBe('second-factor-failed')
    expect(await outcome(first.post('/v1/me/confirmation', { response: confirming }))).toBe('ok')
    expect(await outcome(first.post('/v1/me/confirmation', { response: confirming }))).toBe('confirmation-failed')
  })

  test('a question is over after five minutes', async () => {
    const browser = await accounts.half(account.email)
    const response = account.authenticator.get(await optionsFor(browser))
    await curtain.world.query(`update sessions set challenge_expires_at = now() where challenge is not null`)
    expect(await show(browser, response)).toBe('second-factor-failed')
  })

  test('a counter that goes back is refused and on record: the passkey was copied', async () => {
    const browser = await accounts.half(account.email)
    expect(await show(browser, account.authenticator.get(await optionsFor(browser), { counter: 900 }))).toBe('ok')
    const copied = await accounts.half(account.email)
    expect(await show(copied, account.authenticator.get(await optionsFor(copied), { counter: 899 }))).toBe('second-factor-failed')
    expect(await isIn(copied)).toBe('not-signed-in')
    const events = await accounts.eventsOf(account.id)
    expect(events.map(([type]) => type)).toContain('passkey.suspect')
    expect(await show(copied, account.authenticator.get(await optionsFor(copied), { counter: 901 }))).toBe('ok')
  })

  test('another user’s passkey opens nothing here', async () => {
    const other = await accounts.withPasskey()
    const browser = await accounts.half(account.email)
    const options = await optionsFor(browser)
    const [theirs] = (await curtain.world.query('select credential_id from passkeys where user_id = $1', [other.id])).map((row) => String(row['credential_id']))
    const deceit = theirs === undefined ? {} : { credentialId: theirs }
    expect(await show(browser, other.authenticator.get(options, deceit))).toBe('second-factor-failed')
  })

  test('one is enrolled once, for this account, by an answer to its own question', async () => {
    const { browser, authenticator } = await accounts.withPasskey()
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
    const { id, email, browser } = await accounts.withApp()
    const { codes } = await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(new Set(codes).size).toBe(10)
    const use = async (code = '') => outcome((await accounts.half(email)).post('/v1/sign-in/recovery-code', { code }))
    expect(await signIn(accounts.newBrowser(), email)).toEqual({ next: 'second-factor', factors: ['authenticator', 'recovery-code'] })
    expect(await use(codes[0]?.toUpperCase().replaceAll('-', ' '))).toBe('ok')
    expect(await use(codes[0])).toBe('second-factor-failed')
    const [first, second] = [await accounts.half(email), await accounts.half(email)]
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
    const [kim, alex] = [await accounts.withApp(), await accounts.withApp()]
    const { codes } = await ask(kim.browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    await ask(alex.browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(await outcome((await accounts.half(alex.email)).post('/v1/sign-in/recovery-code', { code: codes[0] }))).toBe('second-factor-failed')
  })
})
