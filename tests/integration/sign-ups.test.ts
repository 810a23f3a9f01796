import { admitted, invited, joinPage, signInStep, signUpList, signUpReceived, userCreated, type OrganizationId, type SignUp } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOrganization } from '../../server/src/organizations/service.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { addNewcomer } from '../support/newcomers.ts'
import { addStaff, type Colleague } from '../support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import { ask } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// Who asks for an account or is proposed for one, and who decides.
const plenty = { burst: 100_000, perMinute: 100_000 }
const limits = { any: plenty, guessable: plenty }

let curtain: TestServer
let dana: Browser
let organizationId: OrganizationId
let people = 0

beforeAll(async () => {
  curtain = await startTestServer({ limits })
  const { browser, signedIn } = await signInOwner(curtain)
  dana = browser
  organizationId = signedIn.organization.id
})
afterAll(() => curtain[Symbol.asyncDispose]())
beforeEach(() => dana.request('PUT', '/v1/sign-ups/settings', { open: true }))

const anybody = () => new Browser(curtain.url)
const newcomer = () => ({ organizationId, name: `Kim Roe ${++people}`, email: `kim.${people}@harbor.example`, note: 'I work with Dana' })
const waiting = async () => (await ask(dana, signUpList, 'GET', '/v1/sign-ups')).signUps
const approve = (browser: Browser, { id }: SignUp, roles: string[]) => browser.post(`/v1/sign-ups/${id}/approve`, { roles })
const secretOf = (url: string) => new URL(url).hash.slice(1)

/** Somebody who has asked. */
async function asked(): Promise<SignUp> {
  const input = newcomer()
  await ask(anybody(), signUpReceived, 'POST', '/v1/sign-ups', input)
  const found = (await waiting()).find(({ email }) => email === input.email)
  if (found === undefined) throw new Error('nobody is in line')
  return found
}

describe('whoever asks for an account', () => {
  test('is asked whom, told nothing else, and in line for who decides', async () => {
    expect(await ask(anybody(), joinPage, 'GET', `/v1/join/${organizationId}`)).toEqual({ organization: { name: owner.organizationName } })
    const signUp = await asked()
    expect(signUp).toMatchObject({ kind: 'request', note: 'I work with Dana', emailConfirmed: false, roles: [], from: null, isOwn: false })
  })

  test('is answered the same whether or not there is an account, or a request', async () => {
    const input = newcomer()
    for (const email of [input.email, input.email, owner.email]) {
      const answer = await anybody().post('/v1/sign-ups', { ...input, email })
      expect([answer.status, await answer.json()]).toEqual([202, { mailed: false }])
    }
    expect((await waiting()).filter(({ email }) => email === input.email)).toHaveLength(1)
  })

  test('is let in by who may, with a link that is told once and leads through set-up', async () => {
    const signUp = await asked()
    const { user, link, mailed } = await ask(dana, admitted, 'POST', `/v1/sign-ups/${signUp.id}/approve`, { roles: ['scheduler', 'clinician'] })
    expect(user).toMatchObject({ name: signUp.name, email: signUp.email, roles: ['clinician', 'scheduler'], hasPassword: false })
    expect(mailed).toBe(false)
    const kim = anybody()
    await kim.post('/v1/sign-in-links/exchange', { secret: secretOf(link?.url ?? '') })
    expect(await ask(kim, signInStep, 'GET', '/v1/sign-in')).toMatchObject({ next: 'set-up', user: { email: signUp.email } })
    expect(await dana.refusal(approve(dana, signUp, ['scheduler']))).toBe('sign-up-over')
    expect(await dana.refusal(dana.post(`/v1/sign-ups/${signUp.id}/refuse`))).toBe('sign-up-over')
  })

  test('is not let in a second time at the same moment', async () => {
    const signUp = await asked()
    const answers = await Promise.all([approve(dana, signUp, ['scheduler']), approve(dana, signUp, ['auditor'])])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 410])
  })

  test('is not let in where there is an account with the address by now', async () => {
    await ask(anybody(), signUpReceived, 'POST', '/v1/sign-ups', { ...newcomer(), email: owner.email })
    const signUp = (await waiting()).find(({ email }) => email === owner.email)
    expect(await dana.refusal(dana.post(`/v1/sign-ups/${signUp?.id}/approve`, { roles: ['scheduler'] }))).toBe('email-taken')
  })

  test('leaves nothing behind that can be read, waiting or decided', async () => {
    const signUp = await asked()
    const rows = async () => JSON.stringify(await curtain.world.query('select t::text from sign_ups t where id = $1', [signUp.id]))
    for (const text of [signUp.name, signUp.email, 'I work with']) expect(await rows()).not.toContain(text)
    await dana.post(`/v1/sign-ups/${signUp.id}/refuse`)
    const [row] = await curtain.world.query('select name, email, note, outcome from sign_ups where id = $1', [signUp.id])
    expect(row).toEqual({ name: null, email: null, note: null, outcome: 'refused' })
    const events = await curtain.world.query('select type, facts from audit_events where target = $1 order by id', [signUp.id])
    expect(events).toEqual([{ type: 'sign-up.received', facts: { kind: 'request' } }, { type: 'sign-up.refused', facts: {} }])
  })

  test('is not decided about after 30 days', async () => {
    const signUp = await asked()
    expect(Date.parse(signUp.expiresAt) - Date.parse(signUp.createdAt)).toBe(30 * 24 * 60 * 60_000)
    await curtain.world.query(`update sign_ups set expires_at = now() where id = $1`, [signUp.id])
    expect(await dana.refusal(approve(dana, signUp, ['scheduler']))).toBe('sign-up-over')
    expect((await waiting()).map(({ id }) => id)).not.toContain(signUp.id)
    const [row] = await curtain.world.query('select name, outcome from sign_ups where id = $1', [signUp.id])
    expect(row).toEqual({ name: null, outcome: 'expired' })
  })

  test('finds nobody to ask where that is switched off, or no such organization is', async () => {
    const elsewhere = await createOrganization(
      curtain.server.parts, { organizationName: 'Elsewhere', name: 'Eve', email: 'eve@elsewhere.example', password: null }, new Date(),
    )
    await dana.request('PUT', '/v1/sign-ups/settings', { open: false })
    for (const id of [organizationId, elsewhere.organizationId, `org_${'0'.repeat(26)}`]) {
      expect(await anybody().refusal(anybody().request('GET', `/v1/join/${id}`))).toBe('join-closed')
      expect(await anybody().refusal(anybody().post('/v1/sign-ups', { ...newcomer(), organizationId: id }))).toBe('join-closed')
    }
  })

  test('cannot fill the line up without end, nor for those who do not come from outside', async () => {
    await curtain.world.query(`update sign_ups set outcome = 'expired', decided_at = now(), name = null, email = null, note = null where outcome is null`)
    const { parts } = curtain.server
    await Promise.all(Array.from({ length: 199 }, () => addNewcomer({ organizationId, parts })))
    for (let count = 0; count < 3; count++) await anybody().post('/v1/sign-ups', newcomer())
    expect(await waiting()).toHaveLength(200)
    const sky = await addStaff(curtain, organizationId, ['scheduler'])
    const { organizationId: _, ...colleague } = newcomer()
    expect(await ask(sky.browser, invited, 'POST', '/v1/invitations', { ...colleague, roles: ['scheduler'] })).toMatchObject({ outcome: 'waiting' })
    await curtain.world.query(`update sign_ups set expires_at = now() where outcome is null`)
  })
})

