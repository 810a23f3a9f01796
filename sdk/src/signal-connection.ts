import {
  finalNotifications,
  limits,
  requests,
  serverMessage,
  type AdmissionTicket,
  type ErrorCode,
  type Notification,
  type RequestInput,
  type RequestResult,
  type RequestType,
  type ServerMessage,
  type VisitId,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Clock } from './clock.ts'
import {
  endReasonOf,
  healthOf,
  initialConnection,
  inputOfClose,
  step,
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
} from './connection-machine.ts'
import type { EndReason } from './types.ts'
import { VisitError } from './visit-error.ts'

export type Hello = RequestResult<'hello'>

/** The part of a WebSocket that is used here. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'addEventListener'>

export interface SignalConnectionOptions {
  openSocket(): Socket
  fetchTicket(signal: AbortSignal): Promise<AdmissionTicket>
  clock: Clock
  /** 0 … 1. */
  random(): number
  /** A new connection: what the server says here is all there is, what was before is gone. */
  onAfresh(hello: Hello): void
  /** The connection of before: missed notifications follow, unanswered requests were sent again. */
  onResumed(): void
  onNotification(notification: Notification): void
  /** `state` changed. */
  onChange(): void
  onEnded(reason: EndReason): void
}

interface PendingRequest {
  type: RequestType
  text: string
  isSent: boolean
  resolve(result: unknown): void
  reject(error: VisitError): void
}

const resultSchemas: { readonly [Type in RequestType]: { result: z.ZodType<RequestResult<Type>> } } = requests
/** A notification that this version does not know still counts in the sequence. */
const unknownNotification = z.object({ type: z.string(), sequence: z.number().int().positive() })

/** Requests about the visit itself; the others are about media and keys that a new connection makes afresh. */
const outliveConnection: ReadonlySet<RequestType> = new Set<RequestType>([
  'leave',
  'admit',
  'refuse',
  'send-back',
  'remove',
  'mute',
  'lock',
  'end',
])

/** So long nothing was heard: ask. In a waiting room less often, for the battery of a phone. */
const idleMs = { waiting: 3000, joined: 1000 }
/** No answer for so long is said, as it may be a drop; */
const doubtMs = 1000
/** for so long it is one. A slow network that is only busy is not made worse by a new connection at once. */
const lostMs = 2500

/**
 * Keeps one participant's signalling connection: does what `connection-machine.ts` says, matches answers to requests,
 * and sees to it that no notification is missed or seen twice.
 */
export class SignalConnection {
  #state: ConnectionState = initialConnection
  readonly #options: SignalConnectionOptions
  readonly #pending = new Map<number, PendingRequest>()
  #nextRequestId = 1
  #socket: Socket | null = null
  #listening = new AbortController()
  #ticketing: AbortController | null = null
  #ticket: AdmissionTicket | null = null
  #visitId: VisitId | null = null
  #helloId: number | null = null
  #resumeToken: string | null = null
  #lastSequence = 0
  #cancelTimer: () => void = () => {}
  #cancelIdleCheck: () => void = () => {}
  #cancelProbe: (() => void) | null = null
  #isInDoubt = false
  #idleMs = idleMs.waiting
  #heardAt = 0
  /** What the server said is wrong with the connection itself; it closes it if it cannot go on. */
  #complaint: ErrorCode | null = null

