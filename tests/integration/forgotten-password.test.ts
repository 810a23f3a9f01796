import { protectionChanged, type SignInStep, signInLinkResult, signInStep, type UserId, userCreated, userLink } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { RemoteBrowser, startProxiedServer } from '../support/remote-browser.ts'
import { ask, codeOf, enrolAuthenticator, isIn, outcome, password, passwordHash, setUpRelaxed, stayConfirmed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// The way back in for whoever forgot their password, with a real mail server. Each test has an account of its own, and each
// browser comes from somewhere else, so that none meets what another was counted for.
const another = 'seven lanterns over quiet water'

let mail: MailServer
let curtain: Awaited<ReturnType<typeof startProxiedServer>>
let dana: RemoteBrowser
let places = 0
let made = 0

beforeAll(async () => {
  mail = await startMailServer()
  curtain = await startProxiedServer({ environment: mail.environment })
  dana = elsewhere()
  await setUpRelaxed(dana, { secret: new URL(curtain.server.setupUrl ?? '').hash.slice(1), ...owner })
  await stayConfirmed(dana, curtain.server.parts)
})
afterAll(async () => {
  await curtain?.[Symbol.asyncDispose]()
  await mail?.[Symbol.asyncDispose]()
})

const elsewhere = () => new RemoteBrowser(curtain.directUrl, `10.9.${++places}.1`)

interface Account {
  id: UserId
  email: string
}

/** Somebody with a password. */
async function account(): Promise<Account> {
  const email = `kim-${++made}@harbor.example`
  const { user } = await ask(dana, userCreated, 'POST', '/v1/users', { name: 'Kim Roe', email, roles: ['clinician'] })
  await curtain.world.query('update users set password_hash = $2, password_changed_at = now() where id = $1', [user.id, passwordHash])
  return { id: user.id, email }
}

const signIn = (browser: RemoteBrowser, email: string, typed = password) => browser.post('/v1/sign-in', { email, password: typed })
const forget = (email: string, browser = elsewhere()) => browser.post('/v1/sign-in/forgotten', { email })

/** How many links to a new password were ever made for an account. */
const linksOf = async ({ id }: Account) =>
  (await curtain.world.query(`select id from sign_in_links where user_id = $1 and opens = 'new-password'`, [id])).length

/** The next mail to somebody that is about this; others are about signing in, which other tests look at. */
async function mailTo({ email }: Account, about: string): Promise<string> {
  for (;;) {
    const { to, subject, text } = await mail.next()
    if (to.includes(email) && subject.includes(about)) return text
  }
}

/** The secret of the link that somebody was mailed. */
async function mailedLink(who: Account): Promise<string> {
  const text = await mailTo(who, 'A new password')
  return /^https:\/\/visits\.example\.org\/welcome#(\S+)$/m.exec(text)?.[1] ?? ''
}

const open = (browser: RemoteBrowser, secret: string) => browser.post('/v1/sign-in-links/exchange', { secret })
const opened = async (browser: RemoteBrowser, secret: string): Promise<SignInStep> =>
  (await ask(browser, signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret })).step
const choose = (browser: RemoteBrowser, wanted = another) => browser.request('PUT', '/v1/me/password', { password: wanted })

