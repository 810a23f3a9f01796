import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits, type ParticipantId, type VisitId } from '@curtain/protocol'
import { Clinic, type Joined, type Visitor } from '../support/clinic.ts'
import { microphone } from '../support/rtp-parameters.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import type { SignallingClient } from '../support/signalling-client.ts'
import { owner } from '../support/staff.ts'

const generous = { burst: 100_000, perMinute: 100_000 }

let curtain: TestServer
let clinic: Clinic

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: generous, guessable: generous } })
  clinic = new Clinic(curtain.url, (await signInOwner(curtain)).browser)
})
afterAll(() => curtain[Symbol.asyncDispose]())

type Hello = { ticket: string } | { resumeToken: string; lastSequence: number }

async function refusedHello(visitId: VisitId, auth: Hello) {
  const client = await clinic.connect()
  const code = await client.refusal('hello', { protocolVersion: limits.protocolVersion, visitId, auth })
  return [code, code === null ? null : await client.closed()]
}

const resumeOf = ({ hello, client }: Visitor): Hello => ({
  resumeToken: hello.resumeToken,
  lastSequence: client.lastSequence,
})

async function figure(name: string): Promise<number> {
  const text = await (await clinic.newBrowser().request('GET', '/metrics')).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

/** On record and in the room. */
async function standing(visitId: VisitId, id: ParticipantId) {
  const { participants } = await clinic.readVisit(visitId)
  return participants.find((one) => one.id === id)
}

const liveSessions = (id: ParticipantId) =>
  curtain.world.query('select id from participant_sessions where participant_id = $1 and ended_at is null', [id])

describe.each([
  ['removed', 'remove', true],
  ['refused', 'refuse', false],
] as const)('%s means %s', (outcome, request, admitted) => {
  let visitId: VisitId
  let host: Joined
  let person: Visitor
  /** Tickets that were asked for before and not used yet. */
  let kept: string
  let keptLonger: string
  let usedTicket: string
  let link: { url: string }

  beforeAll(async () => {
    const made = await clinic.makeVisit()
    visitId = made.visit.id
    link = made.link
    host = await clinic.join(await clinic.arrive(visitId, clinic.staff))
    const exchanged = await clinic.exchange(link)
    usedTicket = exchanged.ticket
    person = await clinic.arrive(visitId, exchanged.browser, usedTicket)
    kept = await clinic.ticket(visitId, person.browser)
    keptLonger = await clinic.ticket(visitId, person.browser)
    if (admitted) {
      await host.client.request('admit', { participantId: person.id })
      const { client, joined } = await clinic.join(person)
      await client.request('producer.create', microphone(joined.sendTransport.id))
      await host.client.notified('consumer.added')
      expect(await figure('curtain_media_consumers')).toBe(1)
    }
    await host.client.request(request, { participantId: person.id })
  })

  test('the socket is told so and closed for good, and the media with it', async () => {
    expect(await person.client.closed()).toBe(4000)
    expect(person.client.received.at(-1)).toMatchObject({ type: outcome })
    if (admitted) await host.client.notified('participant.left', (one) => one.participantId === person.id)
    else await host.client.notified('waiting.removed', (one) => one.participantId === person.id)
    expect(await figure('curtain_media_consumers')).toBe(0)
    expect(await standing(visitId, person.id)).toMatchObject({ admission: outcome, present: false })
    expect(await liveSessions(person.id)).toEqual([])
  })

  test('the resume token is dead', async () => {
    expect(await refusedHello(visitId, resumeOf(person))).toEqual(['resume-refused', 1013])
  })

  test('a ticket from before is dead, used or not', async () => {
    expect(await refusedHello(visitId, { ticket: usedTicket })).toEqual(['ticket-invalid', 1013])
    expect(await refusedHello(visitId, { ticket: kept })).toEqual([outcome, 4000])
  })

  test('the cookie gets no new ticket', async () => {
    const { browser } = person
    expect(await browser.refusal(browser.post(`/v1/visits/${visitId}/tickets`))).toBe(outcome)
    expect(await browser.refusal(browser.post(`/v1/visits/${visitId}/tickets`, { as: 'participant' }))).toBe(outcome)
    expect(await browser.refusal(browser.post(`/v1/visits/${visitId}/tickets`, { as: 'host' }))).toBe('not-signed-in')
  })

  test('the link opens nothing, in the same browser and in another', async () => {
    const sessions = await curtain.world.query('select count(*) from participant_sessions')
    for (const browser of [person.browser, clinic.newBrowser()]) {
      expect(await browser.refusal(clinic.openLink(link, browser))).toBe(outcome)
    }
    expect(await curtain.world.query('select count(*) from participant_sessions')).toEqual(sessions)
  })

  test('the host cannot undo it in the room', async () => {
    expect(await host.client.refusal('admit', { participantId: person.id })).toBe('participant-not-found')
  })

  test('what was refused is in the audit log, with the reason', async () => {
    const denied = await curtain.world.query(
      `select type, facts->>'reason' as reason from audit_events
       where outcome = 'denied' and participant_id = $1 order by type`,
      [person.id],
    )
    expect(denied).toEqual([
      ...[1, 2].map(() => ({ type: 'link.refused', reason: outcome })),
      ...[1, 2].map(() => ({ type: 'ticket.refused', reason: outcome })),
    ])
  })

  test('a new invitation lets them come again, to the waiting room, and revives nothing old', async () => {
    const invitation = await clinic.inviteAgain(visitId, person.id)
    const { browser } = person
    expect(await browser.refusal(clinic.openLink(link, browser))).toBe('link-expired')
    expect(await browser.refusal(browser.post(`/v1/visits/${visitId}/tickets`))).toBe('not-signed-in')
    expect(await refusedHello(visitId, { ticket: keptLonger })).toEqual(['ticket-invalid', 1013])
    expect(await refusedHello(visitId, resumeOf(person))).toEqual(['resume-refused', 1013])

    const back = await clinic.comeByLink(invitation)
    expect(back).toMatchObject({ id: person.id, hello: { participant: { admission: 'waiting' }, grants: [] } })
    expect(await back.client.refusal('join', { rtpCapabilities: {} })).toBe('not-admitted')
    await host.client.notified('waiting.added', (one) => one.participant.id === person.id)
    await host.client.request('admit', { participantId: person.id })
    await clinic.join(back)
    expect(await standing(visitId, person.id)).toMatchObject({ admission: 'admitted', present: true })
  })
})

describe('a second tab that connects at the moment of the removal', () => {
  const sayHello = (client: SignallingClient, visitId: VisitId, ticket: string) => {
    const { protocolVersion } = limits
    client.sendText(JSON.stringify({ type: 'hello', id: 1, protocolVersion, visitId, auth: { ticket } }))
  }

  // Sent together from two sockets, they meet in every order; the turns of the event loop in between shift them.
  test.each(Array.from({ length: 12 }, (_, turns) => [turns]))('is out as well (%i turns apart)', async (turns) => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    const ticket = await clinic.ticket(visitId, patient.browser)
    const tab = await clinic.connect()
    const removed = host.client.request('remove', { participantId: patient.id })
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    sayHello(tab, visitId, ticket)
    await removed

    expect([await patient.client.closed(), await tab.closed()]).toEqual([4000, 4000])
    const [last] = tab.received.slice(-1)
    expect([last?.type, last?.type === 'error' ? last.code : null]).toEqual(
      last?.type === 'error' ? ['error', 'removed'] : ['removed', null],
    )
    expect(await standing(visitId, patient.id)).toMatchObject({ admission: 'removed', present: false })
    expect(await liveSessions(patient.id)).toEqual([])
    await host.client.request('ping', {})
    expect((await clinic.arrive(visitId, clinic.staff)).hello.room.participants).toHaveLength(1)
  })

  test.each([0, 1, 2, 3, 4, 5])('is out as well, tab first (%i turns apart)', async (turns) => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    const ticket = await clinic.ticket(visitId, patient.browser)
    const tab = await clinic.connect()
    sayHello(tab, visitId, ticket)
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    await host.client.request('remove', { participantId: patient.id })
    expect([await patient.client.closed(), await tab.closed()]).toEqual([4000, 4000])
    expect(await standing(visitId, patient.id)).toMatchObject({ admission: 'removed', present: false })
    expect((await clinic.arrive(visitId, clinic.staff)).hello.room.participants).toHaveLength(1)
  })

  test('and a link that is opened at that moment gives nothing that works', async () => {
    const { visitId, host } = await clinic.twoInVisit()
    const invitation = await clinic.inviteGuest(visitId)
    const guest = await clinic.comeByLink(invitation)
    const again = await clinic.inviteAgain(visitId, guest.id)
    const other = clinic.newBrowser()
    const [response] = await Promise.all([
      clinic.openLink(again, other),
      host.client.request('refuse', { participantId: guest.id }),
    ])
    if (response.ok) {
      expect(await other.refusal(other.post(`/v1/visits/${visitId}/tickets`))).toBe('refused')
    } else expect(await response.json()).toMatchObject({ code: 'refused' })
    expect(await liveSessions(guest.id)).toEqual([])
  })
})

