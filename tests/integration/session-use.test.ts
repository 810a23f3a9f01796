import { signInList, staffSessionList, useHeader } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../server/src/database/new-id.ts'
import { RemoteBrowser } from '../support/remote-browser.ts'
import {
  colleague, follow, home, makeSessionsWorld, makeVisit, office, type SessionsWorld, sessionOf, signIn, standing,
} from '../support/sessions-world.ts'
import { ask } from '../support/sign-in.ts'

// How long somebody stays signed in, what they see of where they are, and what stands in the login log.
let world: SessionsWorld
let curtain: SessionsWorld['curtain']
let boss: SessionsWorld['boss']

beforeAll(async () => {
  world = await makeSessionsWorld()
  ;({ curtain, boss } = world)
})
afterAll(() => world?.[Symbol.asyncDispose]())
beforeEach(() => world.protect({}))

describe('how long a session lasts unused', () => {
  const background = { [useHeader]: 'background' }

  test('is for the organization to say', async () => {
    const browser = await world.signedIn(await world.addAccount('clinician'))
    const { id } = await sessionOf(browser)
    await world.leaveAlone(id, 14)
    expect(await standing(browser, background)).toBe('in')
    await world.protect({ idleMinutes: 10 })
    expect(await standing(browser)).toBe('not-signed-in')
  })

  test('what no person caused does not count as a use; what they do elsewhere on the page does', async () => {
    const browser = await world.signedIn(await world.addAccount('clinician'))
    const { id } = await sessionOf(browser)
    const usedAt = async () => (await curtain.world.query('select last_used_at from sessions where id = $1', [id]))[0]?.['last_used_at']
    await world.leaveAlone(id, 10)
    const before = await usedAt()
    await standing(browser, background)
    await browser.request('GET', '/v1/visits/changes', undefined, { accept: 'text/event-stream' }).then((stream) => stream.body?.cancel())
    expect(await usedAt()).toEqual(before)
    expect((await browser.post('/v1/me/activity')).status).toBe(204)
    expect(await usedAt()).not.toEqual(before)
  })

  test('being in a visit keeps the session that somebody is there with, and no other one of theirs', async () => {
    const account = await world.addAccount('clinician')
    const [here, elsewhere] = [await world.signedIn(account), await world.signedIn(account, home)]
    const [{ id }, other] = [await sessionOf(here), await sessionOf(elsewhere)]
    const { visit, ticket } = await makeVisit(here)
    const client = await here.connect()
    const { resumeToken } = await client.hello(visit.id, ticket)
    await Promise.all([id, other.id].map((one) => world.leaveAlone(one, 20)))
    expect(await standing(here, background)).toBe('in')
    expect(await standing(elsewhere)).toBe('not-signed-in')
    // Another network, as in a corridor: the line breaks and comes back.
    client.drop()
    here.address = colleague
    const again = await here.connect()
    expect(await again.resume(visit.id, resumeToken, client.lastSequence)).toMatchObject({ resumed: true })
  })

  test('a stream of changes ends with an idle session, and does not keep it', async () => {
    const browser = await world.signedIn(await world.addAccount('clinician'))
    const { id } = await sessionOf(browser)
    const stream = await follow(browser)
    await world.leaveAlone(id, 16)
    // As the database tells of any session: looked at anew, it is over.
    await curtain.world.query('select pg_notify($1, $2)', ['curtain_sessions', `${world.organizationId} ${id}`])
    await stream.ended
  })
})

