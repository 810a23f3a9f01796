import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { limits, requests, type ErrorCode, type VisitId } from '@curtain/protocol'
import { Clinic, type Joined, type Visitor } from '../support/clinic.ts'
import { nobody, requestBodies } from '../support/request-bodies.ts'
import { dtlsParameters, microphone } from '../support/rtp-parameters.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import type { SignallingClient } from '../support/signalling-client.ts'
import { owner } from '../support/staff.ts'
import { isUnharmed } from '../support/unharmed.ts'

const generous = { burst: 100_000, perMinute: 100_000 }

let curtain: TestServer
let clinic: Clinic

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: generous, guessable: generous } })
  clinic = new Clinic(curtain.url, (await signInOwner(curtain)).browser)
})
afterAll(() => curtain[Symbol.asyncDispose]())

let lastId = 1_000_000

/** Everything that messages can change on record; that they were refused may be recorded as well. */
async function onRecord(visitId: VisitId) {
  const read = (text: string) => curtain.world.query(text, [visitId])
  return {
    visits: await read('select status, locked, started_at, ended_at from visits where id = $1'),
    participants: await read('select id, admission from participants where visit_id = $1 order by id'),
    sessions: await read('select id, ended_at from participant_sessions where visit_id = $1 order by id'),
    events: await read(`select id from audit_events where target = $1 and outcome = 'success' order by id`),
  }
}