test('a mailed link leads to a new password without the present one; every other session is over with it', async () => {
  const kim = await account()
  const before = elsewhere()
  expect(await outcome(signIn(before, kim.email))).toBe('ok')
  expect((await forget(kim.email)).status).toBe(204)
  const secret = await mailedLink(kim)

  const browser = elsewhere()
  expect(await opened(browser, secret)).toMatchObject({ next: 'set-up', missing: ['forgotten-password'], user: { email: kim.email } })
  expect(await isIn(browser)).toBe('not-signed-in')
  expect(await outcome(browser.post('/v1/me/authenticator'))).toBe('not-signed-in')
  // Until there is a new one, nothing has changed.
  expect(await isIn(before)).toBe('ok')
  expect(await outcome(choose(browser, password))).toBe('password-reused')
  expect(await outcome(choose(browser, 'harborclinic'))).toBe('password-weak')
  const { step } = await ask(browser, protectionChanged, 'PUT', '/v1/me/password', { password: another })
  expect(step).toMatchObject({ next: 'none', user: { email: kim.email } })
  expect(await isIn(browser)).toBe('ok')
  expect(await isIn(before)).toBe('not-signed-in')
  expect(await outcome(signIn(elsewhere(), kim.email))).toBe('sign-in-failed')
  expect(await outcome(signIn(elsewhere(), kim.email, another))).toBe('ok')
  expect(await mailTo(kim, 'password changed')).toContain('/sign-in')

  // From here on it is a session like any other: the present password is asked for.
  expect(await outcome(choose(browser, 'four other words here'))).toBe('password-wrong')
  expect(await outcome(open(elsewhere(), secret))).toBe('sign-in-link-invalid')
  const events = await curtain.world.query(`select user_id, facts from audit_events where type = 'user.password-forgotten' and target = $1`, [kim.id])
  expect(events).toEqual([{ user_id: null, facts: {} }])
})

test('a second factor that the account has comes first, and nothing gets around it', async () => {
  const kim = await account()
  const browser = elsewhere()
  await ask(browser, signInStep, 'POST', '/v1/sign-in', { email: kim.email, password })
  const { secret: app } = await enrolAuthenticator(browser)
  await curtain.world.query('update authenticators set last_step = null where user_id = $1', [kim.id])
  await forget(kim.email)
  const forgetful = elsewhere()
  expect(await opened(forgetful, await mailedLink(kim))).toEqual({ next: 'second-factor', factors: ['authenticator'] })
  expect(await outcome(choose(forgetful))).toBe('not-signed-in')
  expect(await outcome(forgetful.post('/v1/sign-in/code', { code: '000000' }))).toBe('second-factor-failed')
  const step = await ask(forgetful, signInStep, 'POST', '/v1/sign-in/code', { code: codeOf(app) })
  expect(step).toMatchObject({ next: 'set-up', missing: ['forgotten-password'] })
  expect(await isIn(forgetful)).toBe('not-signed-in')
  expect(await outcome(choose(forgetful))).toBe('ok')
  expect(await isIn(forgetful)).toBe('ok')
  expect(await isIn(browser)).toBe('not-signed-in')
})

describe('a link', () => {
  test('works once, also in two browsers at once', async () => {
    const kim = await account()
    await forget(kim.email)
    const secret = await mailedLink(kim)
    const answers = await Promise.all([outcome(open(elsewhere(), secret)), outcome(open(elsewhere(), secret))])
    expect(answers.toSorted()).toEqual(['ok', 'sign-in-link-invalid'])
  })

  test('stops working after 30 minutes, for the next one, and for a password that was set meanwhile', async () => {
    const kim = await account()
    await forget(kim.email)
    const first = await mailedLink(kim)
    const [row] = await curtain.world.query(
      `select round(extract(epoch from expires_at - now()) / 60)::int as minutes from sign_in_links where user_id = $1 and opens = 'new-password'`, [kim.id],
    )
    expect(row).toEqual({ minutes: 30 })
    await curtain.world.query(`update sign_in_links set expires_at = expires_at - interval '30 minutes' where user_id = $1`, [kim.id])
    expect(await outcome(open(elsewhere(), first))).toBe('sign-in-link-invalid')

    await forget(kim.email)
    const second = await mailedLink(kim)
    await forget(kim.email)
    const third = await mailedLink(kim)
    expect(await outcome(open(elsewhere(), second))).toBe('sign-in-link-invalid')

    const remembering = elsewhere()
    await signIn(remembering, kim.email)
    const changed = remembering.request('PUT', '/v1/me/password', { current: password, password: another })
    expect(await outcome(changed)).toBe('ok')
    expect(await outcome(open(elsewhere(), third))).toBe('sign-in-link-invalid')
  })

  test('does nothing for an account that is suspended before or after it is opened', async () => {
    const [kim, sky] = [await account(), await account()]
    await forget(kim.email)
    const unopened = await mailedLink(kim)
    await forget(sky.email)
    const browser = elsewhere()
    await opened(browser, await mailedLink(sky))
    for (const { id } of [kim, sky]) expect(await outcome(dana.request('PATCH', `/v1/users/${id}`, { suspended: true }))).toBe('ok')
    expect(await outcome(open(elsewhere(), unopened))).toBe('sign-in-link-invalid')
    expect(await outcome(choose(browser))).toBe('not-signed-in')
  })
})

