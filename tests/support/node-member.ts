import { type Delivery, EncryptionError, type Epoch } from '@curtain/e2ee'
import { GroupSession } from '@curtain/e2ee/group'
import {
  admissionTicket,
  decodeBytes,
  encodeBytes,
  type MlsNotification,
  type Notification,
  type ParticipantId,
  type RequestResult,
  type VisitId,
  visitId as visitIdSchema,
} from '@curtain/protocol'
import { Browser } from './server.ts'
import { SignallingClient } from './signalling-client.ts'

/** Exchanges a link and says hello: somebody who waits to be let in, and does nothing by themselves. */
export async function connectByLink(
  url: string,
  link: string,
): Promise<{ client: SignallingClient; visitId: VisitId; hello: RequestResult<'hello'> }> {
  const { pathname, hash } = new URL(link)
  const visitId = visitIdSchema.parse(pathname.split('/').at(-1))
  const answer = await new Browser(url).post('/v1/links/exchange', { visitId, secret: hash.slice(1) })
  const { ticket } = admissionTicket.parse(await answer.json())
  const client = await SignallingClient.connect(`${url.replace('http', 'ws')}/v1/signal`, { origin: url })
  return { client, visitId, hello: await client.hello(visitId, ticket) }
}

/**
 * A participant without a browser: connects by a link, is in the group and holds its keys, on the same code as the pages.
 * It takes no media; what a tap brings can be decrypted with its keys.
 */
export class NodeMember implements Disposable {
  readonly participantId: ParticipantId
  readonly client: SignallingClient
  readonly epochs: Epoch[] = []
  readonly messages: { participantId: ParticipantId; text: string }[] = []
  readonly problems: EncryptionError[] = []
  readonly #session: GroupSession
  #wake = () => {}

  static async open(url: string, link: string): Promise<NodeMember> {
    const { client, visitId, hello } = await connectByLink(url, link)
    if (hello.encryption.mode !== 'end-to-end') throw new Error('this visit is not end-to-end encrypted')
    return new NodeMember(client, visitId, hello.participant.id, decodeBytes(hello.encryption.rosterKey))
  }

  private constructor(
    client: SignallingClient,
    visitId: VisitId,
    participantId: ParticipantId,
    rosterKey: Uint8Array,
  ) {
    this.client = client
    this.participantId = participantId
    this.#session = new GroupSession({
      visitId,
      participantId,
      rosterKey,
      delivery: deliveryOver(client),
      now: Date.now,
      onEpoch: (epoch) => {
        this.epochs.push(epoch)
        this.#wake()
      },
      onLeft: () => {},
      onMessage: ({ participantId: sender, bytes }) => {
        this.messages.push({ participantId: sender, text: new TextDecoder().decode(bytes) })
        this.#wake()
      },
      onProblem: (problem) => {
        this.problems.push(problem)
      },
    })
    this.#session.start()
    void this.#pump()
  }

  get session(): GroupSession {
    return this.#session
  }

  /** Waits until `find` gives something about epochs and messages, past or coming. */
  async until<Found>(find: (member: this) => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find(this)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** The first epoch with so many members. */
  epochOf(members: number): Promise<Epoch> {
    return this.until(({ epochs }) => epochs.find((epoch) => epoch.members.length === members))
  }

  /** Hands on what the server says, in its order, until the connection closes. */
  async #pump(): Promise<void> {
    for (let at = 0; ; at++) {
      const next = await this.client.until(() => this.client.notifications[at]).catch(() => null)
      if (next === null) return
      if (isMls(next)) this.#session.receive(next)
    }
  }

  [Symbol.dispose](): void {
    this.#session.close()
    this.client.close()
  }
}

function isMls(notification: Notification): notification is MlsNotification {
  return notification.type.startsWith('mls.')
}

/** The delivery service, asked over a connection that is not resumed. */
function deliveryOver(client: SignallingClient): Delivery {
  const asked = async (request: Promise<unknown>) => {
    await request.catch((cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? cause.code : null
      throw new EncryptionError(code === 'mls-epoch' || code === 'mls-not-asked' ? 'late' : 'disconnected', { cause })
    })
  }
  return {
    register: (keyPackage, lost) => asked(client.request('mls.register', { keyPackage: encodeBytes(keyPackage), lost })),
    created: (groupId) => asked(client.request('mls.created', { groupId })),
    commit: (groupId, epoch, commit, welcome) =>
      asked(
        client.request('mls.commit', {
          groupId,
          epoch,
          commit: encodeBytes(commit),
          welcome: welcome === null ? null : encodeBytes(welcome),
        }),
      ),
    data: (groupId, epoch, message) => asked(client.request('mls.data', { groupId, epoch, message: encodeBytes(message) })),
  }
}
