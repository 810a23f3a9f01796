import { admitted, ownIdentity, providerAnswer } from '@curtain/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOrganization } from '../../server/src/organizations/service.ts'
import type { ProviderBrowser } from '../support/provider-browser.ts'
import { type ProviderClinic, startProviderClinic, whoIs } from '../support/provider-clinic.ts'
import { Browser } from '../support/server.ts'
import { ask } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// Signing in by an organization's own OpenID Connect provider, which is a real one: who comes in by it, and who does not.
let clinic: ProviderClinic
let curtain: ProviderClinic['curtain']
let provider: ProviderClinic['provider']
let dana: ProviderClinic['dana']

beforeAll(async () => {
  clinic = await startProviderClinic()
  ;({ curtain, provider, dana } = clinic)
})
afterAll(() => clinic?.[Symbol.asyncDispose]())
beforeEach(() => clinic.begin())
afterEach(() => clinic.leave())

describe('the way in', () => {
  test('begins with a provider for the domain of an address, whoever has it', async () => {
    const ofAddress = async (email: string) => (await ask(new Browser(curtain.url), providerAnswer, 'POST', '/v1/sign-in/provider', { email })).provider
    const found = { id: clinic.settings.id, name: 'Harbor ID' }
    expect(await ofAddress('Dana@Harbor.example')).toEqual(found)
    expect(await ofAddress('nobody@harbor.example')).toEqual(found)
    expect(await ofAddress('dana@elsewhere.example')).toBeNull()
    expect(await ofAddress('dana@sub.harbor.example')).toBeNull()
  })

  test('waits for approval of whoever is new, and then leads to the page that was asked for', async () => {
    const person = clinic.somebody({ groups: ['doctors'] })
    await clinic.change({ roleClaim: 'groups', roleMappings: [{ value: 'doctors', roles: ['clinician'] }] })
    const browser = clinic.newBrowser()
    expect(await browser.signIn(clinic.settings.id)).toBe('/sign-in?refused=account-waiting')
    expect(await browser.signIn(clinic.settings.id)).toBe('/sign-in?refused=account-waiting')
    expect(await browser.curtain.refusal(browser.curtain.request('GET', '/v1/me'))).toBe('not-signed-in')

    const inLine = (await clinic.waiting()).filter(({ email }) => email === person.email)
    expect(inLine).toEqual([
      expect.objectContaining({ kind: 'identity-provider', name: person.name, from: 'Harbor ID', emailConfirmed: true, roles: ['clinician'] }),
    ])
    const made = await ask(dana, admitted, 'POST', `/v1/sign-ups/${inLine[0]?.id}/approve`, { roles: ['clinician', 'auditor'] })
    expect(made).toMatchObject({ link: null, user: { name: person.name, hasPassword: false } })
    expect(await browser.signIn(clinic.settings.id, '/settings')).toBe('/settings')
    expect(await whoIs(browser)).toMatchObject({ id: made.user.id, email: person.email, roles: ['clinician', 'auditor'] })
    expect((await clinic.auditOf('session.signed-in')).at(-1)).toMatchObject({ user_id: made.user.id, facts: { by: 'identity-provider' } })
  })

  test('does not begin again for whoever was refused', async () => {
    const person = clinic.somebody()
    const browser = clinic.newBrowser()
    await browser.signIn(clinic.settings.id)
    const signUp = (await clinic.waiting()).find(({ email }) => email === person.email)
    await dana.post(`/v1/sign-ups/${signUp?.id}/refuse`)
    expect(await browser.signIn(clinic.settings.id)).toBe('/sign-in?refused=account-waiting')
    expect((await clinic.waiting()).map(({ email }) => email)).not.toContain(person.email)
  })

  test('ends where the provider’s own session ends as well', async () => {
    await clinic.approved()
    const browser = clinic.newBrowser()
    await browser.signIn(clinic.settings.id)
    const { signOut } = await ask(browser.curtain, ownIdentity, 'GET', '/v1/me/identity')
    const url = new URL(signOut?.url ?? '')
    expect(url.origin).toBe(provider.issuer)
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'curtain', post_logout_redirect_uri: `${curtain.url}/sign-in` })
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(200)
  })

  test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '/v1/sign-out', '/today#x', 'today'])(
    'leads nowhere but to a page of ours: not to %s',
    async (next) => {
      const { curtain: browser } = clinic.newBrowser()
      expect(await browser.refusal(browser.post(`/v1/sign-in/provider/${clinic.settings.id}/start`, { next }))).toBe('invalid-input')
    },
  )
})

