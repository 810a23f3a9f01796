import { me, protection, recoveryCodes, signInStep } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../server/src/users/passwords.ts'
import { type Accounts, type Elsewhere, signIn, startAccounts } from '../support/accounts.ts'
import { unknownSubject } from '../support/operations.ts'
import type { Browser } from '../support/server.ts'
import { ask, codeOf, enrolAuthenticator, isIn, outcome, password } from '../support/sign-in.ts'

// How what protects an account is changed, by whom, and what is taken for a password.

let accounts: Accounts
let curtain: Accounts['curtain']
let dana: Elsewhere

beforeAll(async () => {
  accounts = await startAccounts()
  ;({ curtain, dana } = accounts)
  await accounts.setUp()
})
afterAll(() => accounts?.[Symbol.asyncDispose]())

describe('what protects an account', () => {
  test('changes only after a confirmation of the last five minutes, by any way that the account has', async () => {
    const { id, browser, secret } = await accounts.withApp()
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
    const { browser } = await accounts.withPasskey()
    const { passkeys } = await ask(browser, protection, 'GET', '/v1/me/protection')
    const remove = () => outcome(browser.request('DELETE', `/v1/me/passkeys/${passkeys[0]?.id}`))
    expect(await remove()).toBe('factor-needed')
    await enrolAuthenticator(browser)
    const both = await Promise.all([remove(), outcome(browser.request('DELETE', '/v1/me/authenticator'))])
    expect(both.toSorted()).toEqual(['factor-needed', 'ok'])
  })

  test('a passkey is called something else by its user alone', async () => {
    const [kim, alex] = [await accounts.withPasskey(), await accounts.withPasskey()]
    const { passkeys } = await ask(kim.browser, protection, 'GET', '/v1/me/protection')
    const path = `/v1/me/passkeys/${passkeys[0]?.id}`
    expect(await ask(kim.browser, protection, 'PATCH', path, { name: 'Blue key' })).toMatchObject({ passkeys: [{ name: 'Blue key' }] })
    expect(await outcome(alex.browser.request('PATCH', path, { name: 'Mine' }))).toBe('not-found')
    expect(await outcome(alex.browser.request('DELETE', path))).toBe('not-found')
  })

  test('an owner takes factors off somebody who lost them: their sessions end, and they set one up again', async () => {
    const { id, email, browser } = await accounts.withApp()
    await ask(browser, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    expect(await outcome(browser.request('DELETE', `/v1/users/${id}/protection`))).toBe('forbidden')
    expect(await outcome(dana.request('DELETE', `/v1/users/${id}/protection`))).toBe('ok')
    expect(await isIn(browser)).toBe('not-signed-in')
    const again = accounts.newBrowser()
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
    const { email, secret, browser } = await accounts.withApp()
    const other = await accounts.half(email)
    await other.post('/v1/sign-in/code', { code: codeOf(secret) })
    const partly = await accounts.half(email)
    expect(await set(browser, undefined, others[0])).toBe('password-wrong')
    expect(await set(browser, 'not this one', others[0])).toBe('password-wrong')
    expect(await set(browser, password, others[0])).toBe('ok')
    expect(await isIn(browser)).toBe('ok')
    expect(await isIn(other)).toBe('not-signed-in')
    expect(await outcome(partly.request('GET', '/v1/sign-in'))).toBe('not-signed-in')
    expect(await outcome(accounts.newBrowser().post('/v1/sign-in', { email, password }))).toBe('sign-in-failed')
    expect((await signIn(accounts.newBrowser(), email, others[0])).next).toBe('second-factor')
  })

  test('that are easy to guess, about oneself, too short, or one of the last five are refused', async () => {
    const { id, email, browser } = await accounts.withApp()
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
    const { id, email, secret } = await accounts.withApp()
    await curtain.world.query('update organizations set password_max_age_days = 90')
    await curtain.world.query(`update users set password_changed_at = now() - interval '91 days' where id = $1`, [id])
    const browser = await accounts.half(email)
    const step = await ask(browser, signInStep, 'POST', '/v1/sign-in/code', { code: codeOf(secret) })
    expect(step).toMatchObject({ next: 'set-up', missing: ['new-password'] })
    expect(await outcome(browser.post('/v1/me/authenticator'))).toBe('not-signed-in')
    expect(await set(browser, undefined, others[1])).toBe('password-wrong')
    expect(await set(browser, password, others[1])).toBe('ok')
    expect(await isIn(browser)).toBe('ok')
    await curtain.world.query('update organizations set password_max_age_days = null')
  })

  test('kept under an earlier hash are hashed anew when they are next seen', async () => {
    const { id, email } = await accounts.withApp()
    await curtain.world.query('update users set password_hash = $2 where id = $1', [id, earlierHash])
    await accounts.half(email)
    const [row] = await curtain.world.query('select password_hash from users where id = $1', [id])
    expect(row?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=65536,t=5,p=1\$/)
    await accounts.half(email)
  })

  test('of a megabyte are refused before anything is done with them', async () => {
    const { email, browser } = await accounts.withApp()
    const huge = 'a'.repeat(1024 * 1024)
    expect(await outcome(accounts.newBrowser().post('/v1/sign-in', { email, password: huge }))).toBe('body-too-large')
    expect(await outcome(accounts.newBrowser().post('/v1/sign-in', { email, password: 'a'.repeat(257) }))).toBe('invalid-input')
    expect(await set(browser, password, huge)).toBe('body-too-large')
    expect(await set(browser, password, 'a'.repeat(257))).toBe('invalid-input')
  })
})
