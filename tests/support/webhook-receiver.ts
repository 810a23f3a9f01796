import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { text } from 'node:stream/consumers'

/** A message that came, whatever it was answered with. */
export interface ReceivedWebhook {
  id: string
  timestamp: number
  signature: string
  host: string
  body: string
}

export interface WebhookReceiver extends AsyncDisposable {
  /** On loopback. */
  readonly url: string
  readonly port: number
  readonly received: readonly ReceivedWebhook[]
  /** How many connections were made to it, whatever came over them. */
  readonly connections: number
  /** The next message that nobody has taken by this yet. */
  next(): Promise<ReceivedWebhook>
  /** From now on; a status, or whatever else is to be done. */
  answerWith(answer: number | Answer): void
}

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

/** What takes webhooks on the other side: a real server, that keeps what came. */
export async function startWebhookReceiver(tls?: { key: string; cert: string }): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  let taken = 0
  let connections = 0
  let come = Promise.withResolvers<void>()
  let answer: Answer = (_request, response) => response.writeHead(204).end()
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const header = (name: string) => String(request.headers[name] ?? '')
    const body = await text(request)
    const timestamp = Number(header('webhook-timestamp'))
    received.push({ id: header('webhook-id'), timestamp, signature: header('webhook-signature'), host: header('host'), body })
    answer(request, response)
    come.resolve()
    come = Promise.withResolvers()
  }
  // A message that is cut off was none.
  const listener = (request: IncomingMessage, response: ServerResponse) => void take(request, response).catch(() => {})
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('not listening')
  const { port } = bound
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook`,
    port,
    received,
    get connections() {
      return connections
    },
    async next() {
      for (;;) {
        const message = received[taken]
        if (message !== undefined) {
          taken++
          return message
        }
        await come.promise
      }
    },
    answerWith(wanted) {
      answer = typeof wanted === 'function' ? wanted : (_request, response) => response.writeHead(wanted).end()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Whether one of a message's signatures is by whoever has the secret, worked out by itself from the Standard Webhooks specification. */
export function isSignedWith(secret: string, { id, timestamp, body, signature }: ReceivedWebhook): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  return signature.split(' ').includes(expected)
}
