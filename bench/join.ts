// How long somebody waits for the other's picture, with and without end-to-end encryption, and how much the patient's
// page weighs. In real Chromium.
import { parseArgs } from 'node:util'
import type { EncryptionMode, VisitId } from '@curtain/protocol'
import type { Person } from '@curtain/tests/support/browser.ts'
import { comeToWaitingRoom, signInByCookie } from '@curtain/tests/support/visit-pages.ts'
import { makeWorld } from '@curtain/tests/support/world.ts'
import { firstFrame, installPageTimes, pageTimes, pressWhenPossible } from './first-frame.ts'
import { machineFacts } from './machine.ts'
import { byType, hostsOf, type LoadedFile, PageWeight, transferred, unpacked } from './page-weight.ts'
import { markdownTable, progress } from './report.ts'
import { percentile } from './statistics.ts'

const { values: given } = parseArgs({ options: { joins: { type: 'string', default: '15' } } })
const joins = Number(given.joins)

/** The buttons from a link to the waiting room, and those from it to the visit for whoever was let in before. */
const buttonsToWaitingRoom = ['Start the check', 'Continue']
const buttonsToVisit = ['Enter the visit']
/** Nobody presses the button in the instant it appears; the page may use the time to prepare. */
const hesitationMs = 1000

interface Times {
  admitted: number
  admittedHost: number
  hostJoined: number
  linkOpened: number
  camera: string | null
  frame: string | null
}

/** The browser's own test camera: cheaper than drawing our own, and the page asks it for 720p like any camera. */
async function openPerson(): Promise<Person> {
  const person = await world.open({ sender: 0, browserDevices: true })
  await person.context.addInitScript(installPageTimes)
  return person
}

/** Opens the visit as staff, waits until the page has its camera, and goes in. */
async function enter({ page }: Person, visitId: VisitId): Promise<void> {
  await page.goto(`${world.curtain.url}/visits/${visitId}`)
  await page.waitForFunction(() => [...document.querySelectorAll('video')].some(({ videoWidth }) => videoWidth > 0))
  await page.waitForTimeout(hesitationMs)
  await page.getByRole('button', { name: 'Enter the visit' }).click()
}

/** One visit, from the patient's link to both seeing each other, then each of them coming again. */
async function measureOnce(encryption: EncryptionMode): Promise<Times> {
  const { visit, link } = await world.staff.makeVisit({ encryption })
  await using patient = await openPerson()
  await using host = await openPerson()
  await signInByCookie(host, world.staff)

  // The host lets the patient in.
  await comeToWaitingRoom(patient, link.url)
  await enter(host, visit.id)
  const letIn = host.page.getByRole('button', { name: 'Let in' }).first()
  await letIn.waitFor()
  await host.page.waitForTimeout(hesitationMs)
  await letIn.click()
  const patientSaw = await firstFrame(patient.page)
  const hostSaw = await firstFrame(host.page)
  const admittedAt = hostSaw.clickedAt ?? Number.NaN

  // The host comes again, into a visit where somebody is already.
  await host.page.goto('about:blank')
  await enter(host, visit.id)
  const hostSawAgain = await firstFrame(host.page)

  // The patient, let in already, opens the link again in a browser that has nothing of the page left but its cookie.
  await patient.page.goto('about:blank')
  const session = await patient.context.newCDPSession(patient.page)
  await session.send('Network.clearBrowserCache')
  await patient.context.addInitScript(pressWhenPossible, { buttons: buttonsToVisit })
  await patient.page.goto(link.url)
  const patientSawAgain = await firstFrame(patient.page)

  return {
    admitted: patientSaw.firstFrameAt - admittedAt,
    admittedHost: hostSaw.firstFrameAt - admittedAt,
    hostJoined: hostSawAgain.firstFrameAt - (hostSawAgain.clickedAt ?? Number.NaN),
    linkOpened: patientSawAgain.firstFrameAt - patientSawAgain.navigatedAt,
    camera: (await pageTimes(patient.page)).camera,
    frame: patientSaw.firstFrame,
  }
}

