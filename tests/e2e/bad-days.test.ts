import { afterAll, beforeAll, expect, test } from 'vitest'
import { comeToWaitingRoom, enterAsHost, inVisit, isTold, letIn } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

test('an unknown visit, a tampered secret and somebody else’s secret look the same', async () => {
  const first = await world.staff.makeVisit()
  const second = await world.staff.makeVisit()
  const secretOf = (url: string) => url.split('#')[1]!
  const links = [
    `${world.curtain.url}/v/vis_00000000000000000000000000#${'A'.repeat(43)}`,
    first.link.url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    first.link.url.replace(secretOf(first.link.url), secretOf(second.link.url)),
    first.link.url.slice(0, -5),
    first.link.url.split('#')[0]!,
  ]
  await using person = await world.open({ sender: 2 })
  for (const link of links.slice(0, 4)) {
    await person.page.goto('about:blank')
    await person.page.goto(link)
    await isTold(person, 'This link does not work')
  }
})

test('a link that was opened works in no other browser', async () => {
  const { link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2 })
  await using stranger = await world.open({ sender: 3 })
  await patient.page.goto(link.url)
  await patient.page.getByRole('button', { name: 'Start the check' }).waitFor()
  await stranger.page.goto(link.url)
  await isTold(stranger, 'This link is in use on another device')
})

test('a second tab takes over, and the first can take it back', async () => {
  const { visit, link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2 })
  await using host = await world.open({ sender: 1 })
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)

  const tab = await patient.context.newPage()
  await tab.goto(link.url)
  await tab.getByRole('button', { name: 'Enter the visit' }).click()
  await isTold(patient, 'The visit is open somewhere else')
  await host.sees(1, 2)
  await patient.page.getByRole('button', { name: 'Use it here' }).click()
  await patient.page.getByRole('button', { name: 'Enter the visit' }).click()
  await tab.getByRole('heading', { name: 'The visit is open somewhere else' }).waitFor()
})

test('a browser without WebRTC is told so before it is asked for a camera', async () => {
  const { link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2, browserDevices: true })
  await patient.context.addInitScript(() => {
    Reflect.deleteProperty(window, 'RTCPeerConnection')
    Reflect.deleteProperty(window, 'webkitRTCPeerConnection')
    navigator.mediaDevices.getUserMedia = () => {
      Object.assign(window, { asked: true })
      return Promise.reject(new DOMException('', 'NotAllowedError'))
    }
  })
  await patient.page.goto(link.url)
  await isTold(patient, 'This browser cannot do video visits')
  expect(await patient.page.evaluate(() => Reflect.get(window, 'asked'))).toBe(undefined)
})

test.each([
  ['the permission was refused', 'NotAllowedError', 'Your browser does not let us use the camera and microphone yet'],
  ['there is no device', 'NotFoundError', 'We find no camera and microphone'],
  ['the device is in use', 'NotReadableError', 'Something else uses the camera and microphone'],
])('when %s, the page helps, and one can go on without', async (_, name, heading) => {
  const { visit, link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2, browserDevices: true })
  await patient.context.addInitScript((error: string) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', error))
  }, name)
  await patient.page.goto(link.url)
  await patient.page.getByRole('button', { name: 'Start the check' }).click()
  await patient.page.getByText(heading).first().waitFor()
  await patient.page.getByRole('button', { name: 'Continue anyway' }).click()
  await isTold(patient, 'You are in the waiting room')

  await using host = await world.open({ sender: 1 })
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await patient.sees(1)
  await patient.hears(1)
})

test('a device whose clock is an hour off joins all the same and shows the right time in the visit', async () => {
  const { visit, link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2 })
  await using host = await world.open({ sender: 1 })
  await patient.context.addInitScript(() => {
    const { now } = Date
    Date.now = () => now() + 3_600_000
  })
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await patient.sees(1, 2)
  // Some minutes at most, however long it took until both were seen; not an hour.
  const elapsed = await patient.page.getByRole('timer').first().textContent()
  expect(elapsed).toMatch(/^\D*\d:\d\d$/)
})

test('a cancelled visit says so to whoever opens its link', async () => {
  const { visit, link } = await world.staff.makeVisit()
  await world.staff.request('POST', `/v1/visits/${visit.id}/cancel`, {})
  await using patient = await world.open({ sender: 2 })
  await patient.page.goto(link.url)
  await isTold(patient, 'This visit was cancelled')
})
