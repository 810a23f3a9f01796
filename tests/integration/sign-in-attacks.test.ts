import { randomBytes } from 'node:crypto'
import { problem, recoveryCodes, signInStep } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Accounts, type Elsewhere, sessionCookie, signIn, startAccounts } from '../support/accounts.ts'
import { call, describedOperations, unknownSubject } from '../support/operations.ts'
import type { Browser } from '../support/server.ts'
import { ask, codeOf, enrolAuthenticator, isIn, outcome, password } from '../support/sign-in.ts'

// What must not get around a step of the way in: half a session, another's cookie, guessing, and floods.

let accounts: Accounts
let curtain: Accounts['curtain']
let dana: Elsewhere

beforeAll(async () => {
  accounts = await startAccounts()
  ;({ curtain, dana } = accounts)
  await accounts.setUp()
})
afterAll(() => accounts?.[Symbol.asyncDispose]())

describe('a session that is not whole', () => {
  let second: Elsewhere
  let first: Elsewhere

  beforeAll(async () => {
    first = (await accounts.invited()).browser
    second = await accounts.half((await accounts.withApp()).email)
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
    const { email, secret } = await accounts.withApp()
    const browser = await accounts.half(email)
    const earlier = browser.token ?? ''
    await browser.post('/v1/sign-out')
    browser.token = earlier
    expect(await outcome(browser.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('not-signed-in')
    const late = await accounts.half(email)
    await curtain.world.query(`update sessions set expires_at = expires_at - interval '10 minutes' where stage = 'second-factor'`)
    expect(await outcome(late.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('not-signed-in')
  })

  test('ends when its account is suspended', async () => {
    const [first, factor] = [await accounts.invited(), await accounts.withApp()]
    const browser = await accounts.half(factor.email)
    for (const id of [first.id, factor.id]) await dana.request('PATCH', `/v1/users/${id}`, { suspended: true })
    for (const one of [first.browser, browser, factor.browser]) {
      expect(await outcome(one.request('GET', '/v1/sign-in'))).toBe('not-signed-in')
    }
  })

  test('is asked for a factor that was set up in another browser meanwhile', async () => {
    const { email, browser } = await accounts.withPassword()
    const stranger = accounts.newBrowser()
    expect((await signIn(stranger, email)).next).toBe('set-up')
    await enrolAuthenticator(browser)
    expect(await outcome(stranger.post('/v1/me/authenticator'))).toBe('not-signed-in')
    expect(await ask(stranger, signInStep, 'GET', '/v1/sign-in')).toEqual({ next: 'second-factor', factors: ['authenticator'] })
    expect(await isIn(stranger)).toBe('not-signed-in')
  })
})

test('every stage has another cookie, and the one before it is worth nothing', async () => {
  const { email, secret } = await accounts.withApp()
  const browser = accounts.newBrowser()
  const fixed = randomBytes(32).toString('base64url')
  browser.token = fixed
  const tokens = [fixed]
  await signIn(browser, email)
  tokens.push(browser.token ?? '')
  await browser.post('/v1/sign-in/code', { code: codeOf(secret) })
  tokens.push(browser.token ?? '')
  expect(new Set(tokens).size).toBe(3)
  for (const [index, token] of tokens.entries()) {
    const other = accounts.newBrowser()
    other.token = token
    expect(await isIn(other)).toBe(index === 2 ? 'ok' : 'not-signed-in')
    expect(await outcome(other.request('GET', '/v1/sign-in'))).toBe(index === 2 ? 'ok' : 'not-signed-in')
  }
})

test('another site cannot take a step with somebody’s cookie', async () => {
  const { email, secret, browser } = await accounts.withApp()
  const partly = await accounts.half(email)
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
    const { email, secret } = await accounts.withApp()
    const browser = accounts.newBrowser()
    for (let i = 0; i < 5; i++) {
      await signIn(browser, email)
      expect(await outcome(browser.post('/v1/sign-in/code', { code: '000000' }))).toBe('second-factor-failed')
    }
    await signIn(browser, email)
    expect(await outcome(browser.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    expect(await outcome((await accounts.half(email)).post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
  })

  test('twenty from many addresses stop codes for all but where its user came from before, and leave the other ways', async () => {
    const { id, email, secret, browser } = await accounts.withApp()
    const { codes } = await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    const known = await accounts.half(email)
    await known.post('/v1/sign-in/code', { code: codeOf(secret) })
    await accounts.freshCodes(id)
    const guesser = await accounts.half(email)
    for (let i = 0; i < 20; i++) {
      guesser.address = `192.0.2.${i}`
      await guesser.post('/v1/sign-in/code', { code: '000000' })
    }
    const stranger = await accounts.half(email)
    expect(await outcome(stranger.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    expect(await outcome(stranger.post('/v1/sign-in/recovery-code', { code: codes[0] }))).toBe('ok')
    await signIn(known, email)
    expect(await outcome(known.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('ok')
  })

  test('codes that are shown to confirm count together with those of the way in', async () => {
    const { browser, secret, email } = await accounts.withApp()
    for (let i = 0; i < 5; i++) expect(await outcome(browser.post('/v1/me/confirmation', { code: '000000' }))).toBe('confirmation-failed')
    expect(await outcome(browser.post('/v1/me/confirmation', { code: codeOf(secret) }))).toBe('sign-in-throttled')
    await signIn(browser, email)
    expect(await outcome(browser.post('/v1/sign-in/code', { code: codeOf(secret) }))).toBe('sign-in-throttled')
  })

  test('eight wrong passwords stop an address, to sign in and to confirm alike, and the account knows', async () => {
    const { id, browser, email } = await accounts.withApp()
    for (let i = 0; i < 8; i++) expect(await outcome(browser.post('/v1/me/confirmation', { password: 'not this one' }))).toBe('confirmation-failed')
    expect(await outcome(browser.post('/v1/me/confirmation', { password }))).toBe('sign-in-throttled')
    expect(await outcome(browser.post('/v1/sign-in', { email, password }))).toBe('sign-in-throttled')
    expect((await signIn(accounts.newBrowser(), email)).next).toBe('second-factor')
    expect(await accounts.eventsOf(id)).toContainEqual(['session.sign-in-failed', { reason: 'throttled' }])
  })

  test('recovery codes stop after eight at an address', async () => {
    const { email, browser: own } = await accounts.withApp()
    const { codes } = await ask(own, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    const browser = await accounts.half(email)
    for (let i = 0; i < 8; i++) await browser.post('/v1/sign-in/recovery-code', { code: '00000-00000-00000-00000' })
    expect(await outcome(browser.post('/v1/sign-in/recovery-code', { code: codes[0] }))).toBe('sign-in-throttled')
  })
})

test('a wrong password is answered alike for every kind of account, and for none', async () => {
  const [bare, app, passkey, link] = [await accounts.withPassword(), await accounts.withApp(), await accounts.withPasskey(), await accounts.invited()]
  const suspended = await accounts.withApp()
  await dana.request('PATCH', `/v1/users/${suspended.id}`, { suspended: true })
  const emails = [bare.email, app.email, passkey.email, link.email, suspended.email, 'nobody@harbor.example']
  const answers = await Promise.all(
    emails.map(async (email) => {
      const browser = accounts.newBrowser()
      const response = await browser.post('/v1/sign-in', { email, password: 'not this one' })
      const { reference: _, ...said } = problem.parse(await response.json())
      const headers = Object.fromEntries([...response.headers].filter(([name]) => !['date', 'content-length', 'set-cookie'].includes(name)))
      return { status: response.status, said, headers, token: browser.token }
    }),
  )
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0]).toMatchObject({ status: 401, said: { code: 'sign-in-failed' }, token: undefined })
  expect(await outcome(accounts.newBrowser().post('/v1/sign-in', { email: suspended.email, password }))).toBe('sign-in-failed')
})

test('addresses that look like somebody’s are nobody’s', async () => {
  const { email } = await accounts.withApp()
  const lookalikes = [email.replace('i', '\u0456'), email.replace('k', '\u212a'), email.replace('m', '\uff4d'), email.replace('-', '\u2010')]
  for (const one of lookalikes) {
    expect(await outcome(accounts.newBrowser().post('/v1/sign-in', { email: one, password }))).toBe('invalid-input')
    expect(await outcome(dana.post('/v1/users', { name: 'Kim Roe', email: one, roles: ['clinician'] }))).toBe('invalid-input')
  }
  expect((await signIn(accounts.newBrowser(), email.toUpperCase())).next).toBe('second-factor')
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
    const { browser } = await accounts.withApp()
    const many = [...Array.from({ length: 50 }, () => `${sessionCookie}=${randomBytes(32).toString('base64url')}`), `${sessionCookie}=${browser.token}`]
    const response = await fetch(`${curtain.directUrl}/v1/me`, { headers: { cookie: many.join('; ') } })
    expect([200, 401]).toContain(response.status)
  })
})