  constructor(options: SignalConnectionOptions) {
    this.#options = options
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** What the page should say about it. */
  get health(): ReturnType<typeof healthOf> {
    const health = healthOf(this.#state)
    if (health !== 'fine' || !this.#isInDoubt) return health
    return this.#state.networkDown ? 'offline' : 'reconnecting'
  }

  start(): void {
    this.#take({ type: 'start' })
  }

  /** Ends it for good; what is unanswered is rejected with `closed`. May be called twice. */
  close(reason: EndReason): void {
    this.#take({ type: 'close', reason })
  }

  /** How closely a drop is watched for: in the visit it should be said within two seconds. */
  watchAs(presence: keyof typeof idleMs): void {
    this.#idleMs = idleMs[presence]
  }

  networkLost(): void {
    this.#take({ type: 'network-lost' })
  }

  networkBack(): void {
    this.#take({ type: 'network-back' })
  }

  /**
   * Sends a request and answers with its result. While the connection is away the request waits; after a resume it
   * is sent again under the same id, so that it happens once.
   * @throws VisitError with the server's code; `resume-refused` if the connection it was sent on is gone; `closed`
   */
  request<Type extends RequestType>(type: Type, input: RequestInput<Type>): Promise<RequestResult<Type>> {
    if (this.#state.name === 'closed') return Promise.reject(new VisitError('closed'))
    const id = this.#nextRequestId++
    return new Promise((resolve, reject) => {
      const request: PendingRequest = {
        type,
        text: JSON.stringify({ ...input, id, type }),
        isSent: false,
        resolve: (result) => {
          const parsed = resultSchemas[type].result.safeParse(result)
          if (parsed.success) resolve(parsed.data)
          else reject(new VisitError('invalid-message', { cause: parsed.error }))
        },
        reject,
      }
      this.#pending.set(id, request)
      if (this.#state.name === 'open') this.#send(request)
    })
  }

  /**
   * Asks an open connection for a sign of life: anything heard counts. Without one `health` says so after a second,
   * and the connection is taken as lost soon after. A probe under way is not doubled.
   */
  probe(): void {
    if (this.#state.name !== 'open' || this.#cancelProbe !== null) return
    const { attempt } = this.#state
    const { clock } = this.#options
    const lost = () => this.#take({ type: 'lost', attempt })
    this.#cancelProbe = clock.after(doubtMs, () => {
      if (this.#state.networkDown) {
        lost()
        return
      }
      this.#isInDoubt = true
      this.#cancelProbe = clock.after(lostMs - doubtMs, lost)
      this.#options.onChange()
    })
    this.#socket?.send(JSON.stringify({ id: this.#nextRequestId++, type: 'ping' }))
  }

  #take(input: ConnectionInput): void {
    const before = this.#state
    const { state, effects } = step(before, input, this.#options.random())
    if (state === before && effects.length === 0) return
    this.#state = state
    this.#cancelTimer()
    if (state.name !== 'open') this.#stopWatching()
    for (const effect of effects) this.#do(effect)
    if (state.name === 'closed') {
      for (const request of this.#pending.values()) request.reject(new VisitError('closed'))
      this.#pending.clear()
      this.#options.onEnded(state.reason ?? 'left')
    }
    this.#options.onChange()
  }

  #do(effect: ConnectionEffect): void {
    const { attempt } = this.#state
    switch (effect.do) {
      case 'abandon':
        this.#ticketing?.abort()
        this.#ticketing = null
        this.#dropSocket()
        return
      case 'fetch-ticket':
        void this.#fetchTicket(attempt)
        return
      case 'open-socket':
        this.#openSocket(attempt)
        return
      case 'say-hello':
        this.#sayHello(effect.by)
        return
      case 'probe':
        this.probe()
        return
      case 'start-timer':
        this.#cancelTimer = this.#options.clock.after(effect.ms, () => this.#take({ type: 'timer', attempt }))
    }
  }

  async #fetchTicket(attempt: number): Promise<void> {
    const ticketing = new AbortController()
    this.#ticketing = ticketing
    try {
      const ticket = await this.#options.fetchTicket(ticketing.signal)
      if (ticketing.signal.aborted) return
      this.#ticket = ticket
      this.#visitId = ticket.visit.id
      this.#take({ type: 'ticketed', attempt })
    } catch (error) {
      const reason = error instanceof VisitError ? endReasonOf(error.code) : null
      this.#take(reason === null ? { type: 'ticket-failed', attempt } : { type: 'ended', attempt, reason })
    }
  }

  #openSocket(attempt: number): void {
    const socket = this.#options.openSocket()
    this.#socket = socket
    this.#listening = new AbortController()
    const { signal } = this.#listening
    socket.addEventListener('open', () => this.#take({ type: 'socket-opened', attempt }), { signal })
    this.#complaint = null
    const closed = ({ code }: CloseEvent) => this.#take(inputOfClose(code, attempt, this.#complaint ?? undefined))
    socket.addEventListener('close', closed, { signal })
    socket.addEventListener('message', ({ data }) => this.#read(data, attempt), { signal })
  }

  #dropSocket(): void {
    this.#listening.abort()
    this.#socket?.close()
    this.#socket = null
  }

  #sayHello(by: 'ticket' | 'resume'): void {
    const auth =
      by === 'resume'
        ? { resumeToken: this.#resumeToken ?? '', lastSequence: this.#lastSequence }
        : { ticket: this.#ticket?.ticket ?? '' }
    this.#helloId = this.#nextRequestId++
    this.#socket?.send(
      JSON.stringify({
        id: this.#helloId,
        type: 'hello',
        protocolVersion: limits.protocolVersion,
        visitId: this.#visitId,
        auth,
      }),
    )
  }

  #read(data: unknown, attempt: number): void {
    this.#heardAt = this.#options.clock.now()
    const wasInDoubt = this.#isInDoubt
    this.#endProbe()
    if (wasInDoubt) this.#options.onChange()
    const json = parseJson(data)
    const message = serverMessage.safeParse(json)
    if (message.success) this.#receive(message.data, attempt)
    else {
      const unknown = unknownNotification.safeParse(json)
      if (unknown.success) this.#isNext(unknown.data.sequence, attempt)
    }
  }

  #receive(message: ServerMessage, attempt: number): void {
    if (message.type === 'ok') {
      if (message.id === this.#helloId) this.#greeted(message.result, attempt)
      else this.#settle(message.id)?.resolve(message.result)
    } else if (message.type === 'error') {
      if (message.id === undefined) this.#complaint = message.code
      else if (message.id === this.#helloId) this.#refused(message.code, attempt)
      else this.#settle(message.id)?.reject(new VisitError(message.code))
    } else if (message.type === 'draining') this.#take({ type: 'draining', attempt, retryMs: message.retryMs })
    else if (this.#isNext(message.sequence, attempt)) {
      const final = finalNotifications.find((type) => type === message.type)
      if (final === undefined) this.#options.onNotification(message)
      else this.#take({ type: 'ended', attempt, reason: final })
    }
  }

  #greeted(result: unknown, attempt: number): void {
    this.#helloId = null
    const hello = requests.hello.result.safeParse(result)
    if (!hello.success) {
      this.#take({ type: 'ended', attempt, reason: 'unsupported-protocol' })
      return
    }
    this.#resumeToken = hello.data.resumeToken
    if (!hello.data.resumed) this.#lastSequence = hello.data.sequence
    this.#take({ type: 'greeted', attempt })
    this.#watch()
    if (!hello.data.resumed) this.#forgetMediaRequests()
    for (const request of this.#pending.values()) this.#send(request)
    if (hello.data.resumed) this.#options.onResumed()
    else this.#options.onAfresh(hello.data)
  }

  #refused(code: ErrorCode, attempt: number): void {
    const reason = endReasonOf(code)
    if (reason !== null) this.#take({ type: 'ended', attempt, reason })
    else if (code === 'resume-refused') this.#take({ type: 'resume-refused', attempt })
    else if (code === 'ticket-invalid') this.#take({ type: 'ticket-refused', attempt })
    else if (code === 'rate-limited') this.#take({ type: 'flooded', attempt })
    else this.#take({ type: 'lost', attempt })
  }

  /** Whether a notification is the next one; one seen before is dropped, a gap means starting afresh. */
  #isNext(sequence: number, attempt: number): boolean {
    if (sequence <= this.#lastSequence) return false
    if (sequence > this.#lastSequence + 1) {
      this.#take({ type: 'out-of-step', attempt })
      return false
    }
    this.#lastSequence = sequence
    return true
  }

  /** What a connection that is gone had been asked about its media; whoever asked starts again. */
  #forgetMediaRequests(): void {
    for (const [id, request] of this.#pending) {
      if (!request.isSent && outliveConnection.has(request.type)) continue
      this.#pending.delete(id)
      request.reject(new VisitError('resume-refused'))
    }
  }

  #send(request: PendingRequest): void {
    request.isSent = true
    this.#socket?.send(request.text)
  }

  #settle(id: number): PendingRequest | undefined {
    const request = this.#pending.get(id)
    this.#pending.delete(id)
    return request
  }

  /** A browser does not show the heartbeats of the protocol below, and a dead path closes no socket: so we ask. */
  #watch(): void {
    this.#cancelIdleCheck = this.#options.clock.after(idleMs.joined, () => {
      if (this.#options.clock.now() - this.#heardAt >= this.#idleMs) this.probe()
      this.#watch()
    })
  }

  #stopWatching(): void {
    this.#cancelIdleCheck()
    this.#endProbe()
  }

  #endProbe(): void {
    this.#cancelProbe?.()
    this.#cancelProbe = null
    this.#isInDoubt = false
  }
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