describe('a message that is not right gets a coded error and leaves the room unharmed', () => {
  let visitId: VisitId
  let host: Joined
  let patient: Joined
  beforeAll(async () => {
    ;({ visitId, host, patient } = await clinic.twoInVisit())
  })

  test.each([
    ['broken JSON', '{', 'invalid-message'],
    ['no object', 'null', 'invalid-message'],
    ['a list', '[]', 'invalid-message'],
    ['brackets without end', '['.repeat(limits.messageBytes), 'invalid-message'],
    ['no id', '{"type":"ping"}', 'invalid-message'],
    ['a negative id', '{"type":"ping","id":-1}', 'invalid-message'],
    ['an id beyond whole numbers', '{"type":"ping","id":1e300}', 'invalid-message'],
    ['an id in text', '{"type":"ping","id":"1"}', 'invalid-message'],
    ['no type', '{"id":1}', 'invalid-message'],
    ['a type without end', `{"type":"${'x'.repeat(65)}","id":1}`, 'invalid-message'],
    ['one byte too many', `{"type":"lock","locked":true,"id":1}`.padEnd(limits.messageBytes + 1), 'message-too-large'],
    [
      'three times too many in two-byte letters',
      JSON.stringify({ type: 'lock', id: 1, locked: true, more: 'é'.repeat(limits.messageBytes * 1.5) }),
      'message-too-large',
    ],
  ] satisfies [string, string, ErrorCode][])('malformed or oversized: %s', async (_what, text, code) => {
    const before = await onRecord(visitId)
    patient.client.forget()
    patient.client.sendText(text)
    expect(await patient.client.complaint()).toBe(code)
    expect(await onRecord(visitId)).toEqual(before)
    await isUnharmed(clinic, visitId, host, patient)
  })

  test.each([
    ['unknown', 'record', {}, 'unknown-message'],
    ['unknown, and a name of every object', 'toString', {}, 'unknown-message'],
    ['unknown, and the name of every prototype', '__proto__', {}, 'unknown-message'],
    ['an answer', 'ok', { result: {} }, 'unknown-message'],
    ['a notification', 'admitted', { sequence: 1 }, 'unknown-message'],
    ['a second hello', 'hello', { protocolVersion: 1, auth: {} }, 'invalid-message'],
    ['the wrong kind of value', 'lock', { locked: 'yes' }, 'invalid-message'],
    ['a number out of bounds', 'quality.report', { quality: 5 }, 'invalid-message'],
    ['a participant id that is none', 'admit', { participantId: 'par_1' }, 'invalid-message'],
    ['media parameters that are none', 'producer.create', { ...microphone('x'), rtpParameters: 7 }, 'invalid-message'],
    ['a stream of nobody', 'producer.close', { producerId: 'x' }, 'media-not-found'],
    ['somebody who is not there', 'admit', nobody, 'participant-not-found'],
  ] satisfies [string, string, object, ErrorCode][])('%s', async (_what, type, body, code) => {
    const before = await onRecord(visitId)
    expect(await host.client.codeOf(type, body)).toBe(code)
    expect(await onRecord(visitId)).toEqual(before)
    await isUnharmed(clinic, visitId, host, patient)
  })

  test('somebody of another visit is not there either', async () => {
    const other = await clinic.twoInVisit()
    const before = await onRecord(other.visitId)
    for (const type of ['admit', 'refuse', 'send-back', 'remove', 'mute'] as const) {
      expect(await host.client.refusal(type, { participantId: other.patient.id })).toBe('participant-not-found')
    }
    const theirs = microphone(other.host.joined.sendTransport.id)
    expect(await host.client.refusal('producer.create', theirs)).toBe('media-not-found')
    expect(await onRecord(other.visitId)).toEqual(before)
    await isUnharmed(clinic, other.visitId, other.host, other.patient)
  })

  test('unauthorised: a patient who runs the visit, and a host who puts out a host', async () => {
    const before = await onRecord(visitId)
    for (const type of ['admit', 'refuse', 'send-back', 'remove', 'mute', 'lock', 'end'] as const) {
      const aimed = type === 'lock' || type === 'end' ? requestBodies[type] : { participantId: host.id }
      expect(await patient.client.codeOf(type, aimed), type).toBe('forbidden')
    }
    expect(await host.client.refusal('remove', { participantId: host.id })).toBe('forbidden')
    expect(await onRecord(visitId)).toEqual(before)
    await isUnharmed(clinic, visitId, host, patient)
  })

  test('unauthorised: whoever waits can do nothing but ping, register keys and leave', async () => {
    const waiting = await clinic.comeByLink(await clinic.inviteGuest(visitId))
    const before = await onRecord(visitId)
    for (const type of Object.keys(requests)) {
      if (type === 'hello' || type === 'leave') continue
      const body = Object.entries(requestBodies).find(([name]) => name === type)?.[1] ?? {}
      const allowed = new Map([['ping', 'ok'], ['mls.register', 'key-package-invalid']])
      expect(await waiting.client.codeOf(type, body), type).toBe(allowed.get(type) ?? 'not-admitted')
    }
    expect(await onRecord(visitId)).toEqual(before)
    await waiting.client.request('leave', {})
    await isUnharmed(clinic, visitId, host, patient)
  })

  test('out of order: streams before the join, a transport connected twice, a consumer after its end', async () => {
    const early = await clinic.comeByLink(await clinic.inviteGuest(visitId))
    await host.client.request('admit', { participantId: early.id })
    for (const type of ['transport.connect', 'transport.restart-ice', 'producer.create', 'consumer.resume'] as const) {
      expect(await early.client.codeOf(type, requestBodies[type]), type).toBe('not-joined')
    }
    const { client, joined } = await clinic.join(early)
    const transportId = joined.sendTransport.id
    await client.request('transport.connect', { transportId, dtlsParameters })
    expect(await client.refusal('transport.connect', { transportId, dtlsParameters })).toBe('media-rejected')
    const { producerId } = await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    const { consumer } = await client.notified('consumer.added')
    await host.client.request('producer.close', { producerId })
    await client.notified('consumer.closed')
    expect(await client.refusal('consumer.resume', { consumerId: consumer.id })).toBe('media-not-found')
    await client.request('leave', {})
    await isUnharmed(clinic, visitId, host, patient)
  })

  test('replayed: the same id is answered again and happens once', async () => {
    const guest = await clinic.comeByLink(await clinic.inviteGuest(visitId))
    const send = host.joined.sendTransport.id
    const stream = microphone(send)
    const [admit, create, lock, unlock] = [++lastId, ++lastId, ++lastId, ++lastId]
    await host.client.request('admit', { participantId: guest.id }, admit)
    const first = await host.client.request('producer.create', stream, create)
    await host.client.request('lock', { locked: true }, lock)
    await host.client.request('lock', { locked: false }, unlock)
    const before = await onRecord(visitId)

    await host.client.request('admit', { participantId: guest.id }, admit)
    expect(await host.client.request('producer.create', stream, create)).toEqual(first)
    await host.client.request('lock', { locked: true }, lock)
    expect(await onRecord(visitId)).toEqual(before)
    expect(before.visits).toMatchObject([{ locked: false }])

    await host.client.request('producer.close', first)
    await guest.client.request('leave', {})
    await isUnharmed(clinic, visitId, host, patient)
  })
})