describe('where somebody is signed in', () => {
  test('is listed with browser, system and address, and this one is marked', async () => {
    const account = await world.addAccount('scheduler')
    const phone = new RemoteBrowser(
      curtain.directUrl,
      home,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    )
    expect((await signIn(phone, account)).status).toBe(200)
    const desk = await world.signedIn(account)
    const { sessions } = await ask(desk, staffSessionList, 'GET', '/v1/me/sessions')
    expect(sessions.map(({ isThis, device, address }) => ({ isThis, device, address }))).toEqual([
      { isThis: true, device: { browser: 'Firefox', system: 'Linux' }, address: office },
      { isThis: false, device: { browser: 'Safari', system: 'iOS' }, address: home },
    ])
  })

  test('ended from another browser a session loses everything at once: requests, streams, live visits', async () => {
    const account = await world.addAccount('clinician')
    const [desk, lost] = [await world.signedIn(account), await world.signedIn(account, home)]
    const { visit, ticket } = await makeVisit(lost)
    const client = await lost.connect()
    await client.hello(visit.id, ticket)
    const stream = await follow(lost)
    const { id } = await sessionOf(lost)
    expect((await desk.request('DELETE', `/v1/me/sessions/${id}`)).status).toBe(204)
    await Promise.all([client.closed(), stream.ended])
    expect(await standing(lost)).toBe('not-signed-in')
    expect(await standing(desk)).toBe('in')
    expect(await world.events('session.ended', account.id)).toMatchObject([{ facts: { reason: 'user' } }])
    expect(await desk.refusal(desk.request('DELETE', `/v1/me/sessions/${id}`))).toBe('not-found')
  })

  test('all others can be ended at once, and this one stays', async () => {
    const account = await world.addAccount('scheduler')
    const browsers = [await world.signedIn(account), await world.signedIn(account), await world.signedIn(account, home)]
    const [here, ...others] = browsers
    expect((await here!.post('/v1/me/sessions/end-others')).status).toBe(204)
    expect(await Promise.all(others.map((browser) => standing(browser)))).toEqual(['not-signed-in', 'not-signed-in'])
    expect(await standing(here!)).toBe('in')
  })

  test('nobody ends a colleague’s', async () => {
    const [one, other] = [await world.signedIn(await world.addAccount('scheduler')), await world.signedIn(await world.addAccount('owner'))]
    const { id } = await sessionOf(one)
    expect(await other.refusal(other.request('DELETE', `/v1/me/sessions/${id}`))).toBe('not-found')
    expect(await standing(one)).toBe('in')
  })
})

describe('the login log', () => {
  test('has what failed, who was suspended and who tried too often, of accounts that there are', async () => {
    const account = await world.addAccount('scheduler')
    const guesser = world.browserAt('203.0.113.99')
    for (let i = 0; i < 10; i++) await signIn(guesser, account, 'not this one at all')
    await curtain.world.query('update users set suspended_at = now() where id = $1', [account.id])
    const suspended = world.browserAt(home)
    expect(await suspended.refusal(signIn(suspended, account))).toBe('sign-in-failed')
    const officer = await world.signedIn(await world.addAccount('security-officer'))
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
    await signIn(world.browserAt(home), { id: newId('user', new Date()), email: 'nobody@harbor.example' })
    expect(await lines()).toEqual(before)
  })

  test('knows a device again by what the browser keeps, for each account apart', async () => {
    const [one, other] = [await world.addAccount('scheduler'), await world.addAccount('scheduler')]
    const browser = world.browserAt(office)
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
    const account = await world.addAccount('scheduler')
    const browser = world.browserAt(office)
    for (let i = 0; i < 52; i++) {
      const link = await curtain.server.parts.sessions.createSignInLink(world.organizationId, account.id, { validMs: 60_000 })
      await browser.post('/v1/sign-in-links/exchange', { secret: link })
    }
    const first = await ask(browser, signInList, 'GET', '/v1/me/sign-ins')
    const last = await ask(browser, signInList, 'GET', `/v1/me/sign-ins?before=${first.signIns.at(-1)?.id}`)
    expect([first.signIns.length, first.more, last.signIns.length, last.more]).toEqual([50, true, 2, false])
    const ids = [...first.signIns, ...last.signIns].map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted().toReversed())
  })

  test('everybody’s is for security officers alone, and that they read it is on record', async () => {
    await world.signedIn(await world.addAccount('scheduler'))
    const account = await world.addAccount('security-officer')
    const officer = await world.signedIn(account)
    const { signIns } = await ask(officer, signInList, 'GET', '/v1/sign-ins')
    expect(new Set(signIns.map(({ userId }) => userId)).size).toBeGreaterThan(1)
    expect(await world.events('sign-in.listed', account.id)).toMatchObject([{ facts: { count: signIns.length } }])
    expect(await boss.refusal(boss.request('GET', '/v1/sign-ins'))).toBe('forbidden')
  })
})
