import {
  type Link,
  link,
  organizationSettings,
  type Visit,
  type VisitInput,
  visit,
  visitCreated,
  type VisitId,
  type VisitKind,
  type ParticipantId,
} from '@curtain/protocol'
import type { z } from 'zod'
import type { Curtain } from './curtain.ts'
import { ask, setUpRelaxed } from './sign-in.ts'

export const owner = {
  organizationName: 'Harbor Clinic',
  name: 'Dana Whitfield',
  email: 'dana@harbor.example',
  password: 'correct horse battery staple',
}

/** A member of staff who talks to the HTTP API as a browser would, cookie and all. */
export class Staff {
  readonly url: string
  /** Where they are, as a reverse proxy would tell; for a Curtain that trusts one on this machine. */
  address: string | null = null
  readonly #cookies = new Map<string, string>()

  constructor(url: string) {
    this.url = url
  }

  /** As the browser would send them. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  set cookie(sent: string) {
    this.#cookies.clear()
    for (const one of sent.split('; ')) this.#keep(one)
  }

  #keep(cookie: string): void {
    const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
    this.#cookies.set(name, value)
  }

  async request(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        origin: this.url,
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(this.address === null ? {} : { 'x-forwarded-for': this.address }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return response
  }

  /** Asks, and reads the answer. @throws Error with the code of a refusal */
  call<Schema extends z.ZodType>(schema: Schema, method: string, path: string, body?: unknown): Promise<z.output<Schema>> {
    return ask(this, schema, method, path, body)
  }

  /** Makes the organization through the link that the first start prints, with no second factors asked for. */
  async setUp(curtain: Curtain): Promise<void> {
    const [, secret] = await curtain.line(/\/setup#([\w-]{43})/)
    await setUpRelaxed(this, { secret, ...owner })
  }

  async signIn(): Promise<void> {
    const response = await this.request('POST', '/v1/sign-in', { email: owner.email, password: owner.password })
    if (!response.ok) throw new Error(`sign-in answered ${response.status}`)
  }

  /** From now on these kinds of visits, and no others, may be made without end-to-end encryption. */
  async allowTransport(kinds: VisitKind[]): Promise<void> {
    await this.call(organizationSettings, 'PUT', '/v1/organization/settings', { transportVisits: kinds, linkCheck: 'none' })
  }

  /** A visit that starts now, with the patient's link; `encryption: 'transport'` where it was allowed before. */
  async makeVisit(input: Partial<VisitInput> = {}): Promise<{ visit: Visit; link: Link }> {
    return await this.call(visitCreated, 'POST', '/v1/visits', {
      patient: { name: 'Ann Lee' },
      startsAt: new Date().toISOString(),
      ...input,
    })
  }

  async readVisit(visitId: VisitId): Promise<Visit> {
    return await this.call(visit, 'GET', `/v1/visits/${visitId}`)
  }

  async inviteAgain(visitId: VisitId, participantId: ParticipantId): Promise<Link> {
    return await this.call(link, 'POST', `/v1/visits/${visitId}/links`, { participantId })
  }

  async inviteGuest(visitId: VisitId, name: string): Promise<Link> {
    return await this.call(link, 'POST', `/v1/visits/${visitId}/links`, { guest: { name } })
  }
}