describe('what breaks the protocol costs the connection, not the place', () => {
  test.each([
    ['a binary frame', (client: SignallingClient) => client.sendBinary(new Uint8Array([1, 2, 3])), 4001],
    [
      'a message beyond all measure',
      (client: SignallingClient) => client.sendText(' '.repeat(limits.messageBytes * 5)),
      1009,
    ],
    [
      'a flood',
      (client: SignallingClient) => {
        for (let sent = 0; sent < limits.messageBurst * 4; sent++) client.sendText('{"type":"ping","id":1}')
      },
      4002,
    ],
  ])('%s', async (_what, send, closeCode) => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    await patient.client.request('producer.create', microphone(patient.joined.sendTransport.id))
    send(patient.client)
    expect(await patient.client.closed()).toBe(closeCode)
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && !one.connected)
    await isUnharmed(clinic, visitId, host)

    const client = await clinic.connect()
    const hello = await client.resume(visitId, patient.hello.resumeToken, patient.client.lastSequence)
    expect(hello).toMatchObject({ resumed: true, participant: { id: patient.id, admission: 'admitted' } })
    await host.client.notified('participant.connected', (one) => one.participantId === patient.id && one.connected)
    await isUnharmed(clinic, visitId, host, { ...patient, client })
  })
})

/** What a first message is refused with, and the code with which the connection is then closed. */
async function refusedHello(visitId: string, auth: object, protocolVersion: unknown = limits.protocolVersion) {
  const client = await clinic.connect()
  const code = await client.codeOf('hello', { protocolVersion, visitId, auth })
  return [code, code === 'ok' ? null : await client.closed()]
}

describe('a hello', () => {
  test('in another version of the protocol is told so, and does not use the ticket up', async () => {
    const { visit, link } = await clinic.makeVisit()
    const { ticket, browser } = await clinic.exchange(link)
    expect(await refusedHello(visit.id, { ticket }, limits.protocolVersion + 1)).toEqual(['unsupported-protocol', 4001])
    expect(await refusedHello(visit.id, { ticket }, 0)).toEqual(['unsupported-protocol', 4001])
    expect(await refusedHello(visit.id, { ticket }, 'latest')).toEqual(['invalid-message', 4001])
    await clinic.arrive(visit.id, browser, ticket)
  })

  test('comes first: every other message of a stranger ends the connection', async () => {
    for (const [type, body] of Object.entries(requestBodies)) {
      const client = await clinic.connect()
      expect(await client.codeOf(type, body), type).toBe('not-signed-in')
      expect(await client.closed()).toBe(4001)
    }
  })

  test('comes once: a second one before the answer ends the connection, and the ticket opens no other', async () => {
    const { visitId, host } = await clinic.twoInVisit()
    const { ticket, browser, participant } = await clinic.exchange(await clinic.inviteGuest(visitId))
    const client = await clinic.connect()
    const hello = { type: 'hello', protocolVersion: limits.protocolVersion, visitId, auth: { ticket } }
    for (const id of [1, 2, 3]) client.sendText(JSON.stringify({ ...hello, id }))
    expect(await client.closed()).toBe(4001)
    expect(client.received).toMatchObject([{ type: 'error', id: 2, code: 'not-signed-in' }])
    expect(await refusedHello(visitId, { ticket })).toEqual(['ticket-invalid', 1013])

    const again = await clinic.arrive(visitId, browser)
    await host.client.request('admit', { participantId: participant.id })
    await again.client.notified('admitted')
    await isUnharmed(clinic, visitId, host)
  })

  test('of a hundred who guess at tickets gets nobody in', async () => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    const before = await onRecord(visitId)
    const guesses = Array.from({ length: 100 }, (_, place) => ({ ticket: String(place).padStart(43, 'A') }))
    const answers = await Promise.all(guesses.map((guess) => refusedHello(visitId, guess)))
    expect(new Set(answers.map(String))).toEqual(new Set(['ticket-invalid,1013']))
    expect(await onRecord(visitId)).toEqual(before)
    await isUnharmed(clinic, visitId, host, patient)
  })
})

describe('a ticket', () => {
  test('opens one connection, of two at the same moment as well', async () => {
    const { visit, link } = await clinic.makeVisit()
    const { ticket } = await clinic.exchange(link)
    const both = await Promise.all([refusedHello(visit.id, { ticket }), refusedHello(visit.id, { ticket })])
    expect(both.map(String).toSorted()).toEqual(['ok,', 'ticket-invalid,1013'])
    expect(await refusedHello(visit.id, { ticket })).toEqual(['ticket-invalid', 1013])
  })

  test('opens its own visit only, and unknown visits look like others', async () => {
    const [one, other] = [await clinic.makeVisit(), await clinic.twoInVisit()]
    const { ticket, browser } = await clinic.exchange(one.link)
    expect(await refusedHello(other.visitId, { ticket })).toEqual(['ticket-invalid', 1013])
    const second = await clinic.ticket(one.visit.id, browser)
    expect(await refusedHello(`vis_${'0'.repeat(26)}`, { ticket: second })).toEqual(['ticket-invalid', 1013])
    expect(await refusedHello(one.visit.id, { ticket: 'short' })).toEqual(['invalid-message', 4001])
    await isUnharmed(clinic, other.visitId, other.host, other.patient)
  })

  test('ends with the staff session that asked for it', async () => {
    const { visit } = await clinic.makeVisit()
    const browser = new Browser(curtain.url)
    await browser.post('/v1/sign-in', { email: owner.email, password: owner.password })
    const ticket = await clinic.ticket(visit.id, browser)
    expect((await browser.post('/v1/sign-out')).status).toBe(204)
    expect(await refusedHello(visit.id, { ticket })).toEqual(['ticket-invalid', 1013])
  })

  test('ends with the visit, and with its cancellation', async () => {
    const over = await clinic.twoInVisit()
    const unused = await clinic.ticket(over.visitId, over.patient.browser)
    await clinic.end(over.visitId)
    expect(await refusedHello(over.visitId, { ticket: unused })).toEqual(['visit-ended', 4000])

    const { visit, link } = await clinic.makeVisit()
    const { ticket } = await clinic.exchange(link)
    await clinic.staff.post(`/v1/visits/${visit.id}/cancel`)
    expect(await refusedHello(visit.id, { ticket })).toEqual(['visit-cancelled', 4000])
  })
})

