import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  admissionTicket,
  limits,
  link as linkSchema,
  requests,
  signInLinkResult,
  type Link,
  type MediaSource,
  type ParticipantId,
  type ServerMessage,
  type VisitId,
} from '@curtain/protocol'
import { Clinic } from '../support/clinic.ts'
import { dtlsParameters, opus, vp8 } from '../support/rtp-parameters.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'
import type { SignallingClient } from '../support/signalling-client.ts'

const generous = { burst: 1_000_000, perMinute: 1_000_000 }

let curtain: TestServer
let clinic: Clinic
let owner: { organizationId: `org_${string}`; userId: `usr_${string}` }

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: generous, guessable: generous }, roomLimits: { resumeMs: 20 } })
  const { browser, signedIn } = await signInOwner(curtain)
  clinic = new Clinic(curtain.url, browser)
  owner = { organizationId: signedIn.organization.id, userId: signedIn.user.id }
  // Ids made in the same millisecond have no order; this says which event was written first.
  await curtain.world.query('alter table audit_events add column position bigint generated always as identity')
})
afterAll(() => curtain[Symbol.asyncDispose]())

type Place = 0 | 1 | 2 | 3
const anyone = fc.constantFrom<Place>(0, 1, 2, 3)
const byHost = fc.constantFrom<Place>(0, 0, 0, 1)
const once = <const Name extends string>(...names: Name[]) => fc.record({ do: fc.constantFrom(...names), who: anyone })
const action = fc.oneof(
  { weight: 6, arbitrary: once('ticket', 'hello') },
  { weight: 3, arbitrary: once('open link', 'open link elsewhere', 'hello with any ticket', 'resume', 'resume old') },
  { weight: 4, arbitrary: once('join', 'join', 'connect', 'pause', 'close producer', 'consume') },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('produce'), who: anyone, source: fc.constantFrom<MediaSource>('microphone', 'camera', 'screen') }) },
  { weight: 3, arbitrary: once('leave', 'drop', 'garbage') },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('lock', 'unlock'), who: byHost }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('admit', 'admit', 'refuse', 'remove', 'send-back', 'mute'), who: byHost, whom: anyone }) },
  { weight: 3, arbitrary: once('invite', 'invite', 'read', 'change', 'sign out and in') },
  { weight: 1, arbitrary: once('end', 'end over HTTP', 'cancel', 'no-show') },
)
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never
/** Mostly one waits for the answer; else the next thing happens at the same time. */
const step = fc.tuple(action, fc.integer({ min: 0, max: 9 }).map((chance) => chance < 6))
const finish = fc.constantFrom('end over HTTP', 'end in the room', 'the host leaves last', 'everybody vanishes')

interface Person {
  id: ParticipantId | null
  browser: Browser
  link: Link | null
  tickets: string[]
  client: SignallingClient | null
  resumeTokens: string[]
}

let lastId = 1_000_000

/** One visit, and what was acknowledged of what its people did. */
class Story {
  readonly visitId: VisitId
  readonly people: readonly Person[]
  readonly clients: SignallingClient[] = []
  /** How often each kind of change was acknowledged. */
  readonly acknowledged = new Map<string, number>()
  readonly refusals: string[] = []

  constructor(visitId: VisitId, people: readonly Person[]) {
    this.visitId = visitId
    this.people = people
  }

  static async begin(): Promise<Story> {
    const { visit, link } = await clinic.makeVisit()
    const guests = [await clinic.inviteGuest(visit.id), await clinic.inviteGuest(visit.id)]
    const person = (link: Link | null): Person => ({
      id: link?.participantId ?? null, browser: clinic.newBrowser(), link, tickets: [], client: null, resumeTokens: [],
    })
    const story = new Story(visit.id, [person(null), person(link), ...guests.map(person)])
    story.acknowledged.set('link.created', 3)
    await story.signIn()
    for (const who of [0, 1, 2] as const) await story.act({ do: who === 0 ? 'ticket' : 'open link', who })
    for (const who of [0, 1, 2] as const) await story.act({ do: 'hello', who })
    await story.act({ do: 'admit', who: 0, whom: 1 })
    for (const who of [0, 1] as const) await story.act({ do: 'join', who })
    await story.act({ do: 'produce', who: 1, source: 'microphone' })
    return story
  }

