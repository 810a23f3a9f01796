import {
  type Role,
  type SecuritySettings,
  securityState,
  signInList,
  staffSessionList,
  useHeader,
  visitCreated,
  admissionTicket,
  type OrganizationId,
  type UserId,
  me,
} from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../server/src/database/new-id.ts'
import { hashPassword } from '../../server/src/users/passwords.ts'
import { insertUser } from '../../server/src/users/store.ts'
import { RemoteBrowser, startProxiedServer } from '../support/remote-browser.ts'
import type { TestServer } from '../support/server.ts'
import { ask, setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// From where and for how long somebody is signed in, over HTTP and signalling, with addresses as a reverse proxy tells them.
const office = '198.51.100.7'
const colleague = '198.51.100.8'
const home = '203.0.113.20'
const password = 'correct horse battery staple'
const open: SecuritySettings = {
  secondFactor: 'optional', idleMinutes: 15, passwordMaxAgeDays: null, bindSessions: false, addresses: [], roleAddresses: {},
}

let curtain: TestServer & { directUrl: string }
let boss: RemoteBrowser
let organizationId: OrganizationId
let passwordHash: string

beforeAll(async () => {
  curtain = await startProxiedServer()
  boss = new RemoteBrowser(curtain.directUrl, office)
  const secret = new URL(curtain.server.setupUrl ?? '').hash.slice(1)
  organizationId = (await setUpRelaxed(boss, { secret, ...owner })).organization.id
  passwordHash = await hashPassword(password)
})
afterAll(() => curtain?.[Symbol.asyncDispose]())
beforeEach(() => protect({}))

const browserAt = (address: string) => new RemoteBrowser(curtain.directUrl, address)
const protect = (settings: Partial<SecuritySettings>) =>
  ask(boss, securityState, 'PUT', '/v1/organization/security', { ...open, ...settings })

interface Account {
  id: UserId
  email: string
}

/** An account with a password of its own. */
async function addAccount(...roles: Role[]): Promise<Account> {
  const now = new Date()
  const id = newId('user', now)
  const account = { id, email: `${id}@harbor.example` }
  const user = { ...account, organizationId, name: 'Sky Reed', passwordHash, roles, now }
  await curtain.world.database.inOrganization(organizationId, (tx) => insertUser(tx, user))
  return account
}

const signIn = (browser: RemoteBrowser, { email }: Account, typed = password) =>
  browser.post('/v1/sign-in', { email, password: typed })

/** A browser that is signed in. */
async function signedIn(account: Account, address = office): Promise<RemoteBrowser> {
  const browser = browserAt(address)
  const response = await signIn(browser, account)
  if (!response.ok) throw new Error(`signing in answered ${response.status}`)
  return browser
}

/** `in`, or the code that a browser is refused with. */
async function standing(browser: RemoteBrowser, headers: Record<string, string> = {}): Promise<string> {
  const response = await browser.request('GET', '/v1/me', undefined, headers)
  return response.ok ? 'in' : browser.refusal(Promise.resolve(response))
}

const events = (type: string, userId: UserId) =>
  curtain.world.query('select outcome, facts, session_id from audit_events where type = $1 and user_id = $2 order by id', [type, userId])
const sessionOf = async (browser: RemoteBrowser) => (await ask(browser, me, 'GET', '/v1/me')).session
/** Nobody has used a session for so long. */
const leaveAlone = (id: string, minutes: number) =>
  curtain.world.query(`update sessions set last_used_at = now() - make_interval(mins => $2) where id = $1`, [id, minutes])

/** A stream of changes, and its end. */
async function follow(browser: RemoteBrowser): Promise<{ ended: Promise<unknown> }> {
  const response = await browser.request('GET', '/v1/visits/changes')
  expect(response.status).toBe(200)
  return { ended: response.text() }
}

describe('allowlists', () => {
  test('whoever is outside does not get in, with the right password alone is told why, and it is in the login log', async () => {
    const account = await addAccount('clinician')
    await protect({ addresses: ['198.51.100.0/24'] })
    const outside = browserAt(home)
    expect(await outside.refusal(signIn(outside, account))).toBe('address-not-allowed')
    expect(await outside.refusal(signIn(outside, account, 'not this one at all'))).toBe('sign-in-failed')
    expect(outside.cookies.size).toBe(0)
    const inside = await signedIn(account, colleague)
    const { signIns } = await ask(inside, signInList, 'GET', '/v1/me/sign-ins')
    expect(signIns.map(({ outcome, address }) => [outcome, address])).toEqual([
      ['signed-in', colleague],
      ['failed', home],
      ['address-not-allowed', home],
    ])
  })

  test('a one-time link is refused outside and not used up by that', async () => {
    const account = await addAccount('clinician')
    const link = await curtain.server.parts.sessions.createSignInLink(organizationId, account.id, { validMs: 60_000 })
    await protect({ addresses: ['198.51.100.0/24'] })
    const browser = browserAt(home)
    const exchange = () => browser.post('/v1/sign-in-links/exchange', { secret: link })
    expect(await browser.refusal(exchange())).toBe('address-not-allowed')
    browser.address = office
    expect((await exchange()).status).toBe(200)
  })

  test('a session that goes outside is over, with its request told why, and the audit log says so once', async () => {
    const account = await addAccount('clinician')
    const browser = await signedIn(account)
    await protect({ addresses: [office] })
    expect(await standing(browser)).toBe('in')
    browser.address = home
    expect(await standing(browser)).toBe('address-not-allowed')
    browser.address = office
    expect(await standing(browser)).toBe('not-signed-in')
    expect(await events('session.ended', account.id)).toMatchObject([
      { outcome: 'denied', facts: { reason: 'address-not-allowed' } },
    ])
  })

  test('what is held open outside ends when the lists change, without anybody asking for anything', async () => {
    const account = await addAccount('clinician')
    const outside = await signedIn(account, home)
    const { visit } = visitCreated.parse(await (await outside.post('/v1/visits', visitNow())).json())
    const { ticket } = admissionTicket.parse(await (await outside.post(`/v1/visits/${visit.id}/tickets`)).json())
    const client = await outside.connect()
    await client.hello(visit.id, ticket)
    const stream = await follow(outside)
    await protect({ addresses: ['198.51.100.0/24'] })
    await Promise.all([client.closed(), stream.ended])
  })

  test('whoever is let into a visit inside is not let in with the ticket outside, nor goes on there', async () => {
    const account = await addAccount('clinician')
    const browser = await signedIn(account)
    await protect({ addresses: ['198.51.100.0/24'] })
    const { visit } = visitCreated.parse(await (await browser.post('/v1/visits', visitNow())).json())
    const ticketOf = async () => admissionTicket.parse(await (await browser.post(`/v1/visits/${visit.id}/tickets`)).json()).ticket
    const carried = await ticketOf()
    const used = await ticketOf()
    const first = await browser.connect()
    const { resumeToken } = await first.hello(visit.id, used)

    browser.address = colleague
    const moved = await browser.connect()
    const resumed = await moved.resume(visit.id, resumeToken, first.lastSequence)
    expect(resumed.resumed).toBe(true)
    browser.address = home
    const outside = await browser.connect()
    await expect(outside.hello(visit.id, carried)).rejects.toMatchObject({ code: 'ticket-invalid' })
    const again = await browser.connect()
    await expect(again.resume(visit.id, resumed.resumeToken, 0)).rejects.toMatchObject({ code: 'resume-refused' })
  })

  test('lists of roles hold for those who have them', async () => {
    const [clinician, scheduler] = [await addAccount('clinician'), await addAccount('scheduler')]
    await protect({ roleAddresses: { clinician: [office] } })
    const browser = browserAt(home)
    expect(await browser.refusal(signIn(browser, clinician))).toBe('address-not-allowed')
    expect((await signIn(browser, scheduler)).status).toBe(200)
  })

  test('nobody locks themselves out, in whatever way they write their network down', async () => {
    const lockOut = (settings: Partial<SecuritySettings>) =>
      boss.refusal(boss.request('PUT', '/v1/organization/security', { ...open, ...settings }))
    expect(await lockOut({ addresses: ['203.0.113.0/24'] })).toBe('locked-out')
    expect(await lockOut({ roleAddresses: { owner: ['2001:db8::/32'] } })).toBe('locked-out')
    expect(await lockOut({ addresses: [office], roleAddresses: { clinician: [home], owner: [home] } })).toBe('locked-out')
    expect(await ask(boss, securityState, 'GET', '/v1/organization/security')).toEqual({ ...open, ownAddress: office })
    expect((await protect({ addresses: ['::ffff:198.51.100.0/120'] })).addresses).toEqual(['::ffff:198.51.100.0/120'])
  })

  test('a change is on record with what was before, and addresses are in no table', async () => {
    await protect({ idleMinutes: 5, bindSessions: true, addresses: ['198.51.100.0/24'] })
    const [event] = await curtain.world.query(
      `select facts, target from audit_events where type = 'organization.security-changed' order by id desc limit 1`,
    )
    expect(event).toEqual({
      target: organizationId,
      facts: {
        fields: ['idleMinutes', 'bindSessions', 'addresses'],
        idleMinutes: 5, idleMinutesBefore: 15, bindSessions: 'on', bindSessionsBefore: 'off',
      },
    })
  })
})

describe('sessions that are bound to an address', () => {
  test('end when they come from another one: a stolen cookie is of no use elsewhere, and its owner signs in anew', async () => {
    const account = await addAccount('clinician')
    const browser = await signedIn(account)
    await protect({ bindSessions: true })
    const thief = browserAt(home)
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value)
    expect(await standing(browser)).toBe('in')
    expect(await standing(thief)).toBe('not-signed-in')
    expect(await standing(browser)).toBe('not-signed-in')
    expect(await events('session.ended', account.id)).toMatchObject([{ outcome: 'denied', facts: { reason: 'address' } }])
  })

  test('go on within the network that one subscriber of IPv6 has', async () => {
    const account = await addAccount('clinician')
    const browser = await signedIn(account, '2001:db8:1:2::10')
    await protect({ bindSessions: true })
    browser.address = '2001:db8:1:2:ffff::99'
    expect(await standing(browser)).toBe('in')
    browser.address = '2001:db8:1:3::10'
    expect(await standing(browser)).toBe('not-signed-in')
  })

  test('move as they like where it is not asked for', async () => {
    const browser = await signedIn(await addAccount('clinician'))
    browser.address = home
    expect(await standing(browser)).toBe('in')
  })
})

