// How many visits between two people one media worker carries: more and more of them, until packets are lost.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { startCurtainUnderLoad } from './curtain-under-load.ts'
import { LoadGenerator, wantedSrtpProfile } from './load-generator.ts'
import { machineFacts } from './machine.ts'
import type { RoomMember } from './media-server.ts'
import { cpuSeconds, machineSeconds, otherCores, pin, udpDrops, workerCores } from './process-cost.ts'
import { markdownTable, percent, progress, wholeNumber } from './report.ts'
import { publish, watch } from './room-load.ts'

const { values: given } = parseArgs({
  options: {
    step: { type: 'string', default: '20' },
    most: { type: 'string', default: '400' },
    seconds: { type: 'string', default: '6' },
    'megabits-per-second': { type: 'string', default: '1' },
    'packet-bytes': { type: 'string', default: '1112' },
    processes: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
  },
})
const stepVisits = Number(given.step)
const mostVisits = Number(given.most)
const windowMs = Number(given.seconds) * 1000
const packetBytes = Number(given['packet-bytes'])
const packetsPerSecond = (Number(given['megabits-per-second']) * 1e6) / 8 / packetBytes

/** Past this a picture visibly suffers, as load clients do not ask for lost packets again. */
const tolerableLoss = 0.001
/** A sender that keeps less than this of its rate makes less load than the table says. */
const tolerableRate = 0.99
/** A worker this busy has nothing left for the next room. */
const fullCore = 0.9

interface Step {
  visits: number
  loss: number
  /** What was sent of what should have been. */
  rate: number
  /** Cores kept busy, 1 being one. */
  worker: number
  generator: number
  control: number
  machineIdle: number
  droppedAtWorker: number
  droppedAtClients: number
}

async function addVisit(): Promise<RoomMember[]> {
  const people = await curtain.openRoom(2)
  for (const person of people) await publish(person, generator)
  for (const person of people) await watch(person, generator)
  return people
}

function dropped(ports: ReadonlySet<number>): { atWorker: number; elsewhere: number } {
  let atWorker = 0
  let elsewhere = 0
  for (const [port, packets] of udpDrops()) {
    if (ports.has(port)) atWorker += packets
    else elsewhere += packets
  }
  return { atWorker, elsewhere }
}

function busy(): { worker: number; generator: number; control: number; idle: number; all: number } {
  return {
    worker: cpuSeconds(curtain.workerPid),
    generator: generator.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    control: curtain.controlPid === null ? 0 : cpuSeconds(curtain.controlPid),
    ...machineSeconds(),
  }
}

async function measure(visits: number, workerPorts: ReadonlySet<number>): Promise<Step> {
  await generator.mark()
  const startedAt = performance.now()
  const before = busy()
  const droppedBefore = dropped(workerPorts)
  await pause(windowMs)
  const { sent, expected, received, silent } = await generator.read()
  const after = busy()
  const droppedAfter = dropped(workerPorts)
  const seconds = (performance.now() - startedAt) / 1000
  return {
    visits,
    // Somebody who receives nothing at all has lost everything; no sequence numbers tell of it.
    loss: silent > 0 ? Math.max(silent / (2 * visits), 1 - received / expected) : 1 - received / expected,
    rate: sent / (2 * visits * packetsPerSecond * seconds),
    worker: (after.worker - before.worker) / seconds,
    generator: (after.generator - before.generator) / seconds,
    control: (after.control - before.control) / seconds,
    machineIdle: (after.idle - before.idle) / (after.all - before.all),
    droppedAtWorker: droppedAfter.atWorker - droppedBefore.atWorker,
    droppedAtClients: droppedAfter.elsewhere - droppedBefore.elsewhere,
  }
}

function holds({ loss, rate }: Step): boolean {
  return loss <= tolerableLoss && rate >= tolerableRate
}

