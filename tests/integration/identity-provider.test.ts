import {
  admitted,
  identityProvider,
  identityProviderList,
  me,
  ownIdentity,
  providerAnswer,
  redirection,
  securitySettings,
  signInStep,
  signUpList,
  type IdentityProvider as Settings,
  type OrganizationId,
  type Role,
} from '@curtain/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOrganization } from '../../server/src/organizations/service.ts'
import { curtainClient, startIdentityProvider, type IdentityProvider, type ProviderPerson } from '../support/identity-provider.ts'
import { addStaff } from '../support/staff-and-subjects.ts'
import { ProviderBrowser } from '../support/provider-browser.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import { ask } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// Signing in by an organization's own OpenID Connect provider, which is a real one.
const plenty = { burst: 100_000, perMinute: 100_000 }

let curtain: TestServer
let provider: IdentityProvider
let dana: Browser
let organizationId: OrganizationId
let settings: Settings
let people = 0

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty } })
  const { browser, signedIn } = await signInOwner(curtain)
  dana = browser
  organizationId = signedIn.organization.id
  provider = await startIdentityProvider(curtain.url)
})
afterAll(async () => {
  await provider[Symbol.asyncDispose]()
  await curtain[Symbol.asyncDispose]()
})
beforeEach(async () => {
  settings = await takeUp({})
})
afterEach(async () => {
  await dana.request('DELETE', `/v1/identity-providers/${settings.id}`)
})

const input = () => ({ name: 'Harbor ID', issuer: provider.issuer, ...curtainClient, domains: ['harbor.example'] })
const takeUp = (other: object) => ask(dana, identityProvider, 'POST', '/v1/identity-providers', { ...input(), ...other })
const change = (other: object) => ask(dana, identityProvider, 'PATCH', `/v1/identity-providers/${settings.id}`, other)
const newBrowser = () => new ProviderBrowser(new Browser(curtain.url))
const waiting = async () => (await ask(dana, signUpList, 'GET', '/v1/sign-ups')).signUps

/** Somebody new at the provider, and at the keyboard. */
function somebody(other: Partial<ProviderPerson> = {}): ProviderPerson {
  people++
  const person = { sub: `person ${people}`, email: `kim.${people}@harbor.example`, email_verified: true, name: `Kim Roe ${people}`, ...other }
  provider.knows(person)
  provider.atKeyboard(person.sub)
  return person
}

/** Somebody whose account an owner has approved. */
async function approved(roles: Role[] = ['scheduler'], other: Partial<ProviderPerson> = {}): Promise<ProviderPerson> {
  const person = somebody(other)
  await newBrowser().signIn(settings.id)
  const signUp = (await waiting()).find(({ email }) => email === person.email)
  await ask(dana, admitted, 'POST', `/v1/sign-ups/${signUp?.id}/approve`, { roles })
  return person
}

const whoIs = async ({ curtain: browser }: ProviderBrowser) => (await ask(browser, me, 'GET', '/v1/me')).user
const auditOf = (type: string) => curtain.world.query('select outcome, user_id, target, facts from audit_events where type = $1 order by id', [type])