describe('a colleague', () => {
  let sky: Colleague
  beforeAll(async () => {
    sky = await addStaff(curtain, organizationId, ['scheduler'])
  })
  const proposal = (roles: string[]) => ({ ...newcomer(), roles })
  const propose = async (by: Browser, roles: string[]) => {
    const input = proposal(roles)
    expect(await ask(by, invited, 'POST', '/v1/invitations', input)).toMatchObject({ outcome: 'waiting' })
    const found = (await waiting()).find(({ email }) => email === input.email)
    if (found === undefined) throw new Error('nobody is in line')
    return found
  }

  test('is proposed by who works with them, and waits', async () => {
    const signUp = await propose(sky.browser, ['clinician'])
    expect(signUp).toMatchObject({ kind: 'proposal', from: 'Sky scheduler', roles: ['clinician'], isOwn: false })
    expect(await ask(dana, admitted, 'POST', `/v1/sign-ups/${signUp.id}/approve`, { roles: ['auditor'] })).toMatchObject({ user: { roles: ['auditor'] } })
  })

  test('is made an account at once by who may make it', async () => {
    const input = proposal(['security-officer'])
    expect(await ask(dana, invited, 'POST', '/v1/invitations', input)).toMatchObject({
      outcome: 'admitted', mailed: false, user: { email: input.email }, link: { url: expect.stringContaining('/welcome#') },
    })
  })

  test('whom an administrator may not make waits for an owner', async () => {
    const { browser } = await addStaff(curtain, organizationId, ['administrator'])
    const signUp = await propose(browser, ['security-officer'])
    expect(await browser.refusal(approve(browser, signUp, ['security-officer']))).toBe('forbidden')
    expect((await approve(dana, signUp, ['security-officer'])).status).toBe(201)
  })

  test('is not let in by who proposed them, whatever roles they have by then', async () => {
    const eager = await addStaff(curtain, organizationId, ['scheduler'])
    const signUp = await propose(eager.browser, ['clinician'])
    await dana.request('PATCH', `/v1/users/${eager.id}`, { roles: ['scheduler', 'administrator'] })
    const own = (await ask(eager.browser, signUpList, 'GET', '/v1/sign-ups')).signUps.find(({ id }) => id === signUp.id)
    expect(own?.isOwn).toBe(true)
    expect(await eager.browser.refusal(approve(eager.browser, signUp, ['clinician']))).toBe('forbidden')
    const [denial] = await curtain.world.query(`select outcome, facts from audit_events where target = $1 and type = 'access.denied'`, [signUp.id])
    expect(denial).toEqual({ outcome: 'denied', facts: { action: 'sign-up.approve' } })
    expect((await approve(dana, signUp, ['clinician'])).status).toBe(201)
  })

  test('is not made by who has not shown again who they are; proposing asks for nothing', async () => {
    const admin = await addStaff(curtain, organizationId, ['administrator'])
    await curtain.world.query(`update sessions set confirmed_at = now() - interval '6 minutes' where user_id = any($1)`, [[admin.id, sky.id]])
    expect(await admin.browser.refusal(admin.browser.post('/v1/invitations', proposal(['scheduler'])))).toBe('confirmation-needed')
    expect(await admin.browser.refusal(approve(admin.browser, await propose(sky.browser, ['clinician']), ['clinician']))).toBe('confirmation-needed')
  })
})