  async act(one: Action): Promise<void> {
    const person = this.people[one.who]!
    const { browser } = person
    const over = (change: string) => this.#http(this.people[0]!.browser.post(`/v1/visits/${this.visitId}/${change}`))
    switch (one.do) {
      case 'ticket':
        return this.#keepTicket(person, 'ticket', browser.post(`/v1/visits/${this.visitId}/tickets`))
      case 'open link':
        return person.link === null ? undefined : this.#keepTicket(person, 'link', clinic.openLink(person.link, browser))
      case 'open link elsewhere':
        return person.link === null ? undefined : this.#keepTicket(person, 'link', clinic.openLink(person.link, clinic.newBrowser()))
      case 'hello':
        return this.#hello(person, { ticket: person.tickets.at(-1) ?? 'A'.repeat(43) })
      case 'hello with any ticket':
        return this.#hello(person, { ticket: this.people.flatMap(({ tickets }) => tickets).at(lastId % 7) ?? 'A'.repeat(43) })
      case 'resume':
      case 'resume old': {
        const resumeToken = person.resumeTokens.at(one.do === 'resume' ? -1 : 0)
        if (resumeToken === undefined || person.client === null) return
        return this.#hello(person, { resumeToken, lastSequence: person.client.lastSequence })
      }
      case 'join':
        await this.#ask(person, 'join', { rtpCapabilities: this.#heard(person, 'routerRtpCapabilities') ?? {} })
        return
      case 'produce': {
        const kind = one.source === 'microphone' ? 'audio' : 'video'
        const rtpParameters = kind === 'audio' ? opus() : vp8(one.source === 'camera' ? 3 : 1)
        const transportId = this.#transport(person)
        await this.#ask(person, 'producer.create', { transportId, kind, source: one.source, rtpParameters })
        return
      }
      case 'close producer':
      case 'pause': {
        const producerId = this.#heard(person, 'producerId') ?? 'none'
        await this.#ask(person, one.do === 'pause' ? 'producer.pause' : 'producer.close', { producerId })
        return
      }
      case 'connect':
        await this.#ask(person, 'transport.connect', { transportId: this.#transport(person), dtlsParameters })
        return
      case 'consume': {
        const added = person.client?.notifications.find((message) => message.type === 'consumer.added')
        await this.#ask(person, 'consumer.resume', { consumerId: added?.type === 'consumer.added' ? added.consumer.id : 'none' })
        return
      }
      case 'admit':
      case 'refuse':
      case 'remove':
      case 'send-back':
      case 'mute': {
        const participantId = 'whom' in one ? this.people[one.whom]!.id : null
        if (participantId !== null) await this.#ask(person, one.do, { participantId })
        return
      }
      case 'lock':
      case 'unlock':
        await this.#ask(person, 'lock', { locked: one.do === 'lock' })
        return
      case 'leave':
      case 'end':
        await this.#ask(person, one.do, {})
        return
      case 'drop':
        return person.client?.drop()
      case 'garbage':
        return person.client?.sendText('{')
      case 'invite': {
        if (person.id === null || one.who === 0) return
        const answer = await this.people[0]!.browser.post(`/v1/visits/${this.visitId}/links`, { participantId: person.id })
        if (!answer.ok) return
        person.link = linkSchema.parse(await answer.json())
        return this.#count('link.created')
      }
      case 'read':
        if (await this.#http(this.people[0]!.browser.request('GET', `/v1/visits/${this.visitId}`))) this.#count('visit.read')
        return
      case 'change': {
        const change = this.people[0]!.browser.request('PATCH', `/v1/visits/${this.visitId}`, { reason: 'another' })
        if (await this.#http(change)) this.#count('visit.changed')
        return
      }
      case 'sign out and in':
        await this.people[0]!.browser.post('/v1/sign-out')
        return this.signIn()
      case 'end over HTTP':
        if (await over('end')) this.#count('visit.ended')
        return
      case 'cancel':
      case 'no-show':
        if (await over(one.do)) this.#count(one.do === 'cancel' ? 'visit.cancelled' : 'visit.no-show')
        return
    }
  }

  async finish(how: typeof finish extends fc.Arbitrary<infer One> ? One : never): Promise<void> {
    if (how === 'end over HTTP') await this.act({ do: 'end over HTTP', who: 0 })
    if (how === 'end in the room') {
      for (const one of ['ticket', 'hello', 'end'] as const) await this.act({ do: one, who: 0 })
    }
    if (how === 'the host leaves last') {
      for (const one of ['ticket', 'hello'] as const) await this.act({ do: one, who: 0 })
      await this.#hostIsAlone(this.people[0]!)
      await this.act({ do: 'leave', who: 0 })
    }
    for (const client of this.clients) client.drop()
  }

  /** Everybody else goes: neither their streams nor their places stay with somebody who does not go. */
  async #hostIsAlone(host: Person): Promise<void> {
    for (const client of this.clients) if (client !== host.client) client.drop()
    if (host.client?.closeCode !== null) return
    const alone = { curtain_rooms: 1, curtain_room_members: 1, curtain_media_consumers: 0, curtain_signalling_connections: 1 }
    await expect.poll(figures, { timeout: 20_000, interval: 10 }).toEqual(alone)
    const joined = await this.#ask(host, 'join', { rtpCapabilities: this.#heard(host, 'routerRtpCapabilities') })
    if (joined?.type !== 'ok') throw new Error('a host who is in could not join')
    const { consumers, room } = requests.join.result.parse(joined.result)
    expect([consumers, room.waiting, room.participants.map(({ id }) => id)]).toEqual([[], [], [host.id]])
  }

  async signIn(): Promise<void> {
    const { sessions } = curtain.server.parts
    const secret = await sessions.createSignInLink(owner.organizationId, owner.userId, { validMs: 60_000 })
    signInLinkResult.parse(await (await this.people[0]!.browser.post('/v1/sign-in-links/exchange', { secret })).json())
  }

  #count(what: string): void {
    this.acknowledged.set(what, (this.acknowledged.get(what) ?? 0) + 1)
  }

