import { once } from 'node:events'
import { WebSocket } from 'ws'
import {
  limits,
  notification,
  requests,
  serverMessage,
  type ErrorCode,
  type Notification,
  type NotificationType,
  type RequestInput,
  type RequestResult,
  type RequestType,
  type ServerMessage,
  type VisitId,
} from '@curtain/protocol'

/** A request that was answered with an error. */
class RequestError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

export interface ConnectOptions {
  origin?: string
  /** The address of this machine to come from: all of 127.0.0.0/8, for what is counted by address. */
  localAddress?: string
  /** Further headers, such as those of a reverse proxy. */
  headers?: Record<string, string>
}

type NotificationOf<Type extends NotificationType> = Extract<Notification, { type: Type }>

/** The table of requests as the compiler can follow it from a type to its result. */
const results: { [Type in RequestType]: { result: { parse(value: unknown): RequestResult<Type> } } } = requests

// Never repeated, since a connection that is resumed goes on with the ids of the one before.
let lastId = 0

/** A client that speaks the protocol and nothing more: it does not reconnect, number or repeat anything by itself. */
export class SignallingClient {
  readonly #socket: WebSocket
  readonly #waiting = new Set<() => void>()
  /** Everything the server sent, in order. */
  readonly received: ServerMessage[] = []
  /** The close code, once it is closed. */
  closeCode: number | null = null

  constructor(url: string, options: ConnectOptions = {}) {
    this.#socket = new WebSocket(url, options)
    this.#socket.on('message', (data) => {
      if (!Buffer.isBuffer(data)) throw new TypeError('a message in pieces')
      this.received.push(serverMessage.parse(JSON.parse(data.toString('utf8'))))
      this.#wake()
    })
    this.#socket.on('close', (code) => {
      this.closeCode = code
      this.#wake()
    })
    this.#socket.on('error', () => undefined)
  }

  static async connect(url: string, options: ConnectOptions = {}): Promise<SignallingClient> {
    const client = new SignallingClient(url, options)
    await once(client.#socket, 'open')
    return client
  }

  get notifications(): Notification[] {
    return this.received.flatMap((message) => {
      const parsed = notification.safeParse(message)
      return parsed.success ? [parsed.data] : []
    })
  }

  get lastSequence(): number {
    return this.notifications.at(-1)?.sequence ?? 0
  }

  /** Waits until `find` gives something, over all that was and will be received. Fails when the connection closes first. */
  async until<Found>(find: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      if (this.closeCode !== null) throw new Error(`closed with ${this.closeCode} while waiting`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  /** The first notification of a type, past or coming, that matches. */
  notified<Type extends NotificationType>(
    type: Type,
    matches: (one: NotificationOf<Type>) => boolean = () => true,
  ): Promise<NotificationOf<Type>> {
    const is = (one: Notification): one is NotificationOf<Type> => one.type === type
    return this.until(() => this.notifications.find((one): one is NotificationOf<Type> => is(one) && matches(one)))
  }

  /** Forgets what was received, so that `notified` looks at what comes from here on. */
  forget(): void {
    this.received.length = 0
  }

  /** Sends a request. @throws RequestError */
  async request<Type extends RequestType>(
    type: Type,
    input: RequestInput<Type>,
    id: number = ++lastId,
  ): Promise<RequestResult<Type>> {
    const before = this.received.length
    this.sendText(JSON.stringify({ ...input, type, id }))
    const answer = await this.until(() => this.received.slice(before).find((message) => 'id' in message && message.id === id))
    if (answer.type === 'error') throw new RequestError(answer.code)
    if (answer.type !== 'ok') throw new Error(`answered with ${answer.type}`)
    return results[type].result.parse(answer.result)
  }

  /** The code a request is refused with; `null` when it is not. */
  refusal<Type extends RequestType>(type: Type, input: RequestInput<Type>, id?: number): Promise<ErrorCode | null> {
    return this.request(type, input, id).then(
      () => null,
      (error: unknown) => {
        if (error instanceof RequestError) return error.code
        throw error
      },
    )
  }

  /** What a message is answered with that need not be right: `ok`, or the code it is refused with. */
  async codeOf(type: string, body: object, id: number = ++lastId): Promise<ErrorCode | 'ok'> {
    this.sendText(JSON.stringify({ ...body, type, id }))
    const answer = await this.until(() => this.received.find((message) => 'id' in message && message.id === id))
    return answer.type === 'error' ? answer.code : 'ok'
  }

  hello(visitId: VisitId, ticket: string): Promise<RequestResult<'hello'>> {
    return this.request('hello', { protocolVersion: limits.protocolVersion, visitId, auth: { ticket } })
  }

  resume(visitId: VisitId, resumeToken: string, lastSequence: number): Promise<RequestResult<'hello'>> {
    return this.request('hello', {
      protocolVersion: limits.protocolVersion,
      visitId,
      auth: { resumeToken, lastSequence },
    })
  }

  sendText(text: string): void {
    this.#socket.send(text)
  }

  sendBinary(bytes: Uint8Array): void {
    this.#socket.send(bytes)
  }

  /** An error that answers no request. */
  async complaint(): Promise<ErrorCode> {
    const message = await this.until(() => this.received.find((one) => one.type === 'error' && one.id === undefined))
    return message.type === 'error' ? message.code : 'internal'
  }

  async closed(): Promise<number> {
    while (this.closeCode === null) await new Promise<void>((resolve) => this.#waiting.add(resolve))
    return this.closeCode
  }

  /** Stops reading, as a client whose network stalls. */
  stall(): void {
    this.#socket.pause()
  }

  close(): void {
    this.#socket.close()
  }

  /** Cuts the line without a word. */
  drop(): void {
    this.#socket.terminate()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}

/** The HTTP status with which an upgrade is refused. */
export async function refusedUpgrade(url: string, options: { origin?: string } = {}): Promise<number | undefined> {
  const socket = new WebSocket(url, options)
  socket.on('error', () => undefined)
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  socket.on('unexpected-response', (request, response) => {
    resolve(response.statusCode)
    request.destroy()
  })
  socket.on('open', () => {
    resolve(undefined)
    socket.close()
  })
  return promise
}
