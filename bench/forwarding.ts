// How much a forwarded packet costs the media worker, in rooms of Curtain and of bare mediasoup, turn by turn.
import { parseArgs } from 'node:util'
import { startBareMediasoup } from './bare-mediasoup.ts'
import { startCurtainUnderLoad } from './curtain-under-load.ts'
import { LoadGenerator, wantedSrtpProfile } from './load-generator.ts'
import { machineFacts } from './machine.ts'
import type { MediaServer } from './media-server.ts'
import { cpuSeconds, otherCores, pin, workerCores } from './process-cost.ts'
import { markdownTable, percent, progress, wholeNumber } from './report.ts'
import { publish, watch } from './room-load.ts'
import { median, spread } from './statistics.ts'

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '8' },
    rooms: { type: 'string', default: '5' },
    people: { type: 'string', default: '12' },
    'packets-per-second': { type: 'string', default: '400' },
    'packet-bytes': { type: 'string', default: '1112' },
  },
})
const rounds = Number(given.rounds)
const windowMs = Number(given.seconds) * 1000
const rooms = Number(given.rooms)
const people = Number(given.people)
const packetsPerSecond = Number(given['packets-per-second'])
const packetBytes = Number(given['packet-bytes'])

/** Past this the machine was too busy to measure on: lost packets cost the worker and are not counted as forwarded. */
const tolerableLoss = 0.005

interface Round {
  packets: number
  workerMicroseconds: number
  controlMicroseconds: number
  loss: number
}

/** A server with its rooms and its own load, idle until its turn comes. */
async function prepare(server: MediaServer, generator: LoadGenerator): Promise<void> {
  pin(server.workerPid, workerCores)
  if (server.controlPid !== null) pin(server.controlPid, otherCores)
  for (const pid of generator.pids) pin(pid, otherCores)
  for (let room = 0; room < rooms; room++) {
    progress(`${server.name}: room ${room + 1} of ${rooms}`)
    const [speaker, ...viewers] = await server.openRoom(people)
    if (speaker === undefined) throw new Error('a room without people')
    await publish(speaker, generator)
    for (const viewer of viewers) await watch(viewer, generator)
  }
  await generator.connect()
}

async function measure(server: MediaServer, generator: LoadGenerator): Promise<Round> {
  await generator.send(packetsPerSecond, packetBytes)
  await pause(1000) // consumers start at their first key frame, and the caches warm up
  await generator.mark()
  const workerBefore = cpuSeconds(server.workerPid)
  const controlBefore = server.controlPid === null ? 0 : cpuSeconds(server.controlPid)
  await pause(windowMs)
  const worker = cpuSeconds(server.workerPid) - workerBefore
  const control = server.controlPid === null ? 0 : cpuSeconds(server.controlPid) - controlBefore
  const { expected, received, silent } = await generator.read()
  await generator.send(0, packetBytes)
  if (silent > 0) throw new Error(`${server.name}: ${silent} viewers received nothing`)
  return {
    packets: received,
    workerMicroseconds: (worker * 1e6) / received,
    controlMicroseconds: (control * 1e6) / received,
    loss: 1 - received / expected,
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

function row(name: string, measured: readonly Round[]): string[] {
  const costs = measured.map(({ workerMicroseconds }) => workerMicroseconds)
  const cost = median(costs)
  return [
    name,
    cost.toFixed(2),
    `±${percent(spread(costs))}`,
    wholeNumber(1e6 / cost),
    median(measured.map(({ controlMicroseconds }) => controlMicroseconds)).toFixed(2),
    percent(Math.max(...measured.map(({ loss }) => loss)), 3),
  ]
}

console.log(machineFacts())
await using bare = await startBareMediasoup()
await using curtain = await startCurtainUnderLoad()
await using bareLoad = new LoadGenerator(1)
await using curtainLoad = new LoadGenerator(1)
await prepare(bare, bareLoad)
await prepare(curtain, curtainLoad)

const bareRounds: Round[] = []
const curtainRounds: Round[] = []
// The first turn of each only warms up. Who goes first changes with each round, so that what drifts favors nobody.
for (let round = 0; round <= rounds; round++) {
  const turns = [
    async () => bareRounds.push(await measure(bare, bareLoad)),
    async () => curtainRounds.push(await measure(curtain, curtainLoad)),
  ]
  for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
  const [bareCost, curtainCost] = [bareRounds, curtainRounds].map((all) => all.at(-1)?.workerMicroseconds.toFixed(2))
  progress(`round ${round} of ${rounds}: bare ${bareCost}, Curtain ${curtainCost} µs`)
}
bareRounds.shift()
curtainRounds.shift()

const ratios = curtainRounds.map(({ workerMicroseconds }, index) => {
  const beside = bareRounds[index]?.workerMicroseconds ?? Number.NaN
  return workerMicroseconds / beside
})
const worstLoss = Math.max(...[...bareRounds, ...curtainRounds].map(({ loss }) => loss))
const forwarded = median(curtainRounds.map(({ packets }) => packets)) / (windowMs / 1000)
console.log(`
Forwarding: ${rooms} rooms of ${people}, one sends ${packetsPerSecond} packets/s of ${packetBytes} bytes;
${wholeNumber(forwarded)} forwarded packets/s, ${wantedSrtpProfile} on every connection,
${rounds} rounds of ${windowMs / 1000} s by turns.

${markdownTable(
  ['through', 'worker µs/packet', 'spread', 'packets/s per core', 'Node µs/packet', 'worst loss'],
  [row('Curtain', curtainRounds), row(bare.name, bareRounds)],
)}

Curtain costs ${percent(median(ratios))} of ${bare.name} (median of the rounds' ratios, quartiles ±${percent(spread(ratios))}).
Aim: within 3 %.`)
if (worstLoss > tolerableLoss) {
  const lost = percent(worstLoss)
  console.log(`\n**Not to be trusted:** up to ${lost} of the packets were lost. The machine was too busy for this load.`)
}
