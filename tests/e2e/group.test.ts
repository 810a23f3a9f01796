import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../support/browser.ts'
import { comeToWaitingRoom, enterAsHost, inPeople, inVisit, isTold, letIn } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

test('four people see and hear each other; each is let in one at a time', async () => {
  await using stack = new AsyncDisposableStack()
  const { visit, link } = await world.staff.makeVisit({ kind: 'group' })
  const names = ['Ann Lee', 'Ben Ortiz', 'Chiara Russo']
  const links = [link.url]
  for (const name of names.slice(1)) links.push((await world.staff.inviteGuest(visit.id, name)).url)

  const host = stack.use(await world.open({ sender: 0 }))
  await enterAsHost(host, world.staff, visit.id)
  const others: Person[] = []
  for (const [index, url] of links.entries()) {
    const person = stack.use(await world.open({ sender: index + 1, phone: index === 0 }))
    await comeToWaitingRoom(person, url)
    others.push(person)
  }
  expect(await others[0]!.transports()).toEqual([])
  for (const name of names) await letIn(host, name)
  await Promise.all(others.map(inVisit))

  await Promise.all([host, ...others].map((person) => person.sees(0, 1, 2, 3)))
  await host.hears(1, 2, 3)
  await others[2]!.hears(0, 1, 2)
})

test('who is refused is told so, and their link is dead', async () => {
  await using stack = new AsyncDisposableStack()
  const { visit, link } = await world.staff.makeVisit()
  const patient = stack.use(await world.open({ sender: 2 }))
  const host = stack.use(await world.open({ sender: 1 }))
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await host.page.getByRole('button', { name: 'Refuse Ann Lee' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
  await isTold(patient, 'The clinician could not let you in')
  await patient.page.goto('about:blank')
  await patient.page.goto(link.url)
  await isTold(patient, 'The clinician could not let you in')
})

test('removed means removed: the page, its cookie, its link and a second tab; a new invitation lets them wait again', async () => {
  await using stack = new AsyncDisposableStack()
  const { visit, link } = await world.staff.makeVisit()
  const patient = stack.use(await world.open({ sender: 2 }))
  const host = stack.use(await world.open({ sender: 1 }))
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await host.sees(1, 2)

  await inPeople(host, 'Actions for Ann Lee')
  await host.page.getByRole('button', { name: 'Remove from the visit' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: 'Remove from the visit' }).click()
  await isTold(patient, 'You are no longer in the visit')
  await host.sees(1)

  // The old cookie asks for a ticket; the old link is tried in this browser and in another one.
  const ticket = await patient.page.request.post(`${world.curtain.url}/v1/visits/${visit.id}/tickets`, {
    data: {},
    headers: { origin: world.curtain.url },
  })
  expect(ticket.ok()).toBe(false)
  const secondTab = await patient.context.newPage()
  await secondTab.goto(link.url)
  await secondTab.getByRole('heading', { name: 'You are no longer in the visit' }).waitFor()
  const stranger = stack.use(await world.open({ sender: 3 }))
  await stranger.page.goto(link.url)
  await isTold(stranger, 'You are no longer in the visit')

  const [entry] = (await world.staff.readVisit(visit.id)).participants.filter(({ role }) => role === 'patient')
  const again = await world.staff.inviteAgain(visit.id, entry!.id)
  await comeToWaitingRoom(patient, again.url)
  await letIn(host, 'Ann Lee')
  await host.sees(1, 2)
})

test('a locked visit lets nobody new come near', async () => {
  await using stack = new AsyncDisposableStack()
  const { visit, link } = await world.staff.makeVisit()
  const host = stack.use(await world.open({ sender: 1 }))
  const patient = stack.use(await world.open({ sender: 2 }))
  await enterAsHost(host, world.staff, visit.id)
  await inPeople(host, 'Lock the visit')
  await patient.page.goto(link.url)
  await patient.page.getByRole('button', { name: 'Start the check' }).click()
  await patient.page.getByRole('button', { name: 'Continue' }).click()
  await isTold(patient, 'The visit is locked')
  await host.sees(1)
})

test('when one media worker dies, the visits of the other notice nothing', async () => {
  await using stack = new AsyncDisposableStack()
  // A world of its own: no room of another test decides which worker is the least loaded.
  const world = stack.use(await makeWorld({ CURTAIN_MEDIA_WORKERS: '2' }))
  const visits = [await world.staff.makeVisit(), await world.staff.makeVisit()]
  const pairs: [Person, Person][] = []
  for (const { visit, link } of visits) {
    const patient = stack.use(await world.open({ sender: 2 }))
    const host = stack.use(await world.open({ sender: 1 }))
    await comeToWaitingRoom(patient, link.url)
    await enterAsHost(host, world.staff, visit.id)
    await letIn(host, 'Ann Lee')
    await host.sees(1, 2)
    pairs.push([host, patient])
  }
  const connections = (person: Person) =>
    person.page.evaluate(() => {
      const list: unknown = Reflect.get(window, 'peerConnections')
      return Array.isArray(list) ? list.length : 0
    })
  const before = await Promise.all(pairs.map(([host]) => connections(host)))

  process.kill(world.curtain.mediaWorkers()[0]!.pid, 'SIGKILL')
  const rebuilt = async () => {
    const now = await Promise.all(pairs.map(([host]) => connections(host)))
    return now.filter((count, index) => count > before[index]!).length
  }
  await expect.poll(rebuilt).toBe(1)
  await Promise.all(pairs.flat().map((person) => person.sees(1, 2)))
  expect(await rebuilt()).toBe(1)
})