describe('the way in', () => {
  test('begins with a provider for the domain of an address, whoever has it', async () => {
    const ofAddress = async (email: string) => (await ask(new Browser(curtain.url), providerAnswer, 'POST', '/v1/sign-in/provider', { email })).provider
    const found = { id: settings.id, name: 'Harbor ID' }
    expect(await ofAddress('Dana@Harbor.example')).toEqual(found)
    expect(await ofAddress('nobody@harbor.example')).toEqual(found)
    expect(await ofAddress('dana@elsewhere.example')).toBeNull()
    expect(await ofAddress('dana@sub.harbor.example')).toBeNull()
  })

  test('waits for approval of whoever is new, and then leads to the page that was asked for', async () => {
    const person = somebody({ groups: ['doctors'] })
    await change({ roleClaim: 'groups', roleMappings: [{ value: 'doctors', roles: ['clinician'] }] })
    const browser = newBrowser()
    expect(await browser.signIn(settings.id)).toBe('/sign-in?refused=account-waiting')
    expect(await browser.signIn(settings.id)).toBe('/sign-in?refused=account-waiting')
    expect(await browser.curtain.refusal(browser.curtain.request('GET', '/v1/me'))).toBe('not-signed-in')

    const inLine = (await waiting()).filter(({ email }) => email === person.email)
    expect(inLine).toEqual([
      expect.objectContaining({ kind: 'identity-provider', name: person.name, from: 'Harbor ID', emailConfirmed: true, roles: ['clinician'] }),
    ])
    const made = await ask(dana, admitted, 'POST', `/v1/sign-ups/${inLine[0]?.id}/approve`, { roles: ['clinician', 'auditor'] })
    expect(made).toMatchObject({ link: null, user: { name: person.name, hasPassword: false } })
    expect(await browser.signIn(settings.id, '/settings')).toBe('/settings')
    expect(await whoIs(browser)).toMatchObject({ id: made.user.id, email: person.email, roles: ['clinician', 'auditor'] })
    expect((await auditOf('session.signed-in')).at(-1)).toMatchObject({ user_id: made.user.id, facts: { by: 'identity-provider' } })
  })

  test('does not begin again for whoever was refused', async () => {
    const person = somebody()
    const browser = newBrowser()
    await browser.signIn(settings.id)
    const signUp = (await waiting()).find(({ email }) => email === person.email)
    await dana.post(`/v1/sign-ups/${signUp?.id}/refuse`)
    expect(await browser.signIn(settings.id)).toBe('/sign-in?refused=account-waiting')
    expect((await waiting()).map(({ email }) => email)).not.toContain(person.email)
  })

  test('ends where the provider’s own session ends as well', async () => {
    await approved()
    const browser = newBrowser()
    await browser.signIn(settings.id)
    const { signOut } = await ask(browser.curtain, ownIdentity, 'GET', '/v1/me/identity')
    const url = new URL(signOut?.url ?? '')
    expect(url.origin).toBe(provider.issuer)
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'curtain', post_logout_redirect_uri: `${curtain.url}/sign-in` })
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(200)
  })

  test.each(['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '/v1/sign-out', '/today#x', 'today'])(
    'leads nowhere but to a page of ours: not to %s',
    async (next) => {
      const { curtain: browser } = newBrowser()
      expect(await browser.refusal(browser.post(`/v1/sign-in/provider/${settings.id}/start`, { next }))).toBe('invalid-input')
    },
  )
})