describe('nobody comes in', () => {
  const isRefused = async (browser: ProviderBrowser, url: URL, code: string) => {
    expect(await browser.comeBack(url)).toBe(`/sign-in?refused=${code}`)
    expect(await browser.curtain.refusal(browser.curtain.request('GET', '/v1/me'))).toBe('not-signed-in')
  }

  test('in whose browser the sign-in was not begun, though everything else is right (login CSRF)', async () => {
    await clinic.approved()
    const [attacker, victim] = [clinic.newBrowser(), clinic.newBrowser()]
    const url = await attacker.goThrough(await attacker.begin(clinic.settings.id))
    await isRefused(victim, url, 'identity-flow-invalid')
    // Not either where the victim has begun something of their own, which goes on to work.
    const own = await victim.goThrough(await victim.begin(clinic.settings.id))
    await isRefused(victim, url, 'identity-flow-invalid')
    expect(await victim.comeBack(own)).toBe('/today')
  })

  test('with a state that is another', async () => {
    await clinic.approved()
    const browser = clinic.newBrowser()
    const url = await browser.goThrough(await browser.begin(clinic.settings.id))
    const { state } = Object.fromEntries(url.searchParams)
    for (const other of ['', 'x', `${state}x`, state?.toUpperCase() ?? '']) {
      url.searchParams.set('state', other)
      await isRefused(browser, url, 'identity-flow-invalid')
    }
    url.searchParams.delete('state')
    await isRefused(browser, url, 'identity-flow-invalid')
    url.searchParams.set('state', state ?? '')
    expect(await browser.comeBack(url)).toBe('/today')
  })

  test('a second time by what was used, though the browser still has its cookie', async () => {
    await clinic.approved()
    const browser = clinic.newBrowser()
    const started = await browser.begin(clinic.settings.id)
    const cookies = new Map(browser.curtain.cookies)
    const url = await browser.goThrough(started)
    expect(await browser.comeBack(url)).toBe('/today')
    expect([...browser.curtain.cookies.keys()]).toEqual(expect.arrayContaining(['curtain-session']))
    expect(browser.curtain.cookies.has('curtain-identity-flow')).toBe(false)
    browser.curtain.cookies.clear()
    for (const [name, value] of cookies) browser.curtain.cookies.set(name, value)
    await isRefused(browser, url, 'identity-flow-invalid')
  })

  test('with the code of another sign-in (code injection)', async () => {
    await clinic.approved()
    const [attacker, victim] = [clinic.newBrowser(), clinic.newBrowser()]
    const theirs = await victim.goThrough(await victim.begin(clinic.settings.id))
    const url = await attacker.goThrough(await attacker.begin(clinic.settings.id))
    url.searchParams.set('code', theirs.searchParams.get('code') ?? '')
    await isRefused(attacker, url, 'identity-invalid')
  })

  test('too late', async () => {
    await clinic.approved()
    const browser = clinic.newBrowser()
    const url = await browser.goThrough(await browser.begin(clinic.settings.id))
    await curtain.world.query(`update identity_flows set expires_at = now() where used_at is null`)
    await isRefused(browser, url, 'identity-flow-invalid')
  })

  test('who turns away at the provider', async () => {
    provider.atKeyboard(null)
    const browser = clinic.newBrowser()
    await isRefused(browser, await browser.goThrough(await browser.begin(clinic.settings.id)), 'identity-refused')
  })

  test.each([
    ['identity-email-unverified', { email_verified: false }],
    ['identity-email-foreign', { email: 'kim@elsewhere.example' }],
    ['account-exists', { email: owner.email }],
  ])('of whom the provider says what brings %s', async (code, other) => {
    clinic.somebody(other)
    const browser = clinic.newBrowser()
    const before = await clinic.waiting()
    await isRefused(browser, await browser.goThrough(await browser.begin(clinic.settings.id)), code)
    expect(await clinic.waiting()).toEqual(before)
    expect((await clinic.auditOf('identity.refused')).at(-1)).toMatchObject({ outcome: 'denied', target: clinic.settings.id, facts: { reason: code } })
  })

  test('to an account of another organization with the same address', async () => {
    const email = 'eve@harbor.example'
    await createOrganization(curtain.server.parts, { organizationName: 'Elsewhere', name: 'Eve', email, password: null }, new Date())
    clinic.somebody({ email })
    expect(await clinic.newBrowser().signIn(clinic.settings.id)).toBe('/sign-in?refused=account-exists')
  })

  test('who is suspended, and that stands in their login log', async () => {
    await clinic.approved()
    const browser = clinic.newBrowser()
    await browser.signIn(clinic.settings.id)
    const { id } = await whoIs(browser)
    await dana.request('PATCH', `/v1/users/${id}`, { suspended: true })
    expect(await browser.signIn(clinic.settings.id)).toBe('/sign-in?refused=sign-in-suspended')
    const lines = await curtain.world.query('select outcome, way from sign_ins where user_id = $1 order by id', [id])
    expect(lines.at(-1)).toEqual({ outcome: 'suspended', way: 'identity-provider' })
  })

  test('by a provider that was removed, or whose addresses are another’s by now', async () => {
    await clinic.approved()
    const browser = clinic.newBrowser()
    const url = await browser.goThrough(await browser.begin(clinic.settings.id))
    await clinic.change({ domains: ['harbor-labs.example'] })
    await isRefused(browser, url, 'identity-email-foreign')
    const again = await browser.goThrough(await browser.begin(clinic.settings.id))
    await dana.request('DELETE', `/v1/identity-providers/${clinic.settings.id}`)
    await isRefused(browser, again, 'identity-provider-gone')
    const start = browser.curtain.post(`/v1/sign-in/provider/${clinic.settings.id}/start`)
    expect(await browser.curtain.refusal(start)).toBe('identity-provider-gone')
  })
})
