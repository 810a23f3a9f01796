import { identityProvider, identityProviderList, ownIdentity, redirection, securitySettings, signInStep } from '@curtain/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { curtainClient } from '../support/identity-provider.ts'
import { ProviderBrowser } from '../support/provider-browser.ts'
import { type ProviderClinic, startProviderClinic, whoIs } from '../support/provider-clinic.ts'
import { ask } from '../support/sign-in.ts'
import { addStaff } from '../support/staff-and-subjects.ts'
import { owner } from '../support/staff.ts'

// What an organization's own OpenID Connect provider, which is a real one, means for accounts: which of them it opens, with
// which roles, and how it is set up.
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

describe('an account that there is', () => {
  const link = async (browser: ProviderBrowser) =>
    browser.goThrough((await ask(browser.curtain, redirection, 'POST', '/v1/me/identity/link/start')).url)
  const colleague = async () => {
    const staff = await addStaff(curtain, clinic.organizationId, ['clinician'])
    return { ...staff, tab: new ProviderBrowser(staff.browser) }
  }

  test('is linked by whoever is signed in to it, and then opened by the provider', async () => {
    clinic.somebody({ email: 'another.address@harbor.example' })
    const { id, tab } = await colleague()
    expect(await ask(tab.curtain, ownIdentity, 'GET', '/v1/me/identity')).toEqual({
      linked: [], available: { id: clinic.settings.id, name: 'Harbor ID' }, signOut: null,
    })
    expect(await tab.comeBack(await link(tab))).toBe('/account')
    expect(await ask(tab.curtain, ownIdentity, 'GET', '/v1/me/identity')).toMatchObject({
      linked: [{ provider: { id: clinic.settings.id } }], available: null,
    })
    const elsewhere = clinic.newBrowser()
    expect(await elsewhere.signIn(clinic.settings.id)).toBe('/today')
    expect(await whoIs(elsewhere)).toMatchObject({ id })
    expect((await clinic.auditOf('identity.linked')).at(-1)).toMatchObject({ user_id: id, target: id, facts: { providerId: clinic.settings.id } })
    // Nobody comes into it by a link any more that somebody else makes.
    expect(await dana.refusal(dana.post(`/v1/users/${id}/sign-in-links`))).toBe('identity-linked')
  })

  test('is not linked with what is linked already', async () => {
    clinic.somebody({ email: 'shared@harbor.example' })
    const [first, second] = [await colleague(), await colleague()]
    await first.tab.comeBack(await link(first.tab))
    expect(await second.tab.comeBack(await link(second.tab))).toBe('/account?refused=identity-taken')
  })

  test('is not linked for who has signed out since, or in as somebody else', async () => {
    clinic.somebody({ email: 'late@harbor.example' })
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
    await clinic.change({ newAccounts: 'make', roleClaim: 'groups', roleMappings: mappings })
    const person = clinic.somebody({ groups: ['doctors', 'golf'] })
    const browser = clinic.newBrowser()
    expect(await browser.signIn(clinic.settings.id)).toBe('/today')
    const { id, roles } = await whoIs(browser)
    expect(roles).toEqual(['clinician'])
    await dana.request('PATCH', `/v1/users/${id}`, { roles: ['clinician', 'auditor'] })

    provider.knows({ ...person, groups: ['desk'] })
    await browser.signIn(clinic.settings.id)
    expect((await whoIs(browser)).roles).toEqual(['scheduler', 'auditor'])
    expect((await clinic.auditOf('user.roles-changed')).at(-1)).toMatchObject({
      user_id: null, target: id, facts: { roles: ['scheduler', 'auditor'], rolesBefore: ['clinician', 'auditor'] },
    })

    await dana.request('PATCH', `/v1/users/${id}`, { roles: ['scheduler'] })
    provider.knows({ ...person, groups: [] })
    expect(await clinic.newBrowser().signIn(clinic.settings.id)).toBe('/sign-in?refused=identity-without-role')
  })

  test('make no account for who has none of them', async () => {
    await clinic.change({ newAccounts: 'make', roleClaim: 'groups', roleMappings: mappings })
    clinic.somebody({ groups: ['golf'] })
    expect(await clinic.newBrowser().signIn(clinic.settings.id)).toBe('/sign-in?refused=account-waiting')
  })

  test('make owners and security officers only where an owner said so for that value', async () => {
    const reserved = (evenAbove: boolean) => ({ roleClaim: 'groups', roleMappings: [{ value: 'heads', roles: ['owner'], evenAbove }] })
    const refused = dana.request('PATCH', `/v1/identity-providers/${clinic.settings.id}`, reserved(false))
    expect(await dana.refusal(refused)).toBe('invalid-input')
    await clinic.approved(['scheduler'], { groups: ['heads'] })
    await clinic.change(reserved(true))
    const browser = clinic.newBrowser()
    await browser.signIn(clinic.settings.id)
    expect((await whoIs(browser)).roles).toEqual(['owner', 'scheduler'])
  })

  test('take the role of the last owner from nobody', async () => {
    await clinic.change({ roleClaim: 'groups', roleMappings: [{ value: 'heads', roles: ['owner'], evenAbove: true }] })
    const other = await curtain.world.query(`update users set suspended_at = now() where 'owner' = any(roles) and email <> $1 returning id`, [owner.email])
    clinic.somebody({ email: 'dana.linked@harbor.example', groups: [] })
    const tab = new ProviderBrowser(dana)
    await tab.comeBack(await tab.goThrough((await ask(dana, redirection, 'POST', '/v1/me/identity/link/start')).url))
    const browser = clinic.newBrowser()
    expect(await browser.signIn(clinic.settings.id)).toBe('/today')
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
    await clinic.approved()
    const browser = clinic.newBrowser()
    expect(await browser.signIn(clinic.settings.id, '/settings')).toBe('/sign-in?next=%2Fsettings')
    expect(await browser.curtain.refusal(browser.curtain.request('GET', '/v1/me'))).toBe('not-signed-in')
    // A password is not: the provider stands in for it.
    expect(await ask(browser.curtain, signInStep, 'GET', '/v1/sign-in')).toMatchObject({ next: 'set-up', missing: ['second-factor'] })
  })

  test('is not where the provider says so', async () => {
    const { sub } = await clinic.approved()
    provider.atKeyboard(sub, ['pwd', 'mfa'])
    expect(await clinic.newBrowser().signIn(clinic.settings.id)).toBe('/today')
  })

  test('nor where an owner trusts the provider with it', async () => {
    await clinic.approved()
    await clinic.change({ trustsSecondFactor: true })
    expect(await clinic.newBrowser().signIn(clinic.settings.id)).toBe('/today')
  })
})

