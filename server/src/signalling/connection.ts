import type { BaseLogger } from 'pino'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import {
  closeCodes,
  isRequestType,
  limits as protocolLimits,
  requestEnvelope,
  requests,
  type ErrorCode,
  type RequestType,
} from '@curtain/protocol'
import { AppError } from '../errors.ts'
import type { Answer, ClientLink, Member } from '../rooms/member.ts'
import type { Rooms } from '../rooms/rooms.ts'
import { handlers } from './handlers.ts'
import { TokenBucket } from './token-bucket.ts'

/** Bounds of a connection, as in `limits` of the protocol. */
export interface ConnectionLimits {
  messageBytes: number
  messageBurst: number
  messagesPerSecond: number
  helloMs: number
  heartbeatMs: number
}

export interface ConnectionOptions {
  /** Where the client is. */
  address: string
  rooms: Rooms
  log: BaseLogger
  limits: ConnectionLimits
  /** Milliseconds, never going back. */
  now: () => number
}

type State =
  | { name: 'greeting'; timer: NodeJS.Timeout }
  | { name: 'welcoming' }
  | { name: 'in'; member: Member }
  | { name: 'closed' }

/** What a client may be behind, in bytes: some thousand notifications. */
const longestBacklogBytes = 1024 * 1024
/** Pings without a sign of life after which a connection counts as dropped. */
const missedBeats = 2
/** RFC 6455's registry: try again later. */
const tryAgainLater = 1013

const protocolVersion = z.looseObject({ protocolVersion: z.number().int() })