describe('nobody comes in', () => {
  const isRefused = async (browser: ProviderBrowser, url: URL, code: string) => {
    expect(await browser.comeBack(url)).toBe(`/sign-in?refused=${code}`)
    expect(await browser.curtain.refusal(browser.curtain.request('GET', '/v1/me'))).toBe('not-signed-in')
  }

  test('in whose browser the sign-in was not begun, though everything else is right (login CSRF)', async () => {
    await approved()
    const [attacker, victim] = [newBrowser(), newBrowser()]
    const url = await attacker.goThrough(await attacker.begin(settings.id))
    await isRefused(victim, url, 'identity-flow-invalid')
    // Not either where the victim has begun something of their own, which goes on to work.
    const own = await victim.goThrough(await victim.begin(settings.id))
    await isRefused(victim, url, 'identity-flow-invalid')
    expect(await victim.comeBack(own)).toBe('/today')
  })

  test('with a state that is another', async () => {
    await approved()
    const browser = newBrowser()
    const url = await browser.goThrough(await browser.begin(settings.id))
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
    await approved()
    const browser = newBrowser()
    const started = await browser.begin(settings.id)
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
    await approved()
    const [attacker, victim] = [newBrowser(), newBrowser()]
    const theirs = await victim.goThrough(await victim.begin(settings.id))
    const url = await attacker.goThrough(await attacker.begin(settings.id))
    url.searchParams.set('code', theirs.searchParams.get('code') ?? '')
    await isRefused(attacker, url, 'identity-invalid')
  })

  test('too late', async () => {
    await approved()
    const browser = newBrowser()
    const url = await browser.goThrough(await browser.begin(settings.id))
    await curtain.world.query(`update identity_flows set expires_at = now() where used_at is null`)
    await isRefused(browser, url, 'identity-flow-invalid')
  })

  test('who turns away at the provider', async () => {
    provider.atKeyboard(null)
    const browser = newBrowser()
    await isRefused(browser, await browser.goThrough(await browser.begin(settings.id)), 'identity-refused')
  })

  test.each([
    ['identity-email-unverified', { email_verified: false }],
    ['identity-email-foreign', { email: 'kim@elsewhere.example' }],
    ['account-exists', { email: owner.email }],
  ])('of whom the provider says what brings %s', async (code, other) => {
    somebody(other)
    const browser = newBrowser()
    const before = await waiting()
    await isRefused(browser, await browser.goThrough(await browser.begin(settings.id)), code)
    expect(await waiting()).toEqual(before)
    expect((await auditOf('identity.refused')).at(-1)).toMatchObject({ outcome: 'denied', target: settings.id, facts: { reason: code } })
  })

  test('to an account of another organization with the same address', async () => {
    const email = 'eve@harbor.example'
    await createOrganization(curtain.server.parts, { organizationName: 'Elsewhere', name: 'Eve', email, password: null }, new Date())
    somebody({ email })
    expect(await newBrowser().signIn(settings.id)).toBe('/sign-in?refused=account-exists')
  })

  test('who is suspended, and that stands in their login log', async () => {
    await approved()
    const browser = newBrowser()
    await browser.signIn(settings.id)
    const { id } = await whoIs(browser)
    await dana.request('PATCH', `/v1/users/${id}`, { suspended: true })
    expect(await browser.signIn(settings.id)).toBe('/sign-in?refused=sign-in-suspended')
    const lines = await curtain.world.query('select outcome, way from sign_ins where user_id = $1 order by id', [id])
    expect(lines.at(-1)).toEqual({ outcome: 'suspended', way: 'identity-provider' })
  })

  test('by a provider that was removed, or whose addresses are another’s by now', async () => {
    await approved()
    const browser = newBrowser()
    const url = await browser.goThrough(await browser.begin(settings.id))
    await change({ domains: ['harbor-labs.example'] })
    await isRefused(browser, url, 'identity-email-foreign')
    const again = await browser.goThrough(await browser.begin(settings.id))
    await dana.request('DELETE', `/v1/identity-providers/${settings.id}`)
    await isRefused(browser, again, 'identity-provider-gone')
    const start = browser.curtain.post(`/v1/sign-in/provider/${settings.id}/start`)
    expect(await browser.curtain.refusal(start)).toBe('identity-provider-gone')
  })
})

describe('an account that there is', () => {
  const link = async (browser: ProviderBrowser) =>
    browser.goThrough((await ask(browser.curtain, redirection, 'POST', '/v1/me/identity/link/start')).url)
  const colleague = async () => {
    const staff = await addStaff(curtain, organizationId, ['clinician'])
    return { ...staff, tab: new ProviderBrowser(staff.browser) }
  }

  test('is linked by whoever is signed in to it, and then opened by the provider', async () => {
    somebody({ email: 'another.address@harbor.example' })
    const { id, tab } = await colleague()
    expect(await ask(tab.curtain, ownIdentity, 'GET', '/v1/me/identity')).toEqual({
      linked: [], available: { id: settings.id, name: 'Harbor ID' }, signOut: null,
    })
    expect(await tab.comeBack(await link(tab))).toBe('/account')
    expect(await ask(tab.curtain, ownIdentity, 'GET', '/v1/me/identity')).toMatchObject({
      linked: [{ provider: { id: settings.id } }], available: null,
    })
    const elsewhere = newBrowser()
    expect(await elsewhere.signIn(settings.id)).toBe('/today')
    expect(await whoIs(elsewhere)).toMatchObject({ id })
    expect((await auditOf('identity.linked')).at(-1)).toMatchObject({ user_id: id, target: id, facts: { providerId: settings.id } })
    // Nobody comes into it by a link any more that somebody else makes.
    expect(await dana.refusal(dana.post(`/v1/users/${id}/sign-in-links`))).toBe('identity-linked')
  })

  test('is not linked with what is linked already', async () => {
    somebody({ email: 'shared@harbor.example' })
    const [first, second] = [await colleague(), await colleague()]
    await first.tab.comeBack(await link(first.tab))
    expect(await second.tab.comeBack(await link(second.tab))).toBe('/account?refused=identity-taken')
  })

  test('is not linked for who has signed out since, or in as somebody else', async () => {
    somebody({ email: 'late@harbor.example' })
    const [first, second] = [await colleague(), await colleague()]
    const url = await link(first.tab)
    const session = second.browser.cookies.get('curtain-session') ?? ''
    first.browser.cookies.set('curtain-session', session)
    expect(await first.tab.comeBack(url)).toBe('/account?refused=identity-flow-invalid')
    expect((await ask(second.browser, ownIdentity, 'GET', '/v1/me/identity')).linked).toEqual([])
  })

  test('is not linked without showing again who it is', async () => {
    const { id, browser } = await colleague()
    await curtain.world.query(`update sessions set confirmed_at = now() - interval '6 minutes' where user_id = $1`, [id])
    expect(await browser.refusal(browser.post('/v1/me/identity/link/start'))).toBe('confirmation-needed')
  })
})