test('somebody sent back waits again, in a new tab as well, and their streams are gone', async () => {
  const { visitId, host, patient } = await clinic.twoInVisit()
  const { client, joined } = patient
  await client.request('producer.create', microphone(joined.sendTransport.id))
  await host.client.notified('consumer.added')
  await host.client.request('send-back', { participantId: patient.id })
  await client.notified('sent-back')
  await host.client.notified('consumer.closed')
  expect(await client.refusal('producer.create', microphone(joined.sendTransport.id))).toBe('not-admitted')
  const tab = await clinic.arrive(visitId, patient.browser)
  expect(tab.hello).toMatchObject({ participant: { admission: 'waiting' }, grants: [] })
  expect(tab.hello.room).toMatchObject({ participants: [], waiting: [] })
  expect(await tab.client.refusal('join', { rtpCapabilities: tab.hello.routerRtpCapabilities })).toBe('not-admitted')
})

test.each(Array.from({ length: 8 }, (_, turns) => [turns]))(
  'somebody sent back who leaves and comes again at that moment waits (%i turns apart)',
  async (turns) => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    const ticket = await clinic.ticket(visitId, patient.browser)
    const tab = await clinic.connect()
    const sentBack = host.client.request('send-back', { participantId: patient.id })
    const left = patient.client.request('leave', {})
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    const hello = await tab.hello(visitId, ticket)
    const code = await sentBack.then(
      () => null,
      (error: unknown) => error,
    )
    await left.catch(() => undefined)
    // Where the leaving came first there was nobody to send back.
    if (code === null) {
      expect(await tab.refusal('join', { rtpCapabilities: hello.routerRtpCapabilities })).toBe('not-admitted')
      expect(await standing(visitId, patient.id)).toMatchObject({ admission: 'waiting', present: true })
    } else expect(code).toMatchObject({ code: 'participant-not-found' })
  },
)

