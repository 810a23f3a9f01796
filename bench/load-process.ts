// A process that makes load: many DTLS-SRTP clients on one core. Started by `LoadGenerator`, which tells it what to do.
import { initLogger } from 'node-datachannel'
import { LoadClient } from './load-client.ts'
import { type Counts, type LoadRequest, loadRequest } from './load-messages.ts'

/** Short, so that the packets of many senders are spread over time instead of filling the server's buffer at once. */
const tickMs = 2

const clients: LoadClient[] = []
const srtpProfiles: Record<string, number> = {}
let ticking: NodeJS.Timeout | undefined

// The library tells the negotiated SRTP profile in its log alone.
initLogger('Debug', (_level, message) => {
  const profile = /SRTP profile is: (\w+)/.exec(message)?.[1]
  if (profile !== undefined) srtpProfiles[profile] = (srtpProfiles[profile] ?? 0) + 1
})

async function send(packetsPerSecond: number, packetBytes: number): Promise<void> {
  clearInterval(ticking)
  if (packetsPerSecond === 0) return
  const senders = await Promise.all(
    clients.filter((client) => client.sends).map((client) => client.sender(packetsPerSecond, packetBytes)),
  )
  const startedAt = performance.now()
  // Each begins a fraction of a packet later than the one before.
  const sent = senders.map((_, index) => -index / senders.length)
  ticking = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * packetsPerSecond
    for (const [index, sendPackets] of senders.entries()) {
      const packets = Math.floor(due - (sent[index] ?? 0))
      if (packets <= 0) continue
      sendPackets(packets)
      sent[index] = (sent[index] ?? 0) + packets
    }
  }, tickMs)
}

function read(): Counts {
  const total: Counts = { sent: 0, refused: 0, expected: 0, received: 0, silent: 0 }
  for (const client of clients) {
    const { sent, refused, expected, received } = client.read()
    total.sent += sent
    total.refused += refused
    total.expected += expected
    total.received += received
    if (!client.sends && received === 0) total.silent++
  }
  return total
}

async function handle(request: LoadRequest): Promise<unknown> {
  switch (request.type) {
    case 'open': {
      const client = new LoadClient(`client ${clients.length}`, request.offer)
      clients.push(client)
      return { answer: client.answer() }
    }
    case 'connect':
      await Promise.all(clients.map((client) => client.connected()))
      return { clients: clients.length, srtpProfiles }
    case 'send':
      await send(request.packetsPerSecond, request.packetBytes)
      return null
    case 'mark':
      for (const client of clients) client.mark()
      return null
    case 'read':
      return read()
    default:
      return request satisfies never
  }
}

process.on('message', (message) => {
  const request = loadRequest.parse(message)
  handle(request).then(
    (result) => process.send?.({ id: request.id, result }),
    (error: unknown) => process.send?.({ id: request.id, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