describe('roles by a claim', () => {
  const mappings = [
    { value: 'doctors', roles: ['clinician'] },
    { value: 'desk', roles: ['scheduler'] },
  ]

  test('make an account at once where an owner chose so, and follow the claim from then on', async () => {
    await change({ newAccounts: 'make', roleClaim: 'groups', roleMappings: mappings })
    const person = somebody({ groups: ['doctors', 'golf'] })
    const browser = newBrowser()
    expect(await browser.signIn(settings.id)).toBe('/today')
    const { id, roles } = await whoIs(browser)
    expect(roles).toEqual(['clinician'])
    await dana.request('PATCH', `/v1/users/${id}`, { roles: ['clinician', 'auditor'] })

    provider.knows({ ...person, groups: ['desk'] })
    await browser.signIn(settings.id)
    expect((await whoIs(browser)).roles).toEqual(['scheduler', 'auditor'])
    expect((await auditOf('user.roles-changed')).at(-1)).toMatchObject({
      user_id: null, target: id, facts: { roles: ['scheduler', 'auditor'], rolesBefore: ['clinician', 'auditor'] },
    })

    await dana.request('PATCH', `/v1/users/${id}`, { roles: ['scheduler'] })
    provider.knows({ ...person, groups: [] })
    expect(await newBrowser().signIn(settings.id)).toBe('/sign-in?refused=identity-without-role')
  })

  test('make no account for who has none of them', async () => {
    await change({ newAccounts: 'make', roleClaim: 'groups', roleMappings: mappings })
    somebody({ groups: ['golf'] })
    expect(await newBrowser().signIn(settings.id)).toBe('/sign-in?refused=account-waiting')
  })

  test('make owners and security officers only where an owner said so for that value', async () => {
    const reserved = (evenAbove: boolean) => ({ roleClaim: 'groups', roleMappings: [{ value: 'heads', roles: ['owner'], evenAbove }] })
    const refused = dana.request('PATCH', `/v1/identity-providers/${settings.id}`, reserved(false))
    expect(await dana.refusal(refused)).toBe('invalid-input')
    await approved(['scheduler'], { groups: ['heads'] })
    await change(reserved(true))
    const browser = newBrowser()
    await browser.signIn(settings.id)
    expect((await whoIs(browser)).roles).toEqual(['owner', 'scheduler'])
  })

  test('take the role of the last owner from nobody', async () => {
    await change({ roleClaim: 'groups', roleMappings: [{ value: 'heads', roles: ['owner'], evenAbove: true }] })
    const other = await curtain.world.query(`update users set suspended_at = now() where 'owner' = any(roles) and email <> $1 returning id`, [owner.email])
    somebody({ email: 'dana.linked@harbor.example', groups: [] })
    const tab = new ProviderBrowser(dana)
    await tab.comeBack(await tab.goThrough((await ask(dana, redirection, 'POST', '/v1/me/identity/link/start')).url))
    const browser = newBrowser()
    expect(await browser.signIn(settings.id)).toBe('/today')
    expect((await whoIs(browser)).roles).toEqual(['owner', 'clinician'])
    await curtain.world.query('update users set suspended_at = null where id = any($1)', [other.map(({ id }) => id)])
  })
})