/** Everything by which somebody could be, or come, in a visit that is over. */
async function everythingIsDead(
  visitId: VisitId,
  people: Visitor[],
  link: { url: string },
  unused: string[],
): Promise<void> {
  for (const person of people) {
    expect(await person.client.closed()).toBe(4000)
    expect(person.client.received.at(-1)).toMatchObject({ type: 'ended' })
    expect(await refusedHello(visitId, resumeOf(person))).toEqual(['resume-refused', 1013])
    expect(await person.browser.refusal(person.browser.post(`/v1/visits/${visitId}/tickets`))).toBe('visit-ended')
  }
  for (const ticket of unused) expect(await refusedHello(visitId, { ticket })).toEqual(['visit-ended', 4000])
  const anybody = clinic.newBrowser()
  expect(await anybody.refusal(clinic.openLink(link, anybody))).toBe('visit-ended')
  const { staff } = clinic
  const invited = staff.post(`/v1/visits/${visitId}/links`, { guest: { name: 'Late' } })
  expect(await staff.refusal(invited)).toBe('visit-ended')
  for (const change of ['end', 'cancel', 'no-show']) {
    expect(await staff.refusal(staff.post(`/v1/visits/${visitId}/${change}`))).toBe('visit-state')
  }
  const { query } = curtain.world
  const alive = 'select id from participant_sessions where visit_id = $1 and ended_at is null'
  expect(await query(alive, [visitId])).toEqual([])
  expect(await query('select id from visit_links where visit_id = $1 and revoked_at is null', [visitId])).toEqual([])
}

describe('an ended visit is over for everybody', () => {
  test.each(['by the host in the room', 'from outside the room'])('%s', async (how) => {
    const { visitId, link, host, patient } = await clinic.twoInVisit()
    const waiting = await clinic.comeByLink(await clinic.inviteGuest(visitId))
    const tickets = [await clinic.ticket(visitId, patient.browser), await clinic.ticket(visitId, clinic.staff)]
    if (how === 'by the host in the room') await host.client.request('end', {})
    else await clinic.end(visitId)
    await everythingIsDead(visitId, [host, patient, waiting], link, tickets)
  })

  test('by two at the same moment, once on record', async () => {
    const { visitId, host } = await clinic.twoInVisit()
    const both = [host.client.request('end', {}), clinic.staff.post(`/v1/visits/${visitId}/end`)]
    await Promise.allSettled(both)
    expect(await host.client.closed()).toBe(4000)
    const ended = `select id from audit_events where target = $1 and type = 'visit.ended'`
    expect(await curtain.world.query(ended, [visitId])).toHaveLength(1)
  })
})

test('a host who signs out leaves the visit at once, and nothing of that session comes back', async () => {
  const { visitId, host: colleague, patient } = await clinic.twoInVisit()
  await colleague.client.request('leave', {})
  const browser = new Browser(curtain.url)
  await browser.post('/v1/sign-in', { email: owner.email, password: owner.password })
  const host = await clinic.join(await clinic.arrive(visitId, browser))
  await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
  const { consumer } = await patient.client.notified('consumer.added')
  const unused = await clinic.ticket(visitId, browser)
  const cookies = new Map(browser.cookies)

  expect((await browser.post('/v1/sign-out')).status).toBe(204)
  expect(await host.client.closed()).toBe(4000)
  expect(host.client.received.at(-1)).toMatchObject({ type: 'error', code: 'not-signed-in' })
  await patient.client.notified('consumer.closed', (one) => one.consumerId === consumer.id)
  await patient.client.notified('participant.left', (one) => one.participantId === host.id)

  expect(await refusedHello(visitId, resumeOf(host))).toEqual(['resume-refused', 1013])
  expect(await refusedHello(visitId, { ticket: unused })).toEqual(['ticket-invalid', 1013])
  for (const [name, value] of cookies) browser.cookies.set(name, value)
  expect(await browser.refusal(browser.post(`/v1/visits/${visitId}/tickets`))).toBe('not-signed-in')
  expect(await standing(visitId, host.id)).toMatchObject({ present: false })
  expect(await clinic.readVisit(visitId)).toMatchObject({ status: 'in-progress' })
})
