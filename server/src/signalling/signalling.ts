import { STATUS_CODES, type IncomingMessage, type Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { BaseLogger } from 'pino'
import { WebSocketServer } from 'ws'
import { closeCodes, errors, limits as protocolLimits, type ErrorCode, type Problem } from '@curtain/protocol'
import { addressGroup } from '../http/client-address.ts'
import type { Rooms } from '../rooms/rooms.ts'
import { Connection, type ConnectionLimits } from './connection.ts'
import { isOriginAllowed } from './origin.ts'

export interface SignallingOptions {
  server: HttpServer | HttpsServer
  rooms: Rooms
  /** The origins whose pages may connect, such as `https://visits.example.org`. */
  allowedOrigins: readonly string[]
  log: BaseLogger
  /** The client's address, where a trusted proxy tells it; by default the socket's. */
  addressOf?: (request: IncomingMessage) => string
  /** Connections that one address may have: a clinic behind one address has many. */
  connectionsPerAddress?: number
  limits?: ConnectionLimits
  /** Milliseconds, never going back. */
  now?: () => number
}

export interface Signalling {
  /** How many are open. */
  connections(): number
  /** Takes no more connections; tells those there are to come back in `retryMs` and closes them. */
  drain(retryMs: number): void
  /** After `drain` waits a moment for clients to hear it; then cuts whatever is left. Twice is fine. */
  close(): Promise<void>
}

const path = '/v1/signal'
/** Far more than a client may send: up to there it gets a coded error, beyond it the line is cut while it still sends. */
const hardLimitFactor = 4
/** How long the last words may take to arrive. */
const farewellMs = 1000

/** Serves the signalling of visits on an HTTP server's upgrade requests. */
export function attachSignalling(options: SignallingOptions): Signalling {
  const { server, rooms, log, allowedOrigins } = options
  const limits = options.limits ?? protocolLimits
  const now = options.now ?? (() => performance.now())
  const addressOf = options.addressOf ?? ((request) => request.socket.remoteAddress ?? '')
  const connectionsPerAddress = options.connectionsPerAddress ?? 256
  const open = new Set<Connection>()
  const openByAddress = new Map<string, number>()
  let draining = false
  let allGone = () => {}

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes * hardLimitFactor,
  })
  const heartbeat = setInterval(() => {
    for (const connection of open) connection.beat()
  }, limits.heartbeatMs)

  function refusal(request: IncomingMessage, group: string): ErrorCode | null {
    // Compared as it came: what cannot be parsed as a URL would throw here, where nobody catches.
    if (request.url?.split('?', 1)[0] !== path) return 'not-found'
    if (draining) return 'not-ready'
    if (!isOriginAllowed(request.headers.origin, allowedOrigins)) return 'origin-refused'
    if ((openByAddress.get(group) ?? 0) >= connectionsPerAddress) return 'rate-limited'
    return null
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const address = addressOf(request)
    const group = addressGroup(address)
    const code = refusal(request, group)
    if (code !== null) return refuse(socket, code)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, { address, rooms, log, limits, now })
      open.add(connection)
      openByAddress.set(group, (openByAddress.get(group) ?? 0) + 1)
      webSocket.once('close', () => {
        open.delete(connection)
        if (open.size === 0) allGone()
        const left = (openByAddress.get(group) ?? 1) - 1
        if (left > 0) openByAddress.set(group, left)
        else openByAddress.delete(group)
      })
    })
  }

  server.on('upgrade', upgrade)
  return {
    connections: () => open.size,

    drain(retryMs) {
      draining = true
      const message = JSON.stringify({ type: 'draining', retryMs })
      for (const connection of open) {
        connection.send(message)
        connection.close(closeCodes.restart)
      }
      log.info({ count: open.size }, 'signalling drained')
    },

    async close() {
      server.off('upgrade', upgrade)
      clearInterval(heartbeat)
      if (draining && open.size > 0) {
        const { promise: late, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, farewellMs)
        await Promise.race([late, new Promise<void>((gone) => (allGone = gone))])
        clearTimeout(timer)
      }
      draining = true
      for (const connection of open) connection.terminate()
    },
  }
}

/** Answers an upgrade request as HTTP (RFC 9457). */
function refuse(socket: Duplex, code: ErrorCode): void {
  const { status, sentence } = errors[code]
  const problem: Problem = { type: 'about:blank', title: sentence, status, code }
  const body = JSON.stringify(problem)
  // The HTTP server has let go of this socket: one that is never closed at the other end would stay for good.
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      'Content-Type: application/problem+json\r\nCache-Control: no-store\r\nConnection: close\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
