import { expect, test } from 'vitest'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn } from '../support/visit-pages.ts'
import { makeWorld } from '../support/world.ts'

// The two traps of a worker built against the distribution's libraries (media-worker/README.md). Neither shows without a
// real browser: the first crashes at its ClientHello, the second starves the sender within seconds.
test('a real browser’s DTLS handshake succeeds, and its bandwidth estimate is still above 1 Mbit/s after 15 s', async () => {
  await using world = await makeWorld()
  const { visit, link } = await world.staff.makeVisit()
  // The browser's own fake camera: 720p, as a patient's laptop sends it.
  await using patient = await world.open({ sender: 2, browserDevices: true })
  await using host = await world.open({ sender: 1, browserDevices: true })
  const [worker] = world.curtain.mediaWorkers()
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)

  const sending = async () => (await patient.transports()).find(({ availableOutgoingBitrate }) => availableOutgoingBitrate !== null)
  await expect.poll(async () => (await sending())?.packetsSent ?? 0).toBeGreaterThan(0)
  await expect.poll(async () => (await sending())?.secondsSending ?? 0).toBeGreaterThan(15)
  // A stall of this machine takes it down for a moment; a worker that sends no feedback, for good.
  await expect.poll(async () => (await sending())?.availableOutgoingBitrate ?? 0).toBeGreaterThan(1_000_000)
  expect(world.curtain.mediaWorkers()).toEqual([worker])
})