describe('how long a session lasts unused', () => {
  const background = { [useHeader]: 'background' }

  test('is for the organization to say', async () => {
    const browser = await signedIn(await addAccount('clinician'))
    const { id } = await sessionOf(browser)
    await leaveAlone(id, 14)
    expect(await standing(browser, background)).toBe('in')
    await protect({ idleMinutes: 10 })
    expect(await standing(browser)).toBe('not-signed-in')
  })

  test('what no person caused does not count as a use; what they do elsewhere on the page does', async () => {
    const browser = await signedIn(await addAccount('clinician'))
    const { id } = await sessionOf(browser)
    const usedAt = async () => (await curtain.world.query('select last_used_at from sessions where id = $1', [id]))[0]?.['last_used_at']
    await leaveAlone(id, 10)
    const before = await usedAt()
    await standing(browser, background)
    await browser.request('GET', '/v1/visits/changes', undefined, { accept: 'text/event-stream' }).then((stream) => stream.body?.cancel())
    expect(await usedAt()).toEqual(before)
    expect((await browser.post('/v1/me/activity')).status).toBe(204)
    expect(await usedAt()).not.toEqual(before)
  })

  test('being in a visit keeps the session that somebody is there with, and no other one of theirs', async () => {
    const account = await addAccount('clinician')
    const [here, elsewhere] = [await signedIn(account), await signedIn(account, home)]
    const [{ id }, other] = [await sessionOf(here), await sessionOf(elsewhere)]
    const { visit } = visitCreated.parse(await (await here.post('/v1/visits', visitNow())).json())
    const { ticket } = admissionTicket.parse(await (await here.post(`/v1/visits/${visit.id}/tickets`)).json())
    const client = await here.connect()
    const { resumeToken } = await client.hello(visit.id, ticket)
    await Promise.all([id, other.id].map((one) => leaveAlone(one, 20)))
    expect(await standing(here, background)).toBe('in')
    expect(await standing(elsewhere)).toBe('not-signed-in')
    // Another network, as in a corridor: the line breaks and comes back.
    client.drop()
    here.address = colleague
    const again = await here.connect()
    expect(await again.resume(visit.id, resumeToken, client.lastSequence)).toMatchObject({ resumed: true })
  })

  test('a stream of changes ends with an idle session, and does not keep it', async () => {
    const browser = await signedIn(await addAccount('clinician'))
    const { id } = await sessionOf(browser)
    const stream = await follow(browser)
    await leaveAlone(id, 16)
    // As the database tells of any session: looked at anew, it is over.
    await curtain.world.query('select pg_notify($1, $2)', ['curtain_sessions', `${organizationId} ${id}`])
    await stream.ended
  })
})

