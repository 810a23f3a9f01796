// What end-to-end encryption costs a live call: the longest pause between two pictures when somebody joins or leaves,
// and processor time per stream, beside the same visit without it.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { EncryptionMode } from '@curtain/protocol'
import type { Person } from '@curtain/tests/support/browser.ts'
import { connectByLink, NodeMember } from '@curtain/tests/support/node-member.ts'
import { descendants } from '@curtain/tests/support/process-tree.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn } from '@curtain/tests/support/visit-pages.ts'
import { makeWorld } from '@curtain/tests/support/world.ts'
import { installGapMeter, longestGap } from './frame-gaps.ts'
import { machineFacts } from './machine.ts'
import { cpuSeconds } from './process-cost.ts'
import { markdownTable, percent, progress } from './report.ts'
import { median, percentile } from './statistics.ts'

const { values: given } = parseArgs({
  options: {
    changes: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '4' },
  },
})
const changes = Number(given.changes)
const seconds = Number(given.seconds)
const rounds = Number(given.rounds)
/** How long after a change its pauses are looked for: media keys of the epoch before are gone from use by then. */
const watchMs = 1500

interface Pair extends AsyncDisposable {
  host: Person
  patient: Person
  visitId: Parameters<typeof enterAsHost>[2]
}

/** A clinician and a patient, picture and sound both ways, with the browser's own devices at 720p. */
async function startVisit(encryption: EncryptionMode): Promise<Pair> {
  await using stack = new AsyncDisposableStack()
  const { visit, link } = await world.staff.makeVisit({ kind: 'group', encryption })
  const open = async () => {
    const person = stack.use(await world.open({ sender: 0, browserDevices: true }))
    await person.context.addInitScript(installGapMeter)
    return person
  }
  const patient = await open()
  const host = await open()
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await Promise.all([host.seesPictures(2), patient.seesPictures(2)])
  // Bandwidth estimation settles: layers that appear are no part of what is measured.
  await host.page.waitForTimeout(8000)
  const all = stack.move()
  return { host, patient, visitId: visit.id, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** The longest pause between two pictures, in milliseconds, on both pages while something goes on and a moment after. */
async function pauseDuring({ host, patient }: Pair, what: () => Promise<unknown>): Promise<number> {
  await Promise.all([longestGap(host.page), longestGap(patient.page)])
  await what()
  await host.page.waitForTimeout(watchMs)
  return Math.max(...(await Promise.all([longestGap(host.page), longestGap(patient.page)])))
}

/** Processor seconds of the pages of this browser so far: encoding, encryption, decoding, drawing. */
function pagesCpu(): number {
  return descendants(process.pid)
    .filter(({ command }) => command.includes('--type=renderer'))
    .reduce((sum, { pid }) => sum + cpuOrNothing(pid), 0)
}

function cpuOrNothing(pid: number): number {
  try {
    readFileSync(`/proc/${pid}/status`)
    return cpuSeconds(pid)
  } catch {
    return 0
  }
}

type Pauses = Record<'quiet' | 'join' | 'leave', number[]>
const pauses: Record<EncryptionMode, Pauses> = {
  'end-to-end': { quiet: [], join: [], leave: [] },
  transport: { quiet: [], join: [], leave: [] },
}

/** Somebody who takes no media, so that a change of keys and of the page's layout is all that their coming brings. */
async function silentGuest(mode: EncryptionMode, link: string) {
  if (mode === 'transport') {
    const { client } = await connectByLink(world.curtain.url, link)
    return { client, isIn: () => client.notified('admitted'), close: () => client.close() }
  }
  const member = await NodeMember.open(world.curtain.url, link)
  return { client: member.client, isIn: () => member.epochOf(3), close: () => member[Symbol.dispose]() }
}

async function measurePauses(mode: EncryptionMode): Promise<void> {
  await using pair = await startVisit(mode)
  const list = pauses[mode]
  while (list.leave.length < changes) {
    list.quiet.push(await pauseDuring(pair, async () => {}))
    const name = `Guest ${list.join.length}`
    const guest = await silentGuest(mode, (await world.staff.inviteGuest(pair.visitId, name)).url)
    list.join.push(
      await pauseDuring(pair, async () => {
        await letIn(pair.host, name)
        await guest.isIn()
      }),
    )
    list.leave.push(await pauseDuring(pair, () => guest.client.request('leave', {})))
    guest.close()
    progress(`${mode}, ${list.leave.length} of ${changes}: ${Object.values(list).map((one) => one.at(-1)?.toFixed(0)).join(', ')} ms`)
  }
}

const cpu: Record<EncryptionMode, number[]> = { 'end-to-end': [], transport: [] }

console.log(machineFacts())
await using world = await makeWorld()
await world.staff.allowTransport(['group'])
await measurePauses('end-to-end')
await measurePauses('transport')
for (let round = 0; round < rounds; round++) {
  const order: EncryptionMode[] = round % 2 === 0 ? ['end-to-end', 'transport'] : ['transport', 'end-to-end']
  for (const mode of order) {
    await using pair = await startVisit(mode)
    const before = pagesCpu()
    await pair.host.page.waitForTimeout(seconds * 1000)
    cpu[mode].push((pagesCpu() - before) / seconds)
    progress(`${mode}: ${percent(cpu[mode].at(-1) ?? 0)} of a core`)
  }
}

const row = (name: string, what: keyof Pauses, aim = '') => [
  name,
  ...(['end-to-end', 'transport'] as const).flatMap((mode) =>
    [0.5, 0.95, 1].map((share) => percentile(pauses[mode][what], share).toFixed(0)),
  ),
  aim,
]
// Each of two pages sends sound and a picture of three layers, and receives both.
const streams = 8
const difference = median(cpu['end-to-end']) - median(cpu.transport)
console.log(`
Longest pause between two pictures within ${watchMs} ms, ${changes} times each, on either of two pages in a visit of two, Chromium
${world.browser.version()} with its own devices.

${markdownTable(
  ['milliseconds', 'end-to-end p50', 'p95', 'most', 'transport-only p50', 'p95', 'most', 'aim'],
  [row('nothing happens', 'quiet'), row('somebody joins', 'join', '< 150'), row('somebody leaves', 'leave', '< 150')],
)}

Processor time of both pages together in a visit of two, ${rounds} rounds of ${seconds} s each, in turns.

${markdownTable(
  ['', 'share of a core', 'lowest', 'highest'],
  (['end-to-end', 'transport'] as const).map((mode) => [
    mode,
    percent(median(cpu[mode])),
    percent(Math.min(...cpu[mode])),
    percent(Math.max(...cpu[mode])),
  ]),
)}

Difference per stream and direction (${streams} of them): ${percent(difference / streams, 2)} of a core.`)
