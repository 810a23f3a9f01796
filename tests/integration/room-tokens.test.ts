import { admissionTicket, link, problem, roomToken, type Grant, type OrganizationId, type RoomToken, type RoomTokenInput, type VisitId } from '@curtain/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Clinic, type Joined, type Visitor } from '../support/clinic.ts'
import { addStaff } from '../support/staff-and-subjects.ts'
import { camera, microphone, vp8 } from '../support/rtp-parameters.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// People who come by room tokens, on a whole server: what ends their access, and that nothing goes beyond what was granted.
const plenty = { burst: 10_000, perMinute: 10_000 }
const tookPart: Grant[] = ['publish-audio', 'publish-video', 'publish-screen', 'subscribe', 'chat']

let curtain: TestServer
let clinic: Clinic
let organizationId: OrganizationId
let visitId: VisitId
let host: Joined
let open: Visitor[]

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty }, roomLimits: { resumeMs: 60_000 } })
  const { browser, signedIn } = await signInOwner(curtain)
  organizationId = signedIn.organization.id
  clinic = new Clinic(curtain.url, browser)
  await clinic.allowTransport(['consultation'])
})
afterAll(() => curtain[Symbol.asyncDispose]())
beforeEach(async () => {
  open = []
  const { visit } = await clinic.makeVisit({ encryption: 'transport' })
  visitId = visit.id
  host = await clinic.join(await clinic.arrive(visitId, clinic.staff))
})
afterEach(() => {
  for (const { client } of [host, ...open]) client.close()
})

async function mint(input: Partial<RoomTokenInput> = {}): Promise<RoomToken> {
  const answer = await clinic.staff.post(`/v1/visits/${visitId}/room-tokens`, { participant: { guest: { name: 'Sam Reed' } }, ...input })
  return roomToken.parse(await answer.json())
}
/** What a page does that was given a token: it has no cookie, before or after. */
async function exchange({ token }: Pick<RoomToken, 'token'>) {
  const browser = new Browser(curtain.url)
  const answer = await browser.post('/v1/room-tokens/exchange', { token })
  expect(browser.cookies.size).toBe(0)
  const body: unknown = await answer.json()
  return answer.ok ? admissionTicket.parse(body) : problem.parse(body).code
}
async function come(token: RoomToken): Promise<Visitor> {
  const admission = await exchange(token)
  if (typeof admission === 'string') throw new Error(admission)
  const visitor = await clinic.arrive(visitId, new Browser(curtain.url), admission.ticket)
  open.push(visitor)
  return visitor
}
async function comeIn(grants?: Grant[]): Promise<Joined> {
  const visitor = await come(await mint(grants && { grants }))
  await host.client.request('admit', { participantId: visitor.id })
  return clinic.join(visitor)
}
const revoke = ({ id }: RoomToken) => clinic.staff.request('DELETE', `/v1/room-tokens/${id}`)

test('somebody comes to the waiting room by a token, is let in, and takes part like anybody else', async () => {
  const visitor = await come(await mint())
  expect(visitor.hello).toMatchObject({ participant: { role: 'guest', displayName: 'Sam Reed', admission: 'waiting' }, grants: [] })
  await host.client.notified('waiting.added', ({ participant }) => participant.id === visitor.id)
  await host.client.request('admit', { participantId: visitor.id })
  expect((await visitor.client.notified('admitted')).grants).toEqual(tookPart)
  await clinic.join(visitor)
})

test('a dropped connection is taken up by the resume token, and by nothing else', async () => {
  const visitor = await comeIn(['subscribe'])
  visitor.client.drop()
  await host.client.notified('participant.connected', (one) => one.participantId === visitor.id && !one.connected)
  const again = await clinic.connect()
  const hello = await again.resume(visitId, visitor.hello.resumeToken, visitor.client.lastSequence)
  expect(hello).toMatchObject({ resumed: true, grants: ['subscribe'] })
  again.close()
  expect((await new Browser(curtain.url).post(`/v1/visits/${visitId}/tickets`, { as: 'participant' })).status).toBe(401)
})

test('a browser that is to be known again has a session, which ends with the token', async () => {
  const token = await mint()
  const browser = new Browser(curtain.url)
  const { ticket } = admissionTicket.parse(await (await browser.post('/v1/room-tokens/exchange', { token: token.token, remember: true })).json())
  open.push(await clinic.arrive(visitId, browser, ticket))
  const again = await clinic.arrive(visitId, browser)
  open.push(again)
  expect(again.hello.participant.id).toBe(token.participantId)
  await revoke(token)
  await again.client.closed()
  expect((await browser.post(`/v1/visits/${visitId}/tickets`)).status).toBe(401)
})