describe('where somebody is signed in', () => {
  test('is listed with browser, system and address, and this one is marked', async () => {
    const account = await addAccount('scheduler')
    const phone = new RemoteBrowser(
      curtain.directUrl,
      home,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    )
    expect((await signIn(phone, account)).status).toBe(200)
    const desk = await signedIn(account)
    const { sessions } = await ask(desk, staffSessionList, 'GET', '/v1/me/sessions')
    expect(sessions.map(({ isThis, device, address }) => ({ isThis, device, address }))).toEqual([
      { isThis: true, device: { browser: 'Firefox', system: 'Linux' }, address: office },
      { isThis: false, device: { browser: 'Safari', system: 'iOS' }, address: home },
    ])
  })

  test('ended from another browser a session loses everything at once: requests, streams, live visits', async () => {
    const account = await addAccount('clinician')
    const [desk, lost] = [await signedIn(account), await signedIn(account, home)]
    const { visit } = visitCreated.parse(await (await lost.post('/v1/visits', visitNow())).json())
    const { ticket } = admissionTicket.parse(await (await lost.post(`/v1/visits/${visit.id}/tickets`)).json())
    const client = await lost.connect()
    await client.hello(visit.id, ticket)
    const stream = await follow(lost)
    const { id } = await sessionOf(lost)
    expect((await desk.request('DELETE', `/v1/me/sessions/${id}`)).status).toBe(204)
    await Promise.all([client.closed(), stream.ended])
    expect(await standing(lost)).toBe('not-signed-in')
    expect(await standing(desk)).toBe('in')
    expect(await events('session.ended', account.id)).toMatchObject([{ facts: { reason: 'user' } }])
    expect(await desk.refusal(desk.request('DELETE', `/v1/me/sessions/${id}`))).toBe('not-found')
  })

  test('all others can be ended at once, and this one stays', async () => {
    const account = await addAccount('scheduler')
    const browsers = [await signedIn(account), await signedIn(account), await signedIn(account, home)]
    const [here, ...others] = browsers
    expect((await here!.post('/v1/me/sessions/end-others')).status).toBe(204)
    expect(await Promise.all(others.map((browser) => standing(browser)))).toEqual(['not-signed-in', 'not-signed-in'])
    expect(await standing(here!)).toBe('in')
  })

  test('nobody ends a colleague’s', async () => {
    const [one, other] = [await signedIn(await addAccount('scheduler')), await signedIn(await addAccount('owner'))]
    const { id } = await sessionOf(one)
    expect(await other.refusal(other.request('DELETE', `/v1/me/sessions/${id}`))).toBe('not-found')
    expect(await standing(one)).toBe('in')
  })
})

