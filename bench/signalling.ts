// What an idle signalling connection costs in memory, and how long a message takes there and back beside many of them.
import { parseArgs } from 'node:util'
import type { SignallingClient } from '@curtain/tests/support/signalling-client.ts'
import { Clinic } from './clinic.ts'
import { machineFacts } from './machine.ts'
import { residentBytes } from './process-cost.ts'
import { markdownTable, progress, wholeNumber } from './report.ts'
import { percentile } from './statistics.ts'

const { values: given } = parseArgs({
  options: {
    connections: { type: 'string', default: '2000' },
    'round-trips': { type: 'string', default: '5000' },
    'settle-seconds': { type: 'string', default: '15' },
  },
})
const wantedConnections = Number(given.connections)
const roundTrips = Number(given['round-trips'])
const settleMs = Number(given['settle-seconds']) * 1000

/** Those that ask for round trips; the server grants each a bounded number of messages per second. */
const askers = 20
const pauseBetweenRoundTripsMs = 3
const atOnce = 4

/** A visit with its clinician in it and its patient in the waiting room. */
async function openVisit(): Promise<SignallingClient[]> {
  const { visitId, link } = await clinic.makeVisit()
  const host = await clinic.connectHost(visitId)
  const patient = await clinic.connectInvited(visitId, link)
  return [host.client, patient.client]
}

async function openConnections(count: number): Promise<SignallingClient[]> {
  const opened: SignallingClient[] = []
  let begun = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (; begun < count; ) {
        begun += 2
        opened.push(...(await openVisit()))
        if (opened.length % 200 === 0) progress(`${opened.length} connections of ${count}`)
      }
    }),
  )
  return opened
}

/** Milliseconds that each of many pings took, one at a time. */
async function timeRoundTrips(connections: readonly SignallingClient[]): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < roundTrips; i++) {
    const startedAt = performance.now()
    await connections[i % connections.length]?.request('ping', {})
    times.push(performance.now() - startedAt)
    await pause(pauseBetweenRoundTripsMs)
  }
  return times
}

/** Held by the server: its Node process, and its media worker, which has a router for each visit. */
function memory(): { node: number; worker: number } {
  return { node: residentBytes(clinic.curtain.pid()), worker: residentBytes(clinic.workerPid) }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

function assertOpen(connections: readonly SignallingClient[]): void {
  const closed = connections.find(({ closeCode }) => closeCode !== null)
  if (closed !== undefined) throw new Error(`an idle connection did not stay: it closed with ${closed.closeCode}`)
}

console.log(machineFacts())
await using clinic = await Clinic.open()
// What a first visit loads and compiles is not what a connection costs.
const asking = await openConnections(askers)
await timeRoundTrips(asking)
progress('round trips, nobody else connected')
const alone = await timeRoundTrips(asking)
await pause(settleMs)
const before = memory()
const idle = await openConnections(wantedConnections)
progress('letting the server come to rest')
await pause(settleMs)
const after = memory()
progress(`round trips beside ${idle.length} idle connections`)
const beside = await timeRoundTrips(asking)
assertOpen([...asking, ...idle])
for (const connection of [...asking, ...idle]) connection.drop()

const bytes = (after.node + after.worker - before.node - before.worker) / idle.length
const mebibytes = (size: number) => (size / 2 ** 20).toFixed(0)
const growth = (name: string, from: number, to: number) => [
  name,
  mebibytes(from),
  mebibytes(to),
  ((to - from) / idle.length / 1000).toFixed(1),
]
const trip = (name: string, times: readonly number[]) => [
  name,
  String(times.length),
  ...[0.5, 0.95, 0.99, 1].map((share) => percentile(times, share).toFixed(2)),
]
console.log(`
Memory of ${idle.length} idle connections in ${idle.length / 2} visits, in each a clinician who is in and a patient who waits;
nothing is sent or received but heartbeats.

${markdownTable(
  ['resident, MiB', 'before', 'with them', 'per connection, kB'],
  [
    growth('Node', before.node, after.node),
    growth('media worker', before.worker, after.worker),
  ],
)}

**${wholeNumber(2 ** 30 / bytes)} idle connections per GiB** (${(bytes / 1000).toFixed(1)} kB each, both processes). No aim is set.

Round trip of a \`ping\` request, one at a time, client and server on this machine, milliseconds. No aim is set.

${markdownTable(
  ['', 'messages', 'p50', 'p95', 'p99', 'most'],
  [trip('nobody else connected', alone), trip(`${idle.length} idle connections`, beside)],
)}`)