  async #http(response: Promise<Response>): Promise<boolean> {
    const answer = await response
    if (answer.status >= 500) throw new Error(`answered ${answer.status}`)
    await answer.arrayBuffer()
    return answer.ok
  }

  async #keepTicket(person: Person, from: 'ticket' | 'link', response: Promise<Response>): Promise<void> {
    const answer = await response
    if (answer.status >= 500) throw new Error(`answered ${answer.status}`)
    const body: unknown = await answer.json()
    if (!answer.ok) {
      const { code } = z.object({ code: z.string() }).parse(body)
      if (code !== 'not-signed-in') this.#count(`${from}.refused`)
      return
    }
    const { ticket, participant } = admissionTicket.parse(body)
    if (from === 'ticket') this.#count('ticket.issued')
    person.id = participant.id
    person.tickets.push(ticket)
  }

  async #hello(person: Person, auth: object): Promise<void> {
    const client = await clinic.connect()
    this.clients.push(client)
    const answer = await this.#ask({ ...person, client }, 'hello', { protocolVersion: limits.protocolVersion, visitId: this.visitId, auth })
    if (answer?.type !== 'ok') return
    person.client = client
    const resumeToken = this.#heard(person, 'resumeToken')
    if (typeof resumeToken === 'string') person.resumeTokens.push(resumeToken)
    if (this.#heard(person, 'resumed') === false) this.#count('participant.arrived')
  }

  /** The answer, or undefined where the connection ended without one. */
  async #ask({ client }: Person, type: string, body: object): Promise<ServerMessage | undefined> {
    if (client === null) return undefined
    const id = ++lastId
    client.sendText(JSON.stringify({ ...body, type, id }))
    const answer = await client
      .until(() => client.received.find((message) => 'id' in message && message.id === id))
      .catch(() => undefined)
    if (answer?.type === 'error') this.refusals.push(answer.code)
    if (answer?.type === 'ok') this.#count(`ok ${type}`)
    return answer
  }

  /** What the last answer of some kind said. */
  #heard({ client }: Person, key: string): unknown {
    for (const message of client?.received.toReversed() ?? []) {
      if (message.type === 'ok' && typeof message.result === 'object' && message.result !== null && key in message.result) {
        return Reflect.get(message.result, key)
      }
    }
    return undefined
  }

  #transport(person: Person): string {
    const transport = this.#heard(person, 'sendTransport')
    return z.object({ id: z.string() }).safeParse(transport).data?.id ?? 'none'
  }
}

