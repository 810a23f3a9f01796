import { type SecuritySettings, securityState, signInList } from '@curtain/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  colleague, follow, home, makeSessionsWorld, makeVisit, office, open, type SessionsWorld, signIn, standing, ticketTo,
} from '../support/sessions-world.ts'
import { ask } from '../support/sign-in.ts'

// From where somebody may be signed in, over HTTP and signalling, with addresses as a reverse proxy tells them.
let world: SessionsWorld
let curtain: SessionsWorld['curtain']
let boss: SessionsWorld['boss']

beforeAll(async () => {
  world = await makeSessionsWorld()
  ;({ curtain, boss } = world)
})
afterAll(() => world?.[Symbol.asyncDispose]())
beforeEach(() => world.protect({}))

describe('allowlists', () => {
  test('whoever is outside does not get in, with the right password alone is told why, and it is in the login log', async () => {
    const account = await world.addAccount('clinician')
    await world.protect({ addresses: ['198.51.100.0/24'] })
    const outside = world.browserAt(home)
    expect(await outside.refusal(signIn(outside, account))).toBe('address-not-allowed')
    expect(await outside.refusal(signIn(outside, account, 'not this one at all'))).toBe('sign-in-failed')
    expect(outside.cookies.size).toBe(0)
    const inside = await world.signedIn(account, colleague)
    const { signIns } = await ask(inside, signInList, 'GET', '/v1/me/sign-ins')
    expect(signIns.map(({ outcome, address }) => [outcome, address])).toEqual([
      ['signed-in', colleague],
      ['failed', home],
      ['address-not-allowed', home],
    ])
  })

  test('a one-time link is refused outside and not used up by that', async () => {
    const account = await world.addAccount('clinician')
    const link = await curtain.server.parts.sessions.createSignInLink(world.organizationId, account.id, { validMs: 60_000 })
    await world.protect({ addresses: ['198.51.100.0/24'] })
    const browser = world.browserAt(home)
    const exchange = () => browser.post('/v1/sign-in-links/exchange', { secret: link })
    expect(await browser.refusal(exchange())).toBe('address-not-allowed')
    browser.address = office
    expect((await exchange()).status).toBe(200)
  })

  test('a session that goes outside is over, with its request told why, and the audit log says so once', async () => {
    const account = await world.addAccount('clinician')
    const browser = await world.signedIn(account)
    await world.protect({ addresses: [office] })
    expect(await standing(browser)).toBe('in')
    browser.address = home
    expect(await standing(browser)).toBe('address-not-allowed')
    browser.address = office
    expect(await standing(browser)).toBe('not-signed-in')
    expect(await world.events('session.ended', account.id)).toMatchObject([
      { outcome: 'denied', facts: { reason: 'address-not-allowed' } },
    ])
  })

  test('what is held open outside ends when the lists change, without anybody asking for anything', async () => {
    const account = await world.addAccount('clinician')
    const outside = await world.signedIn(account, home)
    const { visit, ticket } = await makeVisit(outside)
    const client = await outside.connect()
    await client.hello(visit.id, ticket)
    const stream = await follow(outside)
    await world.protect({ addresses: ['198.51.100.0/24'] })
    await Promise.all([client.closed(), stream.ended])
  })

  test('whoever is let into a visit inside is not let in with the ticket outside, nor goes on there', async () => {
    const account = await world.addAccount('clinician')
    const browser = await world.signedIn(account)
    await world.protect({ addresses: ['198.51.100.0/24'] })
    const { visit, ticket: carried } = await makeVisit(browser)
    const used = await ticketTo(browser, visit.id)
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
    const [clinician, scheduler] = [await world.addAccount('clinician'), await world.addAccount('scheduler')]
    await world.protect({ roleAddresses: { clinician: [office] } })
    const browser = world.browserAt(home)
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
    expect((await world.protect({ addresses: ['::ffff:198.51.100.0/120'] })).addresses).toEqual(['::ffff:198.51.100.0/120'])
  })

  test('a change is on record with what was before, and addresses are in no table', async () => {
    await world.protect({ idleMinutes: 5, bindSessions: true, addresses: ['198.51.100.0/24'] })
    const [event] = await curtain.world.query(
      `select facts, target from audit_events where type = 'organization.security-changed' order by id desc limit 1`,
    )
    expect(event).toEqual({
      target: world.organizationId,
      facts: {
        fields: ['idleMinutes', 'bindSessions', 'addresses'],
        idleMinutes: 5, idleMinutesBefore: 15, bindSessions: 'on', bindSessionsBefore: 'off',
      },
    })
  })
})

describe('sessions that are bound to an address', () => {
  test('end when they come from another one: a stolen cookie is of no use elsewhere, and its owner signs in anew', async () => {
    const account = await world.addAccount('clinician')
    const browser = await world.signedIn(account)
    await world.protect({ bindSessions: true })
    const thief = world.browserAt(home)
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value)
    expect(await standing(browser)).toBe('in')
    expect(await standing(thief)).toBe('not-signed-in')
    expect(await standing(browser)).toBe('not-signed-in')
    expect(await world.events('session.ended', account.id)).toMatchObject([{ outcome: 'denied', facts: { reason: 'address' } }])
  })

  test('go on within the network that one subscriber of IPv6 has', async () => {
    const account = await world.addAccount('clinician')
    const browser = await world.signedIn(account, '2001:db8:1:2::10')
    await world.protect({ bindSessions: true })
    browser.address = '2001:db8:1:2:ffff::99'
    expect(await standing(browser)).toBe('in')
    browser.address = '2001:db8:1:3::10'
    expect(await standing(browser)).toBe('not-signed-in')
  })

  test('move as they like where it is not asked for', async () => {
    const browser = await world.signedIn(await world.addAccount('clinician'))
    browser.address = home
    expect(await standing(browser)).toBe('in')
  })
})

test('addresses of people are in the clear in no row', async () => {
  await world.signedIn(await world.addAccount('clinician'), '203.0.113.177')
  await world.protect({ addresses: ['198.51.100.0/24', '203.0.113.177'] })
  const tables = ['organizations', 'sessions', 'sign_ins', 'audit_events', 'mails']
  const rows = (await Promise.all(tables.map((table) => curtain.world.query(`select t::text as row from ${table} t`)))).flat()
  const text = JSON.stringify(rows)
  expect(text).toContain(world.organizationId)
  // bytea reads as hex.
  expect(text).not.toContain('203.0.113.177')
  expect(text).not.toContain(Buffer.from('203.0.113.177').toString('hex'))
})
