import { type OrganizationId, type Role, type SignedIn, signInLinkResult, type UserId, userAccount, userCreated, userList, visitCreated } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Clinic } from '../../../tests/support/clinic.ts'
import { addStaff } from '../../../tests/support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../../../tests/support/server.ts'
import { owner as account } from '../../../tests/support/staff.ts'
import { createOrganization } from '../organizations/service.ts'

let curtain: TestServer
let owner: Browser
let signedIn: SignedIn
let organizationId: OrganizationId

beforeAll(async () => {
  const plenty = { burst: 10_000, perMinute: 10_000 }
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty } })
  ;({ browser: owner, signedIn } = await signInOwner(curtain))
  organizationId = signedIn.organization.id
})
afterAll(() => curtain[Symbol.asyncDispose]())

let made = 0
const newInput = (...roles: Role[]) => ({ name: 'Kim Roe', email: `kim-${++made}@harbor.example`, roles })
const staff = (...roles: Role[]) => addStaff(curtain, organizationId, roles)
const patch = (browser: Browser, id: UserId, change: object) => browser.request('PATCH', `/v1/users/${id}`, change)
const refusal = (response: Promise<Response>) => owner.refusal(response)

async function add(browser: Browser, ...roles: Role[]) {
  return userCreated.parse(await (await browser.post('/v1/users', newInput(...roles))).json())
}
async function eventsOf(target: UserId) {
  const rows = await curtain.world.query('select type, user_id, facts from audit_events where target = $1 order by at, type', [target])
  return rows.map(({ type, user_id, facts }) => [type, user_id, facts])
}
/** What is begun from now on does nothing at intervals. */
function noIntervals(): Disposable {
  vi.useFakeTimers({ toFake: ['setInterval'] })
  return { [Symbol.dispose]: () => void vi.useRealTimers() }
}
function signInBy(link: string): Promise<Response> {
  return new Browser(curtain.url).post('/v1/sign-in-links/exchange', { secret: new URL(link).hash.slice(1) })
}

test('somebody new comes in by the link that was made with their account, once, and sets a password', async () => {
  const { user, link } = await add(owner, 'scheduler', 'clinician', 'scheduler')
  expect(user).toMatchObject({ roles: ['clinician', 'scheduler'], suspended: false, hasPassword: false })
  expect(link.url).toMatch(new RegExp(`^${curtain.url}/welcome#[\\w-]{43}$`))
  const { step } = signInLinkResult.parse(await (await signInBy(link.url)).json())
  expect(step).toMatchObject({ next: 'set-up', missing: ['password'], user: { email: user.email } })
  expect(await refusal(signInBy(link.url))).toBe('sign-in-link-invalid')
  const { users } = userList.parse(await (await owner.request('GET', '/v1/users')).json())
  expect(users).toContainEqual(user)
  expect(users.find(({ id }) => id === signedIn.user.id)).toMatchObject({ hasPassword: true, roles: ['owner', 'clinician'] })
  expect(await eventsOf(user.id)).toEqual([
    ['user.created', signedIn.user.id, { roles: ['clinician', 'scheduler'] }],
    ['user.link-created', signedIn.user.id, {}],
  ])
})

test('an e-mail address has one account, here and elsewhere, also for two who make it at once', async () => {
  const elsewhere = { organizationName: 'Elsewhere', name: 'Eve', email: 'eve@elsewhere.example', password: null }
  await createOrganization(curtain.server.parts, elsewhere, new Date())
  for (const email of [account.email.toUpperCase(), elsewhere.email]) {
    expect(await refusal(owner.post('/v1/users', { ...newInput('auditor'), email }))).toBe('email-taken')
  }
  const same = newInput('auditor')
  const statuses = (await Promise.all([1, 2, 3].map(() => owner.post('/v1/users', same)))).map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  expect(statuses.filter((status) => status === 409)).toHaveLength(2)
})

test('accounts without a role, with a role that there is not, or with no address are refused by field', async () => {
  for (const [input, field] of [
    [newInput(), 'roles'],
    [{ ...newInput('auditor'), roles: ['god'] }, 'roles.0'],
    [{ ...newInput('auditor'), email: 'nobody' }, 'email'],
    [{ ...newInput('auditor'), name: ' ' }, 'name'],
  ] as const) {
    expect(await (await owner.post('/v1/users', input)).json()).toMatchObject({ code: 'invalid-input', fields: [field] })
  }
})