describe('who asks is told nothing', () => {
  test('an account that is suspended, has no password or signs in with a provider, and an address of nobody are answered alike and mailed nothing', async () => {
    const [suspended, bare, provided] = [await account(), await account(), await account()]
    await curtain.world.query('update users set suspended_at = now() where id = $1', [suspended.id])
    await curtain.world.query('update users set password_hash = null, password_changed_at = null where id = $1', [bare.id])
    await linkWithProvider(provided)
    const answers = await Promise.all(
      [suspended.email, bare.email, provided.email, 'nobody@harbor.example', (await account()).email].map(async (email) => {
        const answer = await forget(email)
        const varying = ['date', 'x-request-id', 'set-cookie']
        return [answer.status, await answer.text(), [...answer.headers.keys()].filter((name) => !varying.includes(name))]
      }),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]?.[0]).toBe(204)
    for (const who of [suspended, bare, provided]) expect(await linksOf(who)).toBe(0)
  })

  test('after a handful an hour nothing more is mailed, from wherever it is asked', async () => {
    const kim = await account()
    const browser = elsewhere()
    const seven = Array.from({ length: 7 }, () => browser)
    const ask7 = (from: () => RemoteBrowser) => Promise.all(seven.map(async () => (await forget(kim.email, from())).status))
    expect(new Set(await ask7(() => browser))).toEqual(new Set([204]))
    expect(await linksOf(kim)).toBe(5)
    expect(new Set(await ask7(elsewhere))).toEqual(new Set([204]))
    expect(await linksOf(kim)).toBe(10)
    const works = await curtain.world.query('select id from sign_in_links where user_id = $1 and expires_at > now()', [kim.id])
    expect(works).toHaveLength(1)
  })
})

/** Has somebody sign in with the organization's own provider from now on. */
async function linkWithProvider({ id }: Account): Promise<void> {
  await curtain.world.query(
    `insert into identity_providers
       (id, organization_id, name, issuer, client_id, client_secret, role_mappings, new_accounts, trusts_second_factor, created_at)
     select 'idp_01JZ0000000000000000000000', organization_id, 'Harbor ID', 'https://id.harbor.example', 'curtain', 'x', '[]', 'wait', false, now()
     from users where id = $1`,
    [id],
  )
  await curtain.world.query(
    `insert into identities (provider_id, subject_hash, organization_id, user_id, linked_at)
     select 'idp_01JZ0000000000000000000000', 'x', organization_id, id, now() from users where id = $1`,
    [id],
  )
}

test('an owner has a link mailed to somebody’s own address, and gets to see it nowhere', async () => {
  const kim = await account()
  const answer = await ask(dana, userLink, 'POST', `/v1/users/${kim.id}/sign-in-links`)
  expect(answer).toEqual({ url: null, expiresAt: expect.any(String) })
  const browser = elsewhere()
  expect(await opened(browser, await mailedLink(kim))).toMatchObject({ next: 'set-up', missing: ['forgotten-password'] })
  expect(await outcome(choose(browser))).toBe('ok')
  const events = await curtain.world.query(`select user_id from audit_events where type = 'user.link-created' and target = $1`, [kim.id])
  expect(events.at(-1)?.['user_id']).toMatch(/^usr_/)

  await curtain.world.query(`update users set suspended_at = now() where id = $1`, [kim.id])
  expect(await outcome(dana.post(`/v1/users/${kim.id}/sign-in-links`))).toBe('account-suspended')
})
