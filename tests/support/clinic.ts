import {
  type AdmissionTicket,
  admissionTicket,
  type Link,
  link,
  type LinkCheck,
  organizationSettings,
  type OrganizationSettings,
  type ParticipantId,
  type RequestResult,
  type Visit,
  visit,
  visitCreated,
  visitId as visitIdSchema,
  type VisitId,
  type VisitInput,
  type VisitKind,
} from '@curtain/protocol'
import type { z } from 'zod'
import { Browser } from './server.ts'
import { SignallingClient } from './signalling-client.ts'

/** Somebody at a browser of their own, with a connection that has said `hello`. */
export interface Visitor {
  id: ParticipantId
  browser: Browser
  client: SignallingClient
  hello: RequestResult<'hello'>
}

export interface Joined extends Visitor {
  joined: RequestResult<'join'>
}

/** People who use a whole Curtain as browsers do: links and tickets over HTTP, then signalling. */
export class Clinic {
  readonly url: string
  readonly staff: Browser

  /** @param staff a browser that is signed in */
  constructor(url: string, staff: Browser) {
    this.url = url
    this.staff = staff
  }

  /** A visit that starts now, with the patient's link. */
  makeVisit(input: Partial<VisitInput> = {}): Promise<{ visit: Visit; link: Link }> {
    const body = { patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString(), ...input }
    return this.#answer(visitCreated, this.staff.post('/v1/visits', body))
  }

  /** From now on these kinds of visits, and no others, may be made without end-to-end encryption. */
  allowTransport(kinds: VisitKind[]): Promise<OrganizationSettings> {
    const body = { transportVisits: kinds, linkCheck: 'none' }
    return this.#answer(organizationSettings, this.staff.request('PUT', '/v1/organization/settings', body))
  }

  inviteAgain(visitId: VisitId, participantId: ParticipantId, otherwise: { check?: LinkCheck } = {}): Promise<Link> {
    return this.#answer(link, this.staff.post(`/v1/visits/${visitId}/links`, { participantId, ...otherwise }))
  }

  inviteGuest(visitId: VisitId, name = 'Sam Reed'): Promise<Link> {
    return this.#answer(link, this.staff.post(`/v1/visits/${visitId}/links`, { guest: { name } }))
  }

  readVisit(visitId: VisitId): Promise<Visit> {
    return this.#answer(visit, this.staff.request('GET', `/v1/visits/${visitId}`))
  }

  end(visitId: VisitId): Promise<Visit> {
    return this.#answer(visit, this.staff.post(`/v1/visits/${visitId}/end`))
  }

  /** A browser without any cookie. */
  newBrowser(): Browser {
    return new Browser(this.url)
  }

  /**
   * What a page posts when somebody opens a link in a browser.
   * @param shown what the link asked for
   */
  openLink({ url }: Pick<Link, 'url'>, browser: Browser, shown: object = {}): Promise<Response> {
    const { pathname, hash } = new URL(url)
    const visitId = visitIdSchema.parse(pathname.split('/').at(-1))
    return browser.post('/v1/links/exchange', { visitId, secret: hash.slice(1), ...shown })
  }

  /** A link opened in a browser that had none before. */
  async exchange(of: Pick<Link, 'url'>, browser = this.newBrowser()): Promise<AdmissionTicket & { browser: Browser }> {
    return { browser, ...(await this.#answer(admissionTicket, this.openLink(of, browser))) }
  }

  /** Asks for a ticket with whatever session the browser has. */
  async ticket(visitId: VisitId, browser: Browser): Promise<string> {
    return (await this.#answer(admissionTicket, browser.post(`/v1/visits/${visitId}/tickets`))).ticket
  }

  /** A connection that has said nothing yet. */
  connect(): Promise<SignallingClient> {
    return SignallingClient.connect(`${this.url.replace(/^http/, 'ws')}/v1/signal`, { origin: this.url })
  }

  async arrive(visitId: VisitId, browser: Browser, ticket?: string): Promise<Visitor> {
    const presented = ticket ?? (await this.ticket(visitId, browser))
    const client = await this.connect()
    const hello = await client.hello(visitId, presented)
    return { id: hello.participant.id, browser, client, hello }
  }

  /** Somebody who opens a link and goes to the waiting room. */
  async comeByLink(of: Pick<Link, 'url'>): Promise<Visitor> {
    const { browser, ticket, visit: summary } = await this.exchange(of)
    return this.arrive(summary.id, browser, ticket)
  }

  async join<Somebody extends Visitor>(somebody: Somebody): Promise<Somebody & Joined> {
    const { routerRtpCapabilities: rtpCapabilities } = somebody.hello
    return { ...somebody, joined: await somebody.client.request('join', { rtpCapabilities }) }
  }

  /** A visit with its clinician and its patient in it. */
  async twoInVisit(): Promise<{ visitId: VisitId; link: Link; host: Joined; patient: Joined }> {
    const made = await this.makeVisit()
    const visitId = made.visit.id
    const host = await this.arrive(visitId, this.staff)
    const patient = await this.comeByLink(made.link)
    await host.client.request('admit', { participantId: patient.id })
    return { visitId, link: made.link, host: await this.join(host), patient: await this.join(patient) }
  }

  async #answer<Schema extends z.ZodType>(schema: Schema, response: Promise<Response>): Promise<z.output<Schema>> {
    const answer = await response
    const body: unknown = await answer.json()
    if (!answer.ok) throw new Error(`answered ${answer.status}: ${JSON.stringify(body)}`)
    return schema.parse(body)
  }
}