/** One socket, from its opening to its close: greets it, checks and dispatches what it says, writes to it. */
export class Connection implements ClientLink {
  readonly address: string
  readonly #socket: WebSocket
  readonly #options: ConnectionOptions
  readonly #bucket: TokenBucket
  #state: State
  #silentBeats = 0

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.address = options.address
    this.#socket = socket
    this.#options = options
    const { messageBurst: burst, messagesPerSecond: perSecond, helloMs } = options.limits
    this.#bucket = new TokenBucket({ burst, perSecond, now: options.now })
    this.#state = { name: 'greeting', timer: setTimeout(() => this.#refuse('not-signed-in'), helloMs) }
    socket.on('message', (data, isBinary) => this.#heard(() => this.#read(data, isBinary)))
    socket.on('pong', () => this.#heard())
    // Answered by the library; counted, as an answer is work.
    socket.on('ping', () => this.#heard(() => void this.#withinBounds()))
    socket.on('close', () => this.#closed())
    socket.on('error', () => this.#closed())
  }

  send(message: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > longestBacklogBytes) {
      this.#options.log.warn(this.#who(), 'a client does not keep up')
      // As if it had dropped off: it resumes when it can.
      this.#socket.terminate()
      return
    }
    this.#socket.send(message)
  }

  close(code: number): void {
    // Over for us now; a client that never answers the close frame would hold it up for half a minute.
    this.#closed()
    this.#socket.close(code)
  }

  /** Cuts the line. */
  terminate(): void {
    this.#socket.terminate()
  }

  /** Called once per heartbeat: pings, and gives up on a client that has been silent for too long. */
  beat(): void {
    if (this.#silentBeats >= missedBeats) return this.#socket.terminate()
    this.#silentBeats++
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  #heard(then?: () => void): void {
    this.#silentBeats = 0
    if (this.#state.name === 'in') this.#options.rooms.heard(this.#state.member)
    then?.()
  }

  #read(data: unknown, isBinary: boolean): void {
    if (this.#state.name === 'closed' || this.#socket.readyState !== this.#socket.OPEN) return
    const bounds = this.#withinBounds()
    if (bounds === 'flooding') return
    if (isBinary || !Buffer.isBuffer(data)) return this.#refuse('invalid-message')
    if (data.length > this.#options.limits.messageBytes) return this.#complain('message-too-large')
    const envelope = requestEnvelope.safeParse(parseJson(data))
    if (!envelope.success) return this.#complain('invalid-message')
    const { id, type } = envelope.data
    if (bounds === 'over') return this.#sendError('rate-limited', id)
    if (this.#state.name === 'in') void this.#dispatch(this.#state.member, type, id, envelope.data)
    else if (this.#state.name === 'greeting' && type === 'hello') void this.#greet(id, envelope.data)
    else this.#refuse('not-signed-in', id)
  }

  async #greet(id: number, message: unknown): Promise<void> {
    this.#endGreeting()
    this.#state = { name: 'welcoming' }
    const version = protocolVersion.safeParse(message)
    if (version.success && version.data.protocolVersion !== protocolLimits.protocolVersion) {
      return this.#refuse('unsupported-protocol', id)
    }
    const hello = requests.hello.input.safeParse(message)
    if (!hello.success) return this.#refuse('invalid-message', id)
    try {
      const member = await this.#options.rooms.hello(hello.data, this, (welcomed, result) => {
        this.send(JSON.stringify({ type: 'ok', id, result: requests.hello.result.parse(result) }))
        if (this.#state.name === 'welcoming') this.#state = { name: 'in', member: welcomed }
      })
      if (this.#hasClosed()) member.room.dropped(member, this)
    } catch (error) {
      this.#sendError(this.#codeOf(error, 'hello'), id)
      this.close(closeCodeOf(this.#codeOf(error)))
    }
  }

  async #dispatch(member: Member, type: string, id: number, message: unknown): Promise<void> {
    if (!isRequestType(type)) return this.#sendError('unknown-message', id)
    if (type === 'hello') return this.#sendError('invalid-message', id)
    const handler = handlers[type]
    let sent = false
    const perform = async (): Promise<Answer> => {
      const answer = await this.#answer(member, type, id, () => handler.run(member, message))
      this.send(answer())
      sent = true
      return answer
    }
    const queue = handler.queue?.(member)
    const answer = await member.answers.once(`${type} ${id}`, () => queue?.run(perform) ?? perform())
    if (!sent) this.send(answer())
    if (handler.thenClose !== undefined && member.revoked) this.close(handler.thenClose)
  }

  /** The answer to a request, whatever becomes of it; never rejects. */
  async #answer(member: Member, type: RequestType, id: number, run: () => Promise<() => unknown>): Promise<Answer> {
    try {
      const result = await run()
      return () => {
        try {
          return JSON.stringify({ type: 'ok', id, result: result() })
        } catch (error) {
          // Made where nobody waits for it: thrown from here, it would end the process and every visit in it.
          return errorMessage(this.#codeOf(error, type), id)
        }
      }
    } catch (error) {
      const code = this.#codeOf(error, type)
      if (code === 'forbidden' || code === 'not-admitted') await this.#denied(member, type, code)
      const message = errorMessage(code, id)
      return () => message
    }
  }

  /** A refusal is on record before it is told. */
  async #denied(member: Member, request: RequestType, reason: 'forbidden' | 'not-admitted'): Promise<void> {
    const count = member.denials.count(request, this.#options.now())
    if (count !== null) await this.#options.rooms.denied(member, { request, reason, count })
  }

  /** Counts one message. A connection that goes on flooding is closed. */
  #withinBounds(): 'within' | 'over' | 'flooding' {
    const bounds = this.#bucket.take()
    if (bounds === 'flooding' && this.#socket.readyState === this.#socket.OPEN) {
      this.#options.log.warn(this.#who(), 'a client floods')
      this.close(closeCodes.flood)
    }
    return bounds
  }

  /** Something is wrong with what was sent; who is let in may go on. */
  #complain(code: ErrorCode): void {
    if (this.#state.name === 'in') this.#sendError(code)
    else this.#refuse(code)
  }

  #refuse(code: ErrorCode, id?: number): void {
    this.#sendError(code, id)
    this.close(closeCodes.protocol)
  }

  #sendError(code: ErrorCode, id?: number): void {
    this.send(errorMessage(code, id))
  }

  /** @param during the request in which it failed, for the log: what is not of our table is unexpected */
  #codeOf(error: unknown, during?: RequestType): ErrorCode {
    if (error instanceof AppError) return error.code
    if (during !== undefined) this.#options.log.error({ ...this.#who(), route: during, error }, 'request failed')
    return 'internal'
  }

  #who(): { visitId?: string; participantId?: string } {
    if (this.#state.name !== 'in') return {}
    const { visitId, participantId } = this.#state.member.arrival
    return { visitId, participantId }
  }

  #endGreeting(): void {
    if (this.#state.name === 'greeting') clearTimeout(this.#state.timer)
  }

  #hasClosed(): boolean {
    return this.#state.name === 'closed'
  }

  #closed(): void {
    this.#endGreeting()
    const state = this.#state
    this.#state = { name: 'closed' }
    if (state.name === 'in') state.member.room.dropped(state.member, this)
  }
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return undefined
  }
}

function errorMessage(code: ErrorCode, id?: number): string {
  return JSON.stringify({ type: 'error', ...(id === undefined ? {} : { id }), code, sentence: new AppError(code).message })
}

/** A refused `hello` is final where asking again cannot help; else the client may come again by itself. */
function closeCodeOf(code: ErrorCode): number {
  const final: readonly ErrorCode[] = ['removed', 'refused', 'visit-ended', 'visit-cancelled']
  return final.includes(code) ? closeCodes.final : tryAgainLater
}