describe('the login log', () => {
  test('has what failed, who was suspended and who tried too often, of accounts that there are', async () => {
    const account = await addAccount('scheduler')
    const guesser = browserAt('203.0.113.99')
    for (let i = 0; i < 10; i++) await signIn(guesser, account, 'not this one at all')
    await curtain.world.query('update users set suspended_at = now() where id = $1', [account.id])
    const suspended = browserAt(home)
    expect(await suspended.refusal(signIn(suspended, account))).toBe('sign-in-failed')
    const officer = await signedIn(await addAccount('security-officer'))
    const { signIns, more } = await ask(officer, signInList, 'GET', `/v1/sign-ins?userId=${account.id}`)
    expect(more).toBe(false)
    expect(signIns.map(({ outcome }) => outcome)).toEqual(['suspended', 'throttled', ...Array.from({ length: 8 }, () => 'failed')])
    expect(signIns[0]).toMatchObject({
      userId: account.id, userName: 'Sky Reed', by: 'password', isNewDevice: true, address: home,
      device: { browser: 'Firefox', system: 'Linux' },
    })
  })

  test('says nothing of addresses that nobody has', async () => {
    const lines = async () => (await curtain.world.query('select count(*) as count from sign_ins'))[0]
    const before = await lines()
    await signIn(browserAt(home), { id: newId('user', new Date()), email: 'nobody@harbor.example' })
    expect(await lines()).toEqual(before)
  })

  test('knows a device again by what the browser keeps, for each account apart', async () => {
    const [one, other] = [await addAccount('scheduler'), await addAccount('scheduler')]
    const browser = browserAt(office)
    const isNew = async () => (await ask(browser, signInList, 'GET', '/v1/me/sign-ins')).signIns[0]?.isNewDevice
    await signIn(browser, one)
    expect(await isNew()).toBe(true)
    await browser.post('/v1/sign-out')
    browser.address = home
    browser.userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0'
    await signIn(browser, one)
    expect(await isNew()).toBe(false)
    await signIn(browser, other)
    expect(await isNew()).toBe(true)
  })

  test('is read a page at a time, and no line comes twice', async () => {
    const account = await addAccount('scheduler')
    const browser = browserAt(office)
    for (let i = 0; i < 52; i++) {
      const link = await curtain.server.parts.sessions.createSignInLink(organizationId, account.id, { validMs: 60_000 })
      await browser.post('/v1/sign-in-links/exchange', { secret: link })
    }
    const first = await ask(browser, signInList, 'GET', '/v1/me/sign-ins')
    const last = await ask(browser, signInList, 'GET', `/v1/me/sign-ins?before=${first.signIns.at(-1)?.id}`)
    expect([first.signIns.length, first.more, last.signIns.length, last.more]).toEqual([50, true, 2, false])
    const ids = [...first.signIns, ...last.signIns].map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted().toReversed())
  })

  test('everybody’s is for security officers alone, and that they read it is on record', async () => {
    const account = await addAccount('security-officer')
    const officer = await signedIn(account)
    const { signIns } = await ask(officer, signInList, 'GET', '/v1/sign-ins')
    expect(new Set(signIns.map(({ userId }) => userId)).size).toBeGreaterThan(1)
    expect(await events('sign-in.listed', account.id)).toMatchObject([{ facts: { count: signIns.length } }])
    expect(await boss.refusal(boss.request('GET', '/v1/sign-ins'))).toBe('forbidden')
  })
})

test('addresses of people are in the clear in no row', async () => {
  await signedIn(await addAccount('clinician'), '203.0.113.177')
  await protect({ addresses: ['198.51.100.0/24', '203.0.113.177'] })
  const tables = ['organizations', 'sessions', 'sign_ins', 'audit_events', 'mails']
  const rows = (await Promise.all(tables.map((table) => curtain.world.query(`select t::text as row from ${table} t`)))).flat()
  const text = JSON.stringify(rows)
  expect(text).toContain(organizationId)
  // bytea reads as hex.
  expect(text).not.toContain('203.0.113.177')
  expect(text).not.toContain(Buffer.from('203.0.113.177').toString('hex'))
})

const visitNow = () => ({ patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString() })