test('a lost link is replaced: the earlier one stops working; not for an account with a password', async () => {
  const { user, link } = await add(owner, 'scheduler')
  const newer = await (await owner.post(`/v1/users/${user.id}/sign-in-links`)).json()
  expect(await refusal(signInBy(link.url))).toBe('sign-in-link-invalid')
  expect((await signInBy(newer.url)).status).toBe(200)
  const second = await staff('owner')
  expect(await refusal(second.browser.post(`/v1/users/${signedIn.user.id}/sign-in-links`))).toBe('password-set')
  await patch(owner, second.id, { roles: ['auditor'] })
  await patch(owner, user.id, { suspended: true })
  expect(await refusal(owner.post(`/v1/users/${user.id}/sign-in-links`))).toBe('account-suspended')
})

describe('roles', () => {
  test('hold from the next request on, and are on record from what to what', async () => {
    const kim = await staff('auditor')
    expect(await refusal(kim.browser.request('GET', '/v1/patients'))).toBe('forbidden')
    const answer = await patch(owner, kim.id, { roles: ['scheduler', 'auditor'] })
    expect(userAccount.parse(await answer.json()).roles).toEqual(['scheduler', 'auditor'])
    expect((await kim.browser.request('GET', '/v1/patients')).status).toBe(200)
    await patch(owner, kim.id, { roles: ['auditor', 'scheduler'] })
    expect(await eventsOf(kim.id)).toEqual([
      ['user.roles-changed', signedIn.user.id, { roles: ['scheduler', 'auditor'], rolesBefore: ['auditor'] }],
    ])
  })

  test('an administrator makes no owners and security officers, and leaves those there are alone', async () => {
    const { browser } = await staff('administrator')
    const [officer, scheduler] = [await staff('security-officer'), await staff('scheduler')]
    for (const role of ['owner', 'security-officer'] as const) {
      expect(await refusal(browser.post('/v1/users', newInput('auditor', role)))).toBe('forbidden')
      expect(await refusal(patch(browser, scheduler.id, { roles: ['scheduler', role] }))).toBe('forbidden')
    }
    for (const change of [{ roles: ['auditor'] }, { suspended: true }]) {
      expect(await refusal(patch(browser, officer.id, change))).toBe('forbidden')
      expect(await refusal(patch(browser, signedIn.user.id, change))).toBe('forbidden')
    }
    expect((await patch(browser, scheduler.id, { roles: ['clinician'] })).status).toBe(200)
  })

  test('an administrator does not come in as an owner by the link of an account that was raised after they made it', async () => {
    const { browser } = await staff('administrator')
    const { user, link } = await add(browser, 'clinician')
    expect((await patch(owner, user.id, { roles: ['owner', 'clinician'] })).status).toBe(200)
    expect(await refusal(signInBy(link.url))).toBe('sign-in-link-invalid')
    expect(await refusal(browser.post(`/v1/users/${user.id}/sign-in-links`))).toBe('forbidden')

    const begun = await add(browser, 'clinician')
    const opened = new Browser(curtain.url)
    expect((await opened.post('/v1/sign-in-links/exchange', { secret: new URL(begun.link.url).hash.slice(1) })).status).toBe(200)
    await patch(owner, begun.user.id, { roles: ['security-officer'] })
    expect(await refusal(opened.request('PUT', '/v1/me/password', { password: 'four other words here' }))).toBe('not-signed-in')
    const newer = await (await owner.post(`/v1/users/${begun.user.id}/sign-in-links`)).json()
    expect((await signInBy(newer.url)).status).toBe(200)
    await patch(owner, user.id, { roles: ['clinician'] })
  })

  test('nobody raises their own, and may give them up', async () => {
    const administrator = await staff('administrator')
    expect(await refusal(patch(administrator.browser, administrator.id, { roles: ['administrator', 'clinician'] }))).toBe('forbidden')
    expect(await refusal(patch(owner, signedIn.user.id, { roles: ['owner', 'clinician', 'auditor'] }))).toBe('forbidden')
    const both = await staff('administrator', 'clinician')
    expect((await patch(both.browser, both.id, { roles: ['clinician'] })).status).toBe(200)
    expect(await refusal(patch(both.browser, both.id, { roles: ['clinician', 'administrator'] }))).toBe('forbidden')
  })

  test('the last owner stays one, also when two owners give the role up at once', async () => {
    expect(await refusal(patch(owner, signedIn.user.id, { roles: ['clinician'] }))).toBe('last-owner')
    const second = await staff('owner', 'auditor')
    await patch(second.browser, signedIn.user.id, { suspended: true })
    expect(await refusal(patch(second.browser, second.id, { roles: ['auditor'] }))).toBe('last-owner')
    await patch(second.browser, signedIn.user.id, { suspended: false })
    ;({ browser: owner } = await signInAgain())
    const answers = await Promise.all([
      patch(second.browser, signedIn.user.id, { roles: ['clinician'] }),
      patch(owner, second.id, { roles: ['auditor'] }),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const owners = await curtain.world.query(`select id from users where 'owner' = any(roles) and organization_id = $1`, [organizationId])
    expect(owners).toHaveLength(1)
    if (owners[0]?.['id'] !== signedIn.user.id) {
      await patch(second.browser, signedIn.user.id, { roles: ['owner', 'clinician'] })
      await patch(owner, second.id, { roles: ['auditor'] })
    }
  })

  async function signInAgain() {
    const browser = new Browser(curtain.url)
    await browser.post('/v1/sign-in', { email: account.email, password: account.password })
    return { browser }
  }
})

describe('suspended', () => {
  test('somebody is out at once: of every session, their live visit, and their links', async () => {
    const kim = await staff('clinician')
    const { visitId, host, patient } = await new Clinic(curtain.url, kim.browser).twoInVisit()
    // Nobody looks at the stream now and then to see whether it is still good: it ends by itself.
    using _ = noIntervals()
    const stream = await kim.browser.request('GET', '/v1/visits/changes')
    const { user, link } = await add(owner, 'scheduler')

    expect(await (await patch(owner, kim.id, { suspended: true })).json()).toMatchObject({ suspended: true })
    await host.client.closed()
    await stream.text()
    expect(await refusal(kim.browser.request('GET', '/v1/me'))).toBe('not-signed-in')
    expect(await refusal(kim.browser.post(`/v1/visits/${visitId}/tickets`))).toBe('not-signed-in')
    await patient.client.request('ping', {})

    await patch(owner, user.id, { suspended: true })
    expect(await refusal(signInBy(link.url))).toBe('sign-in-link-invalid')
    expect((await eventsOf(kim.id)).at(-1)).toEqual(['user.suspended', signedIn.user.id, { sessions: 1 }])

    // Let in again, they start afresh: what ended stays ended.
    await patch(owner, kim.id, { suspended: false })
    expect((await eventsOf(kim.id)).at(-1)).toEqual(['user.resumed', signedIn.user.id, {}])
    expect(await refusal(kim.browser.request('GET', '/v1/me'))).toBe('not-signed-in')
  })

  test('somebody with the right password is told no more than with a wrong one; the log knows', async () => {
    const second = await staff('owner')
    await patch(second.browser, signedIn.user.id, { suspended: true })
    const signIn = () => new Browser(curtain.url).post('/v1/sign-in', { email: account.email, password: account.password })
    expect(await refusal(signIn())).toBe('sign-in-failed')
    const [event] = await curtain.world.query(`select facts from audit_events where type = 'session.sign-in-failed'`)
    expect(event).toEqual({ facts: { reason: 'suspended' } })
    await patch(second.browser, signedIn.user.id, { suspended: false })
    expect((await signIn()).status).toBe(200)
  })

  test('nobody suspends themselves, and nobody plans visits with whoever is', async () => {
    const second = await staff('owner')
    expect(await refusal(patch(second.browser, second.id, { suspended: true }))).toBe('forbidden')
    const [scheduler, kim] = [await staff('scheduler'), await staff('clinician')]
    const plan = () =>
      scheduler.browser.post('/v1/visits', { patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString(), clinicianId: kim.id })
    visitCreated.parse(await (await plan()).json())
    await patch(second.browser, kim.id, { suspended: true })
    expect(await refusal(plan())).toBe('clinician-needed')
  })
})

test('whoever is no clinician any more is out of live visits, and their ticket is worth nothing; other roles change nothing there', async () => {
  const [kim, boss] = [await staff('clinician'), await staff('owner')]
  const clinic = new Clinic(curtain.url, kim.browser)
  const { visitId, host } = await clinic.twoInVisit()
  await patch(boss.browser, kim.id, { roles: ['clinician', 'auditor'] })
  await host.client.request('ping', {})
  const ticket = await clinic.ticket(visitId, kim.browser)
  await patch(boss.browser, kim.id, { roles: ['auditor'] })
  await host.client.closed()
  const late = await clinic.connect()
  await expect(late.hello(visitId, ticket)).rejects.toMatchObject({ code: 'ticket-invalid' })
  expect((await kim.browser.request('GET', '/v1/me')).status).toBe(200)
  expect(await refusal(kim.browser.post(`/v1/visits/${visitId}/tickets`))).toBe('forbidden')
})
