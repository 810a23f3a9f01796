import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedRoster } from '@curtain/protocol'
import { z } from 'zod'
import { seriousProblems } from '../support/accessibility.ts'
import type { Person } from '../support/browser.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, isTold, letIn, openChat, say } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

/** A clinician and a patient who see each other, and the rest of what they were given. */
async function together(input: Parameters<World['staff']['makeVisit']>[0] = {}) {
  const stack = new AsyncDisposableStack()
  const { visit, link } = await world.staff.makeVisit({ kind: 'group', ...input })
  const patient = stack.use(await world.open({ sender: 2, phone: true }))
  const host = stack.use(await world.open({ sender: 1 }))
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await Promise.all([host.sees(1, 2), patient.sees(1, 2)])
  return { stack, visit, link, host, patient }
}

async function openLock(person: Person): Promise<void> {
  await person.page.getByRole('banner').getByRole('button', { name: 'Private' }).click()
}

/** The verification code as it stands on a page: six times a picture's name and three digits. */
async function codeOn(person: Person): Promise<string[]> {
  const list = person.page.getByRole('list', { name: 'Verification code' })
  await list.waitFor()
  return await list.getByRole('listitem').allInnerTexts()
}

async function closeDialog(person: Person): Promise<void> {
  await person.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
}

function workersOf({ page }: Person): string[] {
  return page.workers().map((worker) => new URL(worker.url()).pathname)
}

describe('the lock', () => {
  test('says who holds keys and shows one code to all, who can mark that they compared it; a change is announced', async () => {
    const { stack, visit, host, patient } = await together()
    await using _ = stack
    await Promise.all([openLock(host), openLock(patient)])
    const code = await codeOn(host)
    expect(code).toHaveLength(6)
    expect(code.every((part) => /\d{3}$/.test(part))).toBe(true)
    expect(await codeOn(patient)).toEqual(code)
    const holders = host.page.getByRole('region', { name: 'Who can see and hear' })
    expect(await holders.getByRole('listitem').count()).toBe(2)
    await holders.getByText('Ann Lee').waitFor()
    expect(await seriousProblems(host.page)).toEqual([])

    await patient.page.getByRole('button', { name: 'We compared: it is the same' }).click()
    await patient.page.getByText('You compared this code').waitFor()
    await holders.getByText('Compared').waitFor()
    await closeDialog(patient)
    await closeDialog(host)

    const guest = stack.use(await world.open({ sender: 3 }))
    await comeToWaitingRoom(guest, (await world.staff.inviteGuest(visit.id, 'Chiara Russo')).url)
    await letIn(host, 'Chiara Russo')
    await Promise.all([host, patient, guest].map((person) => person.sees(1, 2, 3)))
    await patient.page.getByRole('region', { name: 'The code changed' }).getByRole('button', { name: 'Show the code' }).click()
    await Promise.all([openLock(host), openLock(guest)])
    const changed = await codeOn(patient)
    expect(changed).not.toEqual(code)
    expect(await codeOn(host)).toEqual(changed)
    expect(await codeOn(guest)).toEqual(changed)
    // Nobody is told of a change who had compared nothing.
    expect(await host.page.getByRole('region', { name: 'The code changed' }).count()).toBe(0)
  })

  test('the layers of the camera still switch with the size of the picture', async () => {
    const { stack, host, patient } = await together()
    await using _ = stack
    const heightAt = () =>
      host.page.evaluate(async () => {
        const list: unknown = Reflect.get(window, 'peerConnections')
        let height = 0
        for (const connection of Array.isArray(list) ? list : []) {
          if (!(connection instanceof RTCPeerConnection)) continue
          ;(await connection.getStats()).forEach((entry) => {
            if (entry.type === 'inbound-rtp' && entry.kind === 'video') height = Math.max(height, entry.frameHeight ?? 0)
          })
        }
        return height
      })
    // The layers of the synthetic camera are 90, 180 and 360 pixels high; a busy machine does not make the last.
    await expect.poll(heightAt).toBeGreaterThan(90)
    await host.page.setViewportSize({ width: 320, height: 300 })
    await expect.poll(heightAt).toBe(90)
    await host.page.setViewportSize({ width: 1280, height: 800 })
    await expect.poll(heightAt).toBeGreaterThan(90)
    await Promise.all([host.sees(1, 2), patient.sees(1, 2)])
  })
})

