import fc from 'fast-check'
import { expect } from 'vitest'
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
  type SignedIn,
  type VisitId,
} from '@curtain/protocol'
import type { Clinic } from './clinic.ts'
import { commitOf, createdOf, dataOf, makeKeyPackage } from './group-requests.ts'
import { requestBodies } from './request-bodies.ts'
import { dtlsParameters, opus, vp8 } from './rtp-parameters.ts'
import type { Browser, TestServer } from './server.ts'
import type { SignallingClient } from './signalling-client.ts'

type Place = 0 | 1 | 2 | 3
const anyone = fc.constantFrom<Place>(0, 1, 2, 3)
const byHost = fc.constantFrom<Place>(0, 0, 0, 1)
const once = <const Name extends string>(...names: Name[]) => fc.record({ do: fc.constantFrom(...names), who: anyone })
const source = fc.constantFrom<MediaSource>('microphone', 'camera', 'screen')
const onSomebody = fc.constantFrom('admit', 'admit', 'refuse', 'remove', 'send-back', 'mute')
/** What one of four people does: the host, the patient and two guests, who do it rightly or not. */
export const action = fc.oneof(
  { weight: 6, arbitrary: once('ticket', 'hello') },
  { weight: 3, arbitrary: once('open link', 'open link elsewhere', 'hello with any ticket', 'resume', 'resume old') },
  { weight: 4, arbitrary: once('join', 'join', 'connect', 'pause', 'close producer', 'consume') },
  { weight: 2, arbitrary: once('register keys', 'lose keys', 'make group', 'commit', 'commit', 'say') },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('produce'), who: anyone, source }) },
  { weight: 3, arbitrary: once('leave', 'drop', 'garbage') },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('lock', 'unlock'), who: byHost }) },
  { weight: 5, arbitrary: fc.record({ do: onSomebody, who: byHost, whom: anyone }) },
  { weight: 3, arbitrary: once('invite', 'invite', 'read', 'change', 'sign out and in') },
  { weight: 1, arbitrary: once('end', 'end over HTTP', 'cancel', 'no-show') },
)
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never

const unknownTicket = 'A'.repeat(43)

interface Person {
  id: ParticipantId | null
  browser: Browser
  link: Link | null
  tickets: string[]
  client: SignallingClient | null
  resumeTokens: string[]
}

let lastId = 1_000_000

/** How a story ends. */
export const ending = fc.constantFrom('end over HTTP', 'end in the room', 'the host leaves last', 'everybody vanishes')
export type Ending = typeof ending extends fc.Arbitrary<infer One> ? One : never

/** Who takes part: the owner, who may sign in again and again, and the server to look at. */
export interface Cast {
  clinic: Clinic
  curtain: TestServer
  owner: SignedIn
}

/** One visit, and what was acknowledged of what its people did. */
export class Story {
  readonly visitId: VisitId
  readonly people: readonly Person[]
  readonly clients: SignallingClient[] = []
  /** How often each kind of change was acknowledged. */
  readonly acknowledged = new Map<string, number>()
  readonly refusals: string[] = []

  readonly #cast: Cast

  private constructor(cast: Cast, visitId: VisitId, people: readonly Person[]) {
    this.#cast = cast
    this.visitId = visitId
    this.people = people
  }

  /** A visit in which the host and the patient are, and the second guest has not opened their link. */
  static async begin(cast: Cast): Promise<Story> {
    const { clinic } = cast
    const { visit, link } = await clinic.makeVisit()
    const guests = [await clinic.inviteGuest(visit.id), await clinic.inviteGuest(visit.id)]
    const person = (link: Link | null): Person => ({
      id: link?.participantId ?? null, browser: clinic.newBrowser(), link, tickets: [], client: null, resumeTokens: [],
    })
    const story = new Story(cast, visit.id, [person(null), person(link), ...guests.map(person)])
    story.acknowledged.set('link.created', 3)
    await story.signIn()
    for (const who of [0, 1, 2] as const) await story.act({ do: who === 0 ? 'ticket' : 'open link', who })
    for (const who of [0, 1, 2] as const) await story.act({ do: 'hello', who })
    await story.act({ do: 'admit', who: 0, whom: 1 })
    for (const who of [0, 1] as const) await story.act({ do: 'join', who })
    await story.act({ do: 'produce', who: 1, source: 'microphone' })
    await story.act({ do: 'register keys', who: 0 })
    await story.act({ do: 'make group', who: 0 })
    await story.act({ do: 'register keys', who: 1 })
    await story.act({ do: 'commit', who: 0 })
    return story
  }

