import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Person } from '../support/browser.ts'
import { freePort } from '../support/curtain.ts'
import { Firewall } from '../support/firewall.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

const clinicianSends = 1
const patientSends = 2

let world: World
let mediaPort: number
beforeEach(async () => {
  mediaPort = await freePort()
  world = await makeWorld({ CURTAIN_MEDIA_PORT: String(mediaPort) })
})
afterEach(() => world?.[Symbol.asyncDispose]())

type Visit = Awaited<ReturnType<World['staff']['makeVisit']>>

async function inVisitTogether(stack: AsyncDisposableStack): Promise<{ clinician: Person; patient: Person; visit: Visit }> {
  const visit = await world.staff.makeVisit()
  const patient = stack.use(await world.open({ sender: patientSends, phone: true }))
  const clinician = stack.use(await world.open({ sender: clinicianSends }))
  await comeToWaitingRoom(patient, visit.link.url)
  await enterAsHost(clinician, world.staff, visit.visit.id)
  await letIn(clinician, 'Ann Lee')
  await inVisit(patient)
  await seeEachOther(clinician, patient)
  return { clinician, patient, visit }
}

async function seeEachOther(...people: Person[]): Promise<void> {
  await Promise.all(people.map((person) => person.sees(clinicianSends, patientSends)))
}

/** Marks the page, to tell later whether it was loaded anew. */
async function mark(person: Person): Promise<void> {
  await person.page.evaluate(() => Object.assign(window, { marked: true }))
}

async function wasNotReloaded(person: Person): Promise<void> {
  expect(await person.page.evaluate(() => Reflect.get(window, 'marked'))).toBe(true)
}

function reconnecting(person: Person): Promise<void> {
  return person.page.getByText(/Connecting again|connect again by ourselves|coming back/).first().waitFor()
}

test('when the network drops, the page says so, and the call comes back by itself', async () => {
  await using stack = new AsyncDisposableStack()
  const { clinician, patient } = await inVisitTogether(stack)
  await Promise.all([mark(clinician), mark(patient)])
  const firewall = stack.use(new Firewall())

  firewall.dropAll([mediaPort, Number(new URL(world.curtain.url).port)])
  await Promise.all([reconnecting(clinician), reconnecting(patient)])
  firewall.lift()

  await seeEachOther(clinician, patient)
  await clinician.hears(patientSends)
  await Promise.all([wasNotReloaded(clinician), wasNotReloaded(patient)])
})

test('where UDP is blocked from the start, media goes over TCP', async () => {
  await using stack = new AsyncDisposableStack()
  const firewall = stack.use(new Firewall())
  firewall.dropUdp([mediaPort])
  const { clinician, patient } = await inVisitTogether(stack)
  for (const transport of [...(await clinician.transports()), ...(await patient.transports())]) {
    expect(transport).toMatchObject({ protocol: 'tcp', srtpCipher: 'SRTP_AEAD_AES_256_GCM' })
  }
})

test('when UDP is blocked half-way, media goes on over TCP', async () => {
  await using stack = new AsyncDisposableStack()
  const { clinician, patient } = await inVisitTogether(stack)
  const firewall = stack.use(new Firewall())
  firewall.dropUdp([mediaPort])
  await reconnecting(patient)
  await seeEachOther(clinician, patient)
  for (const transport of await patient.transports()) expect(transport.protocol).toBe('tcp')
})

test('when the media worker dies, its room is rebuilt and everybody is back without a reload', async () => {
  await using stack = new AsyncDisposableStack()
  const { clinician, patient } = await inVisitTogether(stack)
  await Promise.all([mark(clinician), mark(patient)])
  const [worker] = world.curtain.mediaWorkers()
  expect(worker).toBeDefined()

  process.kill(worker!.pid, 'SIGKILL')
  await patient.page.waitForFunction(() => {
    const connections: unknown = Reflect.get(window, 'peerConnections')
    return Array.isArray(connections) && connections.length >= 4
  })

  await seeEachOther(clinician, patient)
  await clinician.hears(patientSends)
  await Promise.all([wasNotReloaded(clinician), wasNotReloaded(patient)])
  // Roles survive: the clinician still has the host's controls.
  await clinician.page.getByRole('button', { name: 'People' }).click()
  await clinician.page.getByRole('button', { name: 'Actions for Ann Lee' }).waitFor()
})

test('when the server restarts politely, clients are told, come back, and the visit is still in progress', async () => {
  await using stack = new AsyncDisposableStack()
  const { clinician, patient, visit } = await inVisitTogether(stack)
  const before = await world.staff.readVisit(visit.visit.id)
  await Promise.all([mark(clinician), mark(patient)])

  await Promise.all([
    world.curtain.stop(),
    ...[clinician, patient].map((person) => person.page.getByText('The server restarts').first().waitFor()),
  ])
  await world.curtain.start()

  await seeEachOther(clinician, patient)
  await Promise.all([wasNotReloaded(clinician), wasNotReloaded(patient)])
  const after = await world.staff.readVisit(visit.visit.id)
  expect(after).toMatchObject({ status: 'in-progress', startedAt: before.startedAt })
})

test('when the server is killed, everybody is back when it is, with nothing lost that was acknowledged', async () => {
  await using stack = new AsyncDisposableStack()
  const { clinician, patient, visit } = await inVisitTogether(stack)
  const acknowledged = await world.staff.makeVisit({ patient: { name: 'Ben Ortiz' } })
  await world.curtain.kill()
  await world.curtain.start()
  await seeEachOther(clinician, patient)
  expect((await world.staff.readVisit(visit.visit.id)).status).toBe('in-progress')
  expect((await world.staff.readVisit(acknowledged.visit.id)).patient.name).toBe('Ben Ortiz')
})