describe('the settings', () => {
  test('tell the secret to nobody, who reads the database included', async () => {
    const text = await (await dana.request('GET', '/v1/identity-providers')).text()
    const { providers, callbackUrl } = identityProviderList.parse(JSON.parse(text))
    expect(providers).toContainEqual(clinic.settings)
    expect(callbackUrl).toBe(`${curtain.url}/v1/sign-in/provider/callback`)
    const rows = await curtain.world.query('select t::text from identity_providers t')
    for (const place of [text, JSON.stringify(clinic.settings), JSON.stringify(rows)]) expect(place).not.toContain(curtainClient.clientSecret)
  })

  test('bind a domain to one provider', async () => {
    const second = dana.post('/v1/identity-providers', { ...clinic.input(), domains: ['labs.example', 'HARBOR.example'] })
    expect(await dana.refusal(second)).toBe('domain-taken')
    const other = await clinic.takeUp({ domains: ['labs.example'] })
    const moved = dana.request('PATCH', `/v1/identity-providers/${other.id}`, { domains: ['harbor.example'] })
    expect(await dana.refusal(moved)).toBe('domain-taken')
    await clinic.change({ domains: ['harbor-labs.example'] })
    expect(await ask(dana, identityProvider, 'PATCH', `/v1/identity-providers/${other.id}`, { domains: ['harbor.example'] })).toMatchObject({ domains: ['harbor.example'] })
    await dana.request('DELETE', `/v1/identity-providers/${other.id}`)
  })

  test('are not taken of a provider that does not answer, or is another', async () => {
    const refusal = (other: object) => dana.refusal(dana.post('/v1/identity-providers', { ...clinic.input(), domains: ['labs.example'], ...other }))
    expect(await refusal({ issuer: 'http://127.0.0.1:9' })).toBe('identity-provider-unreachable')
    expect(await refusal({ issuer: `${provider.issuer}/realms/other` })).toBe('identity-provider-invalid')
    expect(await refusal({ issuer: 'http://id.harbor.example' })).toBe('identity-provider-invalid')
    expect(await refusal({ domains: ['kim@labs.example'] })).toBe('invalid-input')
    expect(await refusal({ domains: ['example'] })).toBe('invalid-input')
    const changed = dana.request('PATCH', `/v1/identity-providers/${clinic.settings.id}`, { issuer: 'http://127.0.0.1:9' })
    expect(await dana.refusal(changed)).toBe('identity-provider-unreachable')
  })
})