  async act(one: Action): Promise<void> {
    const person = this.people[one.who]!
    const { browser, link } = person
    const { clinic } = this.#cast
    const path = `/v1/visits/${this.visitId}`
    const staff = this.people[0]!.browser
    switch (one.do) {
      case 'ticket':
        return this.#keepTicket(person, 'ticket', browser.post(`${path}/tickets`))
      case 'open link':
        if (link !== null) await this.#keepTicket(person, 'link', clinic.openLink(link, browser))
        return
      case 'open link elsewhere':
        if (link !== null) await this.#keepTicket(person, 'link', clinic.openLink(link, clinic.newBrowser()))
        return
      case 'hello':
        return this.#hello(person, { ticket: person.tickets.at(-1) ?? unknownTicket })
      case 'hello with any ticket': {
        const all = this.people.flatMap(({ tickets }) => tickets)
        return this.#hello(person, { ticket: all.at(lastId % 7) ?? unknownTicket })
      }
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
      case 'register keys':
      case 'lose keys': {
        const data = person.client && dataOf(person.client)
        if (person.id === null) return
        const lost = one.do === 'register keys' || data === null ? null : { groupId: data.groupId, epoch: data.epoch }
        await this.#ask(person, 'mls.register', { keyPackage: await makeKeyPackage(person.id), lost })
        return
      }
      case 'make group':
        await this.#hasBeenAsked(person)
        await this.#ask(person, 'mls.created', (person.client && createdOf(person.client)) ?? {})
        return
      case 'commit':
        await this.#hasBeenAsked(person)
        await this.#ask(person, 'mls.commit', (person.client && commitOf(person.client)) ?? {})
        return
      case 'say':
        await this.#ask(person, 'mls.data', (person.client && dataOf(person.client)) ?? {})
        return
      case 'connect':
        await this.#ask(person, 'transport.connect', { transportId: this.#transport(person), dtlsParameters })
        return
      case 'consume': {
        const added = person.client?.notifications.find((message) => message.type === 'consumer.added')
        const consumerId = added?.type === 'consumer.added' ? added.consumer.id : 'none'
        await this.#ask(person, 'consumer.resume', { consumerId })
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
        const answer = await staff.post(`${path}/links`, { participantId: person.id })
        if (!answer.ok) return
        person.link = linkSchema.parse(await answer.json())
        return this.#count('link.created')
      }
      case 'read':
        if (await isDone(staff.request('GET', path))) this.#count('visit.read')
        return
      case 'change':
        if (await isDone(staff.request('PATCH', path, { reason: 'another' }))) this.#count('visit.changed')
        return
      case 'sign out and in':
        await staff.post('/v1/sign-out')
        return this.signIn()
      case 'end over HTTP':
        if (await isDone(staff.post(`${path}/end`))) this.#count('visit.ended')
        return
      case 'cancel':
        if (await isDone(staff.post(`${path}/cancel`))) this.#count('visit.cancelled')
        return
      case 'no-show':
        if (await isDone(staff.post(`${path}/no-show`))) this.#count('visit.no-show')
        return
    }
  }

  async finish(how: Ending): Promise<void> {
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
    const alone = { rooms: 1, room_members: 1, media_consumers: 0, signalling_connections: 1 }
    await expect.poll(() => figures(this.#cast.clinic), { interval: 10 }).toEqual(alone)
    const joined = await this.#ask(host, 'join', { rtpCapabilities: this.#heard(host, 'routerRtpCapabilities') })
    if (joined?.type !== 'ok') throw new Error('a host who is in could not join')
    const { consumers, room } = requests.join.result.parse(joined.result)
    expect([consumers, room.waiting, room.participants.map(({ id }) => id)]).toEqual([[], [], [host.id]])
  }

  async signIn(): Promise<void> {
    const { curtain, owner } = this.#cast
    const { sessions } = curtain.server.parts
    const secret = await sessions.createSignInLink(owner.organization.id, owner.user.id, { validMs: 60_000 })
    signInLinkResult.parse(await (await this.people[0]!.browser.post('/v1/sign-in-links/exchange', { secret })).json())
  }

  #count(what: string): void {
    this.acknowledged.set(what, (this.acknowledged.get(what) ?? 0) + 1)
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
    // A link that its own browser opens again gives a ticket, and no other session.
    if (from === 'ticket' || answer.headers.getSetCookie().length === 0) this.#count('ticket.issued')
    person.id = participant.id
    person.tickets.push(ticket)
  }

  async #hello(person: Person, auth: object): Promise<void> {
    const client = await this.#cast.clinic.connect()
    this.clients.push(client)
    const { protocolVersion } = limits
    const answer = await this.#ask({ ...person, client }, 'hello', { protocolVersion, visitId: this.visitId, auth })
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

  /** What is to be done about keys has been asked for: this one waits behind it. */
  async #hasBeenAsked(person: Person): Promise<void> {
    await this.#ask(person, 'mls.data', requestBodies['mls.data'])
  }

  /** What the last answer of some kind said. */
  #heard({ client }: Person, key: string): unknown {
    for (const message of client?.received.toReversed() ?? []) {
      if (message.type !== 'ok') continue
      const { data } = z.record(z.string(), z.unknown()).safeParse(message.result)
      if (data !== undefined && key in data) return data[key]
    }
    return undefined
  }

  #transport(person: Person): string {
    const transport = this.#heard(person, 'sendTransport')
    return z.object({ id: z.string() }).safeParse(transport).data?.id ?? 'none'
  }
}

/** Whether a request was acknowledged. An answer that blames the server is a failure. */
async function isDone(response: Promise<Response>): Promise<boolean> {
  const answer = await response
  if (answer.status >= 500) throw new Error(`answered ${answer.status}`)
  await answer.arrayBuffer()
  return answer.ok
}

/** What is alive in the server, as its metrics say. */
export async function figures(clinic: Clinic): Promise<Record<string, number>> {
  const text = await (await clinic.newBrowser().request('GET', '/metrics')).text()
  const names = ['rooms', 'room_members', 'media_consumers', 'signalling_connections']
  return Object.fromEntries(
    names.map((name) => [name, Number(new RegExp(`^curtain_${name} (\\d+)$`, 'm').exec(text)?.[1])]),
  )
}
