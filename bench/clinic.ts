import {
  admissionTicket,
  link,
  type Link,
  type ParticipantId,
  problem,
  visitCreated,
  type VisitId,
} from '@curtain/protocol'
import { type Curtain, startCurtain } from '@curtain/tests/support/curtain.ts'
import { SignallingClient } from '@curtain/tests/support/signalling-client.ts'
import { Staff } from '@curtain/tests/support/staff.ts'
import { temporaryFolder } from '@curtain/tests/support/temporary-folder.ts'
import type { z } from 'zod'
import { LoopbackAddresses, post } from './loopback-addresses.ts'

/** Somebody connected to a visit: in it as host, or in its waiting room. */
export interface Connected {
  id: ParticipantId
  client: SignallingClient
}

/** A Curtain in a process of its own, as `npm start` runs it, with one media worker and one member of staff. */
export class Clinic implements AsyncDisposable {
  readonly curtain: Curtain
  readonly #cookie: string
  readonly #cleanup: AsyncDisposableStack
  // Well below what the server lets one address do in a minute, or hold open at once.
  readonly #httpAddresses = new LoopbackAddresses(20)
  readonly #socketAddresses = new LoopbackAddresses(100)

  static async open(): Promise<Clinic> {
    await using cleanup = new AsyncDisposableStack()
    const folder = cleanup.use(temporaryFolder())
    const curtain = await startCurtain(folder.path)
    cleanup.defer(() => curtain.stop())
    const staff = new Staff(curtain.url)
    await staff.setUp(curtain)
    return new Clinic(curtain, staff.cookie, cleanup.move())
  }

  private constructor(curtain: Curtain, cookie: string, cleanup: AsyncDisposableStack) {
    this.curtain = curtain
    this.#cookie = cookie
    this.#cleanup = cleanup
  }

  get workerPid(): number {
    const [worker] = this.curtain.mediaWorkers()
    if (worker === undefined) throw new Error('Curtain runs no media worker')
    return worker.pid
  }

  /** A visit that starts now, with the link of its patient. */
  async makeVisit(): Promise<{ visitId: VisitId; link: Link }> {
    const made = await this.#post(visitCreated, '/v1/visits', {
      patient: { name: 'Ann Lee' },
      startsAt: new Date().toISOString(),
    })
    return { visitId: made.visit.id, link: made.link }
  }

  async inviteGuest(visitId: VisitId, name: string): Promise<Link> {
    return await this.#post(link, `/v1/visits/${visitId}/links`, { guest: { name } })
  }

  async connectHost(visitId: VisitId): Promise<Connected> {
    const { ticket, participant } = await this.#post(admissionTicket, `/v1/visits/${visitId}/tickets`, {})
    return { id: participant.id, client: await this.#connect(visitId, ticket) }
  }

  /** Brings somebody to the waiting room; their link is used up. */
  async connectInvited(visitId: VisitId, { url }: Link): Promise<Connected> {
    const secret = new URL(url).hash.slice(1)
    const { ticket, participant } = await this.#post(admissionTicket, '/v1/links/exchange', { visitId, secret }, false)
    return { id: participant.id, client: await this.#connect(visitId, ticket) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync()
  }

  async #connect(visitId: VisitId, ticket: string): Promise<SignallingClient> {
    const { port } = new URL(this.curtain.url)
    const client = await SignallingClient.connect(`ws://127.0.0.1:${port}/v1/signal`, {
      origin: this.curtain.url,
      localAddress: this.#socketAddresses.next(),
    })
    await client.hello(visitId, ticket)
    return client
  }

  async #post<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    body: unknown,
    asStaff = true,
  ): Promise<z.output<Schema>> {
    const answer = await post(this.curtain.url, path, body, {
      localAddress: this.#httpAddresses.next(),
      ...(asStaff ? { cookie: this.#cookie } : {}),
    })
    if (answer.status >= 300) throw new Error(`POST ${path}: ${problem.parse(answer.body).code}`)
    return schema.parse(answer.body)
  }
}