describe('a second factor', () => {
  const relax = async (secondFactor: 'required' | 'optional') => {
    const security = await ask(dana, securitySettings, 'GET', '/v1/organization/security')
    await ask(dana, securitySettings, 'PUT', '/v1/organization/security', { ...security, secondFactor })
  }
  beforeEach(() => relax('required'))
  afterEach(() => relax('optional'))

  test('is asked for here where the provider does not say that it was', async () => {
    await approved()
    const browser = newBrowser()
    expect(await browser.signIn(settings.id, '/settings')).toBe('/sign-in?next=%2Fsettings')
    expect(await browser.curtain.refusal(browser.curtain.request('GET', '/v1/me'))).toBe('not-signed-in')
    // A password is not: the provider stands in for it.
    expect(await ask(browser.curtain, signInStep, 'GET', '/v1/sign-in')).toMatchObject({ next: 'set-up', missing: ['second-factor'] })
  })

  test('is not where the provider says so', async () => {
    const { sub } = await approved()
    provider.atKeyboard(sub, ['pwd', 'mfa'])
    expect(await newBrowser().signIn(settings.id)).toBe('/today')
  })

  test('nor where an owner trusts the provider with it', async () => {
    await approved()
    await change({ trustsSecondFactor: true })
    expect(await newBrowser().signIn(settings.id)).toBe('/today')
  })
})

describe('the settings', () => {
  test('tell the secret to nobody, who reads the database included', async () => {
    const text = await (await dana.request('GET', '/v1/identity-providers')).text()
    const { providers, callbackUrl } = identityProviderList.parse(JSON.parse(text))
    expect(providers).toContainEqual(settings)
    expect(callbackUrl).toBe(`${curtain.url}/v1/sign-in/provider/callback`)
    const rows = await curtain.world.query('select t::text from identity_providers t')
    for (const place of [text, JSON.stringify(settings), JSON.stringify(rows)]) expect(place).not.toContain(curtainClient.clientSecret)
  })

  test('bind a domain to one provider', async () => {
    const second = dana.post('/v1/identity-providers', { ...input(), domains: ['labs.example', 'HARBOR.example'] })
    expect(await dana.refusal(second)).toBe('domain-taken')
    const other = await takeUp({ domains: ['labs.example'] })
    const moved = dana.request('PATCH', `/v1/identity-providers/${other.id}`, { domains: ['harbor.example'] })
    expect(await dana.refusal(moved)).toBe('domain-taken')
    await change({ domains: ['harbor-labs.example'] })
    expect(await ask(dana, identityProvider, 'PATCH', `/v1/identity-providers/${other.id}`, { domains: ['harbor.example'] })).toMatchObject({ domains: ['harbor.example'] })
    await dana.request('DELETE', `/v1/identity-providers/${other.id}`)
  })

  test('are not taken of a provider that does not answer, or is another', async () => {
    const refusal = (other: object) => dana.refusal(dana.post('/v1/identity-providers', { ...input(), domains: ['labs.example'], ...other }))
    expect(await refusal({ issuer: 'http://127.0.0.1:9' })).toBe('identity-provider-unreachable')
    expect(await refusal({ issuer: `${provider.issuer}/realms/other` })).toBe('identity-provider-invalid')
    expect(await refusal({ issuer: 'http://id.harbor.example' })).toBe('identity-provider-invalid')
    expect(await refusal({ domains: ['kim@labs.example'] })).toBe('invalid-input')
    expect(await refusal({ domains: ['example'] })).toBe('invalid-input')
    const changed = dana.request('PATCH', `/v1/identity-providers/${settings.id}`, { issuer: 'http://127.0.0.1:9' })
    expect(await dana.refusal(changed)).toBe('identity-provider-unreachable')
  })
})