async function figures(): Promise<Record<string, number>> {
  const text = await (await clinic.newBrowser().request('GET', '/metrics')).text()
  const names = ['curtain_rooms', 'curtain_room_members', 'curtain_media_consumers', 'curtain_signalling_connections']
  return Object.fromEntries(names.map((name) => [name, Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])]))
}

const nothing = { curtain_rooms: 0, curtain_room_members: 0, curtain_media_consumers: 0, curtain_signalling_connections: 0 }

const eventRow = z.object({
  type: z.string(),
  participant_id: z.string().nullable(),
  facts: z.looseObject({ participantId: z.string().optional(), reason: z.string().optional() }),
})
const final = ['ended', 'cancelled', 'no-show']

/** What the audit log alone says of a visit: as it must stand, if every change has its event. */
function replay(events: z.output<typeof eventRow>[]) {
  let status = 'none'
  let locked = false
  let started = false
  const admissions = new Map<string, string>()
  const there = new Map<string, number>()
  for (const { type, participant_id: actor, facts } of events) {
    const whom = facts.participantId ?? ''
    switch (type) {
      case 'visit.created': status = 'scheduled'; break
      case 'visit.opened': status = 'open'; break
      case 'visit.started': status = 'in-progress'; started = true; break
      case 'visit.emptied': status = 'open'; break
      case 'visit.ended': status = 'ended'; break
      case 'visit.cancelled': status = 'cancelled'; break
      case 'visit.no-show': status = 'no-show'; break
      case 'visit.locked': locked = true; break
      case 'visit.unlocked': locked = false; break
      case 'link.created':
        if (['refused', 'removed', undefined].includes(admissions.get(whom))) admissions.set(whom, 'waiting')
        break
      case 'ticket.issued':
        if (!admissions.has(whom)) admissions.set(whom, 'admitted') // staff
        break
      case 'participant.admitted': admissions.set(whom, 'admitted'); break
      case 'participant.sent-back': admissions.set(whom, 'waiting'); break
      case 'participant.refused': admissions.set(whom, 'refused'); there.delete(whom); break
      case 'participant.removed': admissions.set(whom, 'removed'); there.delete(whom); break
      case 'participant.arrived': there.set(actor ?? '', (there.get(actor ?? '') ?? 0) + 1); break
      case 'participant.departed': there.set(actor ?? '', (there.get(actor ?? '') ?? 0) - 1); break
    }
  }
  return { status, locked, started, admissions, there }
}

const seen = new Set<string>()