describe('with the clock', () => {
  afterEach(() => vi.useRealTimers())

  test('a ticket ends after a minute, and a link and its session a day after the visit', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    await using server = await startTestServer()
    const office = new Clinic(server.url, (await signInOwner(server)).browser)
    const { visit, link } = await office.makeVisit()
    const unopened = await office.inviteGuest(visit.id)
    const { ticket, browser } = await office.exchange(link)
    const inTime = await office.ticket(visit.id, browser)
    vi.setSystemTime(Date.now() + 59_000)
    await office.arrive(visit.id, browser, inTime)

    vi.setSystemTime(Date.now() + 1_000)
    const client = await office.connect()
    await expect(client.hello(visit.id, ticket)).rejects.toMatchObject({ code: 'ticket-invalid' })

    vi.setSystemTime(Date.now() + 24 * 60 * 60_000)
    expect(await browser.refusal(office.openLink(unopened, new Browser(server.url)))).toBe('link-expired')
    expect(await browser.refusal(browser.post(`/v1/visits/${visit.id}/tickets`))).toBe('not-signed-in')
  })
})

describe('a resume token', () => {
  const refused = ['resume-refused', 1013]

  test('of nobody, of another visit, or with notifications that never were, resumes nothing', async () => {
    const [here, there] = [await clinic.twoInVisit(), await clinic.twoInVisit()]
    const { resumeToken } = here.patient.hello
    const lastSequence = here.patient.client.lastSequence
    expect(await refusedHello(here.visitId, { resumeToken: 'A'.repeat(43), lastSequence })).toEqual(refused)
    expect(await refusedHello(there.visitId, { resumeToken, lastSequence })).toEqual(refused)
    expect(await refusedHello(here.visitId, { resumeToken, lastSequence: lastSequence + 1000 })).toEqual(refused)
    expect(await refusedHello(here.visitId, { ticket: resumeToken })).toEqual(['ticket-invalid', 1013])
    await isUnharmed(clinic, here.visitId, here.host, here.patient)
    await isUnharmed(clinic, there.visitId, there.host, there.patient)
  })

  test('that was used is worth nothing once its successor was heard of', async () => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    patient.client.drop()
    const client = await clinic.connect()
    const { resumeToken } = await client.resume(visitId, patient.hello.resumeToken, patient.client.lastSequence)
    await client.request('ping', {})
    const stolen = { resumeToken: patient.hello.resumeToken, lastSequence: client.lastSequence }
    expect(await refusedHello(visitId, stolen)).toEqual(refused)
    expect(resumeToken).not.toBe(patient.hello.resumeToken)
    await isUnharmed(clinic, visitId, host, { ...patient, client })
  })

  test('ends with the place: by leaving, by a newer tab, and with the visit', async () => {
    const { visitId, host, patient } = await clinic.twoInVisit()
    const resumeOf = ({ hello, client }: Visitor) => ({
      resumeToken: hello.resumeToken,
      lastSequence: client.lastSequence,
    })
    const tab = await clinic.arrive(visitId, patient.browser)
    expect(await patient.client.closed()).toBe(4000)
    expect(patient.client.received.at(-1)).toMatchObject({ type: 'replaced' })
    expect(await refusedHello(visitId, resumeOf(patient))).toEqual(refused)

    await tab.client.request('leave', {})
    expect(await tab.client.closed()).toBe(4000)
    expect(await refusedHello(visitId, resumeOf(tab))).toEqual(refused)

    await host.client.request('end', {})
    expect(await host.client.closed()).toBe(4000)
    expect(await refusedHello(visitId, resumeOf(host))).toEqual(refused)
  })
})