describe('chat', () => {
  test('is read by those who are here, with safe links, and by nobody who comes later', async () => {
    const { stack, visit, host, patient } = await together()
    await using _ = stack
    await openChat(host)
    await say(host, 'Please read https://example.org/a before Friday')
    await patient.page.getByRole('button', { name: /Please read/ }).waitFor()
    await openChat(patient)
    const log = patient.page.getByRole('log', { name: 'Messages' })
    const link = log.getByRole('link', { name: 'https://example.org/a' })
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    await say(patient, 'javascript:alert(1) <b>thank you</b>')
    await host.page.getByRole('log').getByText('javascript:alert(1) <b>thank you</b>').waitFor()
    expect(await host.page.getByRole('log').getByRole('link').count()).toBe(1)
    expect(await seriousProblems(host.page)).toEqual([])
    expect(await seriousProblems(patient.page)).toEqual([])

    const guest = stack.use(await world.open({ sender: 3 }))
    await comeToWaitingRoom(guest, (await world.staff.inviteGuest(visit.id, 'Chiara Russo')).url)
    await letIn(host, 'Chiara Russo')
    await guest.sees(1, 2, 3)
    await openChat(guest)
    await guest.page.getByText('No messages yet').waitFor()
    await say(host, 'Welcome')
    await guest.page.getByRole('log').getByText('Welcome').waitFor()
    expect(await guest.page.getByText('Friday').count()).toBe(0)
  })
})

describe('without end-to-end encryption', () => {
  test('a visit is made only where it is allowed, and everybody in it is told before and while they are in', async () => {
    await expect(world.staff.makeVisit({ kind: 'consultation', encryption: 'transport' })).rejects.toThrow('transport-not-allowed')
    await world.staff.allowTransport(['group'])
    await using stack = new AsyncDisposableStack()
    const { visit, link } = await world.staff.makeVisit({ kind: 'group', encryption: 'transport' })
    const patient = stack.use(await world.open({ sender: 2, phone: true }))
    const host = stack.use(await world.open({ sender: 1 }))
    await patient.page.goto(link.url)
    await patient.page.getByText('not end-to-end encrypted').first().waitFor()
    await comeToWaitingRoom(patient, link.url)
    await enterAsHost(host, world.staff, visit.id)
    await letIn(host, 'Ann Lee')
    await Promise.all([host.sees(1, 2), patient.sees(1, 2)])
    for (const person of [host, patient]) {
      await person.page.getByRole('banner').getByRole('button', { name: 'Not end-to-end encrypted' }).waitFor()
      expect(await person.page.getByRole('button', { name: /^Chat/ }).count()).toBe(0)
      expect(workersOf(person)).toEqual([])
      expect(await seriousProblems(person.page)).toEqual([])
    }
  })

  test('a browser that cannot encrypt is told which can before it asks for a camera, and its link still works elsewhere', async () => {
    await using stack = new AsyncDisposableStack()
    const { link } = await world.staff.makeVisit()
    const old = stack.use(await world.open({ sender: 2, phone: true }))
    await old.context.addInitScript(() => {
      Reflect.deleteProperty(window, 'RTCRtpScriptTransform')
      navigator.mediaDevices.getUserMedia = () => {
        console.log('asked for a device')
        return Promise.reject(new Error('refused'))
      }
    })
    await old.page.goto(link.url)
    await isTold(old, 'This visit needs a newer browser')
    await old.page.getByText('Chrome').first().waitFor()
    expect(await seriousProblems(old.page)).toEqual([])
    expect(old.console.filter((line) => line.includes('asked for a device'))).toEqual([])
    const current = stack.use(await world.open({ sender: 2 }))
    await comeToWaitingRoom(current, link.url)
  })

  test('a device whose clock is off by a day is told so, and the visit of the others goes on', async () => {
    const { stack, visit, host } = await together()
    await using _ = stack
    const guest = stack.use(await world.open({ sender: 3 }))
    await guest.context.addInitScript(() => {
      const now = Date.now.bind(Date)
      Date.now = () => now() + 24 * 60 * 60_000
    })
    await guest.page.goto((await world.staff.inviteGuest(visit.id, 'Chiara Russo')).url)
    await guest.page.getByRole('button', { name: 'Start the check' }).click()
    await guest.page.getByRole('button', { name: 'Continue' }).click()
    await isTold(guest, 'The date or time of this device is not right')
    await host.sees(1, 2)
  })
})

describe('a server that cheats', () => {
  test('with a roster that is not signed as it is gets nothing: no keys, no picture, and the page says that it stopped', async () => {
    await using stack = new AsyncDisposableStack()
    const { visit, link } = await world.staff.makeVisit()
    const patient = stack.use(await world.open({ sender: 2 }))
    const host = stack.use(await world.open({ sender: 1 }))
    const withRoster = z.looseObject({ roster: signedRoster })
    await patient.page.routeWebSocket(/\/v1\/signal$/, (socket) => {
      const server = socket.connectToServer()
      server.onMessage((message) => {
        const told: unknown = JSON.parse(message.toString())
        const forged = withRoster.safeParse(told)
        if (!forged.success) return socket.send(message)
        const { roster } = forged.data
        socket.send(JSON.stringify({ ...forged.data, roster: { ...roster, body: roster.body.replace('Dana', 'Eve') } }))
      })
    })
    await comeToWaitingRoom(patient, link.url)
    await enterAsHost(host, world.staff, visit.id)
    await letIn(host, 'Ann Lee')
    await isTold(patient, 'We stopped the visit to keep it private')
    await host.sees(1)
  })
})