async function nothingIsLeftOf({ visitId, acknowledged, clients }: Story): Promise<void> {
  const { query } = curtain.world
  const [visit] = await query('select status, locked, started_at from visits where id = $1', [visitId])
  const participants = await query('select id, admission from participants where visit_id = $1', [visitId])
  const events = z.array(eventRow).parse(
    await query('select type, participant_id, facts from audit_events where target = $1 order by position', [visitId]),
  )
  for (const { received } of clients) for (const { type } of received) seen.add(type)
  for (const { type, facts } of events) seen.add(facts.reason === undefined ? type : `${type} ${facts.reason}`)

  // Nobody is there, and the record says so.
  expect(visit?.['status']).not.toBe('in-progress')
  const { status, locked, started, admissions, there } = replay(events)
  expect({ status, locked, started }).toEqual({
    status: visit?.['status'], locked: visit?.['locked'], started: visit?.['started_at'] !== null,
  })
  expect(new Map(participants.map(({ id, admission }) => [id, admission]))).toEqual(admissions)
  if (!final.includes(status)) expect([...there.values()].filter((count) => count !== 0)).toEqual([])

  // Nothing by which somebody could come who may not.
  const alive = await query(
    `select s.id from participant_sessions s join participants p on p.id = s.participant_id join visits v on v.id = s.visit_id
     where s.visit_id = $1 and s.ended_at is null
       and (v.status = any($2) or p.admission in ('refused', 'removed'))`,
    [visitId, final],
  )
  expect(alive).toEqual([])
  const open = await query(
    `select l.id from visit_links l join participants p on p.id = l.participant_id join visits v on v.id = l.visit_id
     where l.visit_id = $1 and l.revoked_at is null
       and (v.status = any($2) or p.admission in ('refused', 'removed'))`,
    [visitId, final],
  )
  expect(open).toEqual([])

  // What was acknowledged over HTTP is in the log as often as it was.
  const count = (type: string) => events.filter((event) => event.type === type).length
  for (const type of ['link.created', 'ticket.issued', 'ticket.refused', 'link.refused', 'visit.read', 'visit.changed']) {
    expect({ [type]: count(type) }).toEqual({ [type]: acknowledged.get(type) ?? 0 })
  }
  const sessions = await query('select id from participant_sessions where visit_id = $1', [visitId])
  expect(count('link.exchanged')).toBe(sessions.length)
  // Who lost the connection before the welcome arrived nevertheless.
  expect(count('participant.arrived')).toBeGreaterThanOrEqual(acknowledged.get('participant.arrived') ?? 0)
}

test('200 sequences of requests and messages by several people leave nothing behind and nothing unrecorded', { timeout: 400_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18, size: 'max' }), finish, async (steps, how) => {
      const story = await Story.begin()
      const underWay: Promise<void>[] = []
      for (const [one, waits] of steps) {
        const done = story.act(one)
        underWay.push(done)
        if (waits) await done
      }
      await Promise.all(underWay)
      await story.finish(how)
      await expect.poll(figures, { timeout: 20_000, interval: 10 }).toEqual(nothing)
      expect(story.refusals).not.toContain('internal')
      await nothingIsLeftOf(story)
    }),
    // Shrinking would take as long for each attempt; the seed is enough to look into it.
    { numRuns: 200, endOnFailure: true },
  )

  // No row without what it belongs to, where the tables themselves do not see to it.
  const { query } = curtain.world
  expect(await query('select id from visit_links where used_by is not null and used_by not in (select id from participant_sessions)')).toEqual([])
  expect(await query('select id from participants where visit_id not in (select id from visits)')).toEqual([])
  expect(
    await query(`select id from audit_events where participant_id is not null and participant_id not in (select id from participants)`),
  ).toEqual([])

  // It was about something.
  for (const event of [
    'visit.started', 'visit.emptied', 'visit.ended', 'visit.locked', 'visit.unlocked', 'participant.removed', 'participant.refused',
    'participant.sent-back', 'participant.muted', 'link.exchanged', 'link.refused link-used', 'ticket.refused removed',
    'consumer.added', 'consumer.closed', 'muted', 'participant.departed left', 'participant.departed lost', 'participant.departed replaced',
  ]) {
    expect(seen).toContain(event)
  }
})