describe('with a mail server', () => {
  let mail: MailServer
  let mailing: TestServer
  let olu: Browser
  let organization: OrganizationId

  beforeAll(async () => {
    mail = await startMailServer()
    mailing = await startTestServer({ limits, environment: mail.environment })
    const { browser, signedIn } = await signInOwner(mailing)
    olu = browser
    organization = signedIn.organization.id
    await olu.request('PUT', '/v1/sign-ups/settings', { open: true })
  })
  afterAll(async () => {
    await mailing[Symbol.asyncDispose]()
    await mail[Symbol.asyncDispose]()
  })

  /** The next mail to somebody, past those to others. */
  async function mailTo(email: string): Promise<string> {
    for (;;) {
      const { to, text } = await mail.next()
      if (to.includes(email)) return text
    }
  }
  const linkIn = (text: string) => secretOf(/https?:\S+#\S+/.exec(text)?.[0] ?? '')

  test('addresses are confirmed by what was mailed to them, once; and whoever is let in is written to', async () => {
    const visitor = new Browser(mailing.url)
    const input = { ...newcomer(), organizationId: organization }
    expect(await ask(visitor, signUpReceived, 'POST', '/v1/sign-ups', input)).toEqual({ mailed: true })
    const letter = await mailTo(input.email)
    expect(letter).not.toContain(input.name)
    const confirm = () => visitor.post('/v1/sign-ups/confirm', { secret: linkIn(letter) })
    expect((await confirm()).status).toBe(204)
    expect(await visitor.refusal(confirm())).toBe('sign-up-link-invalid')

    const [signUp] = (await ask(olu, signUpList, 'GET', '/v1/sign-ups')).signUps
    expect(signUp).toMatchObject({ email: input.email, emailConfirmed: true })
    // Whoever asks again in their name changes nothing.
    await ask(visitor, signUpReceived, 'POST', '/v1/sign-ups', { ...input, note: 'or do I?' })
    expect((await ask(olu, signUpList, 'GET', '/v1/sign-ups')).signUps).toEqual([signUp])

    const made = await ask(olu, admitted, 'POST', `/v1/sign-ups/${signUp?.id}/approve`, { roles: ['auditor'] })
    expect(made).toMatchObject({ link: null, mailed: true })
    const welcome = await mailTo(input.email)
    expect((await visitor.post('/v1/sign-in-links/exchange', { secret: linkIn(welcome) })).status).toBe(200)
  })

  test('an account that an owner makes is told of by mail as well', async () => {
    const input = { name: 'Ola Berg', email: 'ola@harbor.example', roles: ['auditor'] }
    const made = await ask(olu, userCreated, 'POST', '/v1/users', input)
    expect(made.mailed).toBe(true)
    expect(linkIn(await mailTo(input.email))).toBe(secretOf(made.link.url))
  })

  test('nobody is asked again and again whether an address is theirs', async () => {
    const visitor = new Browser(mailing.url)
    const input = { ...newcomer(), organizationId: organization }
    const count = () => mail.received.filter(({ to }) => to.includes(input.email)).length
    for (let times = 0; times < 3; times++) await visitor.post('/v1/sign-ups', input)
    await mailTo(input.email)
    await mailing.server.parts.mail.wake()
    expect(count()).toBe(1)
    // After a while they may have lost it; then the earlier one does not work any more.
    await mailing.world.query(`update sign_ups set created_at = created_at - interval '11 minutes' where outcome is null`)
    await visitor.post('/v1/sign-ups', input)
    await mailTo(input.email)
    const [first, second] = mail.received.filter(({ to }) => to.includes(input.email)).map(({ text }) => linkIn(text))
    expect(await visitor.refusal(visitor.post('/v1/sign-ups/confirm', { secret: first }))).toBe('sign-up-link-invalid')
    expect((await visitor.post('/v1/sign-ups/confirm', { secret: second })).status).toBe(204)
  })
})