/** What the patient's browser fetches until they wait to be let in, with an empty cache and then with a filled one. */
async function weigh(): Promise<{ cold: LoadedFile[]; warm: LoadedFile[] }> {
  const { link } = await world.staff.makeVisit()
  await using patient = await openPerson()
  await patient.context.addInitScript(pressWhenPossible, { buttons: buttonsToWaitingRoom })
  const load = async () => {
    const session = await patient.context.newCDPSession(patient.page)
    const weight = await PageWeight.record(session)
    await patient.page.goto('about:blank')
    await patient.page.goto(link.url)
    await patient.page.getByRole('heading', { name: 'waiting room' }).waitFor()
    await patient.page.waitForLoadState('networkidle')
    await session.detach()
    return weight.files
  }
  return { cold: await load(), warm: await load() }
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}

const modes = ['end-to-end', 'transport'] as const
const measured: Record<EncryptionMode, Times[]> = { 'end-to-end': [], transport: [] }

function row(
  name: string,
  what: 'admitted' | 'admittedHost' | 'hostJoined' | 'linkOpened',
  aim: string,
  peer: string,
): string[] {
  const figures = modes.flatMap((mode) => {
    const times = measured[mode].map((one) => one[what])
    return [percentile(times, 0.5).toFixed(0), percentile(times, 0.95).toFixed(0)]
  })
  return [name, ...figures, aim, peer]
}

console.log(machineFacts())
await using world = await makeWorld()
await world.staff.allowTransport(['consultation'])
for (const mode of modes) await measureOnce(mode) // warms the server and the browser up
for (let join = 1; join <= joins; join++) {
  // In turns, and each first as often as the other.
  for (const mode of join % 2 === 0 ? modes : modes.toReversed()) {
    const times = await measureOnce(mode)
    measured[mode].push(times)
    const [letInMs, enteredMs, openedMs] = [times.admitted, times.hostJoined, times.linkOpened].map((ms) => ms.toFixed(0))
    progress(`${join} of ${joins}, ${mode}: let in ${letInMs}, entered ${enteredMs}, link opened ${openedMs} ms`)
  }
}
const weight = await weigh()
const refetched = weight.warm.filter(({ transferredBytes }) => transferredBytes > 0)
const scripts = weight.cold.filter(({ type }) => type === 'Script')
const [first] = measured['end-to-end']

console.log(`
Time to the first painted frame of the other person, ${joins} visits of each kind, Chromium ${world.browser.version()} with its own test
devices (camera ${first?.camera}, first frame ${first?.frame}), both people and the server on this machine.
The peer is a popular self-hosted one, measured earlier on a machine of this kind, without end-to-end encryption, not in this run.

${markdownTable(
  ['milliseconds', 'end-to-end p50', 'p95', 'transport-only p50', 'p95', 'aim p50/p95', 'peer p50/p95'],
  [
    row('host presses "Let in" → patient sees host', 'admitted', '300/400', '704/938'),
    row('host presses "Let in" → host sees patient', 'admittedHost', '', ''),
    row('host presses "Enter the visit" → host sees patient', 'hostJoined', '300/400', '704/938'),
    row('patient opens the link, cold cache → sees host', 'linkOpened', '1200', '2700'),
  ],
)}

The patient's page until the waiting room, with an empty cache.

${markdownTable(
  ['type', 'requests', 'transferred kB', 'unpacked kB', 'content-encoding', 'cache-control'],
  byType(weight.cold).map(({ type, files }) => [
    type,
    String(files.length),
    kilobytes(transferred(files)),
    kilobytes(unpacked(files)),
    [...new Set(files.map(({ encoding }) => encoding))].join(' / '),
    [...new Set(files.map(({ cacheControl }) => cacheControl))].join(' / '),
  ]),
)}

${markdownTable(
  ['', 'measured', 'aim', 'peer'],
  [
    ['JavaScript, compressed, kB', kilobytes(transferred(scripts)), '≤ 200', ''],
    ['requests', String(weight.cold.length), '', '77'],
    ['transferred, kB', kilobytes(transferred(weight.cold)), '', '2470'],
    ['hosts contacted', String(hostsOf([...weight.cold, ...weight.warm]).length), '1', ''],
    ['opened again: requests over the network', String(refetched.length), '', ''],
    ['opened again: transferred, kB', kilobytes(transferred(weight.warm)), '', ''],
  ],
)}`)