describe('whoever came before with what went to the wrong person', () => {
  test('is out the moment that the next token is used, also while its page has not come in yet', async () => {
    const first = await mint()
    const thief = await come(first)
    const other = await come(await mint())
    await exchange(await mint({ participant: { participantId: first.participantId } }))
    await thief.client.notified('replaced')
    await thief.client.closed()
    await other.client.request('ping', {})
    expect(other.client.closeCode).toBeNull()
  })

  test('is out the moment that the next link is used', async () => {
    const { participantId, ...first } = await mint()
    const thief = await come({ ...first, participantId })
    const { url } = link.parse(await (await clinic.staff.post(`/v1/visits/${visitId}/links`, { participantId })).json())
    const secret = new URL(url).hash.slice(1)
    expect((await new Browser(curtain.url).post('/v1/links/exchange', { visitId, secret })).status).toBe(200)
    await thief.client.notified('replaced')
    await thief.client.closed()
  })
})

describe('taken back', () => {
  test('a token that was used puts whoever came by it out, also with a ticket in hand', async () => {
    const token = await mint()
    const visitor = await come(token)
    expect((await revoke(token)).status).toBe(204)
    await visitor.client.closed()
    const later = await mint()
    const admission = await exchange(later)
    if (typeof admission === 'string') throw new Error(admission)
    await revoke(later)
    const client = await clinic.connect()
    const hello = { protocolVersion: 1, visitId, auth: { ticket: admission.ticket } }
    expect(await client.refusal('hello', hello)).toBe('ticket-invalid')
    client.close()
  })

  test('a token that somebody made who is suspended since opens nothing', async () => {
    const { id, browser } = await addStaff(curtain, organizationId, ['scheduler'])
    const answer = await browser.post(`/v1/visits/${visitId}/room-tokens`, { participant: { guest: { name: 'Sam Reed' } } })
    const token = roomToken.parse(await answer.json())
    await clinic.staff.request('PATCH', `/v1/users/${id}`, { suspended: true })
    expect(await exchange(token)).toBe('room-token-invalid')
  })

  test('a token that was not used opens nothing', async () => {
    const token = await mint()
    await revoke(token)
    expect(await exchange(token)).toBe('room-token-invalid')
  })
})

test('whoever is removed is out with all their tokens, and is given no other', async () => {
  const first = await mint()
  const participant = { participantId: first.participantId }
  const visitor = await come(first)
  const second = await mint({ participant })
  await host.client.request('admit', participant)
  await host.client.request('remove', participant)
  await visitor.client.notified('removed')
  expect(await exchange(second)).toBe('removed')
  const again = await clinic.staff.post(`/v1/visits/${visitId}/room-tokens`, { participant })
  expect(problem.parse(await again.json()).code).toBe('removed')
})

test('the end of the visit is the end of its tokens', async () => {
  const token = await mint()
  await clinic.end(visitId)
  expect(await exchange(token)).toBe('visit-ended')
})

describe('grants', () => {
  const screen = (transportId: string) => ({ transportId, kind: 'video', source: 'screen', rtpParameters: vp8(1) }) as const
  const streams = [['publish-audio', microphone], ['publish-video', camera], ['publish-screen', screen]] as const

  test.each(streams)('who has %s sends that, and nobody else does', async (needed, streamOn) => {
    for (const grants of [[needed], tookPart.filter((grant) => grant !== needed)]) {
      const { client, joined } = await comeIn(grants)
      const code = await client.refusal('producer.create', streamOn(joined.sendTransport.id))
      expect(code, grants.join()).toBe(grants.includes(needed) ? null : 'forbidden')
    }
  })

  test('whoever may not receive is offered nothing that the others send, before or after', async () => {
    const { id: transportId } = host.joined.sendTransport
    await host.client.request('producer.create', microphone(transportId))
    const [deaf, hearing] = [await comeIn(['publish-audio']), await comeIn(['subscribe'])]
    expect(deaf.joined.consumers).toEqual([])
    expect(hearing.joined.consumers).toHaveLength(1)
    await host.client.request('producer.create', camera(transportId))
    const { consumer } = await hearing.client.notified('consumer.added')
    await deaf.client.request('ping', {})
    expect(deaf.client.notifications.filter(({ type }) => type === 'consumer.added')).toEqual([])
    expect(await deaf.client.refusal('consumer.resume', { consumerId: consumer.id })).toBe('forbidden')
  })

  test('nobody who comes by a token runs the visit, whatever they ask for', async () => {
    for (const grant of ['admit', 'moderate', 'end'] as const) {
      const answer = await clinic.staff.post(`/v1/visits/${visitId}/room-tokens`, { participant: { guest: { name: 'Sam Reed' } }, grants: [grant] })
      expect(problem.parse(await answer.json())).toMatchObject({ code: 'invalid-input', fields: ['grants'] })
    }
    const { client } = await comeIn()
    expect(await client.refusal('lock', { locked: true })).toBe('forbidden')
    expect(await client.refusal('end', {})).toBe('forbidden')
  })

  test('with none at all somebody is there, and may do nothing', async () => {
    const { client, joined } = await comeIn([])
    expect(joined.consumers).toEqual([])
    expect((await client.notified('admitted')).grants).toEqual([])
    expect(await client.refusal('producer.create', microphone(joined.sendTransport.id))).toBe('forbidden')
  })
})