function verdict(good: Step | undefined, bad: Step | undefined): string {
  if (good === undefined) return 'Not even the first step held: nothing can be said about the worker on this machine.'
  const perVisit = good.worker / good.visits
  const estimate =
    `Estimate, not measured, by the worker's CPU alone (${percent(perVisit, 2)} of a core per visit, of ${good.visits}): ` +
    `about ${Math.floor(fullCore / perVisit)} visits at ${percent(fullCore, 0)} of a core.`
  if (bad === undefined) return `All ${good.visits} visits held, and no more were asked for (--most).\n${estimate}`
  const [loss, rate, worker] = [percent(bad.loss, 3), percent(bad.rate), percent(bad.worker, 0)]
  const held = `${good.visits} visits held; ${bad.visits} did not (loss ${loss}, ${rate} of the rate sent).`
  if (bad.worker >= fullCore) return `${held} The worker was the limit: it kept ${worker} of its core busy.`
  return [
    held,
    `**The load generator or the machine was the limit, not the worker,** which kept ${worker} of its core busy, beside`,
    `${bad.generator.toFixed(2)} cores for the generator; ${percent(bad.machineIdle, 0)} of the machine was idle.`,
    `So ${good.visits} is a lower bound.`,
    estimate,
  ].join('\n')
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

console.log(machineFacts())
await using curtain = await startCurtainUnderLoad()
await using generator = new LoadGenerator(Number(given.processes))
pin(curtain.workerPid, workerCores)
if (curtain.controlPid !== null) pin(curtain.controlPid, otherCores)
for (const pid of generator.pids) pin(pid, otherCores)

const steps: Step[] = []
const workerPorts = new Set<number>()
for (let visits = 0; visits < mostVisits; ) {
  progress(`setting up ${visits + stepVisits} visits`)
  // Nothing is sent meanwhile: setting up is not what is measured, and goes quicker on an idle machine.
  await generator.send(0, packetBytes)
  for (let i = 0; i < stepVisits; i++) {
    for (const { sendTransport } of await addVisit()) {
      for (const { protocol, port } of sendTransport.iceCandidates) if (protocol === 'udp') workerPorts.add(port)
    }
  }
  visits += stepVisits
  await generator.connect()
  await generator.send(packetsPerSecond, packetBytes)
  await pause(1500) // consumers start at their first key frame
  let step = await measure(visits, workerPorts)
  // Something else on the machine may have got in the way: only what fails twice has failed.
  if (!holds(step)) step = await measure(visits, workerPorts)
  steps.push(step)
  const [worker, load] = [step.worker, step.generator].map((cores) => cores.toFixed(2))
  progress(`${visits} visits: loss ${percent(step.loss, 3)}; cores: worker ${worker}, generator ${load}`)
  if (!holds(step)) break
}

console.log(`
Visits of two at ${given['megabits-per-second']} Mbit/s in each direction (${wholeNumber(packetsPerSecond)} packets/s of ${packetBytes} bytes),
one worker on core ${workerCores}, all else on ${otherCores}; ${given.processes} load process(es), ${wantedSrtpProfile} on every
connection, windows of ${windowMs / 1000} s. Loss is of one way through the server. How many hold before ${percent(tolerableLoss)} is lost? No aim is set.

${markdownTable(
  [
    'visits',
    'forwarded packets/s',
    'loss',
    'rate kept',
    'worker (cores)',
    'generator (cores)',
    'Node (cores)',
    'machine idle',
    'dropped at worker',
    'at clients',
  ],
  steps.map((step) => [
    String(step.visits),
    wholeNumber(2 * step.visits * packetsPerSecond * step.rate),
    percent(step.loss, 3),
    percent(step.rate),
    step.worker.toFixed(2),
    step.generator.toFixed(2),
    step.control.toFixed(2),
    percent(step.machineIdle, 0),
    String(step.droppedAtWorker),
    String(step.droppedAtClients),
  ]),
)}

${verdict(steps.findLast(holds), steps.find((step) => !holds(step)))}`)
