import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Person } from '../support/browser.ts'
import { owner } from '../support/staff.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn, openChat, say, signInByCookie } from '../support/visit-pages.ts'
import { makeWorld } from '../support/world.ts'

const patientName = 'Quillfeather Zyxwvutsrq'
const guestName = 'Bartholomew Xyzzyplugh'
const reason = 'Recurrent hyperborean dyspepsia'
const said = 'Mellifluous quinquagenarian'
const canaries = [...patientName.split(' '), ...guestName.split(' '), 'hyperborean', ...said.split(' ')]

/** The places of a text in everything under a folder, in UTF-8, UTF-16, base64 (at each offset) and hex, whatever the case. */
function search(folder: string, text: string): string[] {
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + text).toString('base64').slice(offset === 0 ? 0 : 4, -4),
  )
  const encodings = [text, ...inBase64, Buffer.from(text).toString('hex')].map((form) => form.toLowerCase())
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const content = readFileSync(path)
      const bytes = content.toString('latin1').toLowerCase()
      const found = encodings.some((form) => bytes.includes(form)) || bytes.replaceAll('\0', '').includes(encodings[0]!)
      return found ? [path] : []
    })
}

test('a patient’s name, reason and words appear in no file, log line, URL or console after a whole visit', async () => {
  await using world = await makeWorld({ CURTAIN_LOG_LEVEL: 'trace' })
  const { curtain, staff } = world
  const { visit, link } = await staff.makeVisit({ patient: { name: patientName }, reason, kind: 'group' })
  const guest = await staff.inviteGuest(visit.id, guestName)

  await using host: Person = await world.open({ sender: 1 })
  await using patient: Person = await world.open({ sender: 2, phone: true })
  await using relative: Person = await world.open({ sender: 3 })
  await signInByCookie(host, staff)
  await host.page.goto(`${curtain.url}/today`)
  await host.page.getByText(patientName).first().waitFor()
  await comeToWaitingRoom(patient, link.url)
  await comeToWaitingRoom(relative, guest.url)
  await enterAsHost(host, staff, visit.id)
  await letIn(host, patientName)
  await letIn(host, guestName)
  await Promise.all([inVisit(patient), inVisit(relative)])
  await host.sees(1, 2, 3)

  // What is said in the chat is in no log at the most talkative level, and on no disk.
  await openChat(patient)
  await say(patient, said)
  await host.page.getByRole('button', { name: said }).waitFor()

  // Bad input must not be echoed into a log either.
  await staff.request('POST', '/v1/visits', { patient: { name: `${patientName}\u0000` }, reason, startsAt: 'never' })
  await staff.request('GET', `/v1/visits/${encodeURIComponent(patientName)}`)

  await host.page.getByRole('button', { name: 'Leave' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: 'End for everybody' }).click()
  await host.page.getByRole('heading', { name: 'The visit is over' }).waitFor()

  // The search itself works: what is not sealed is found, in the database's files among others.
  expect(search(curtain.dataFolder, owner.organizationName)).not.toEqual([])
  const people = [host, patient, relative]
  for (const canary of canaries) {
    expect(search(curtain.dataFolder, canary)).toEqual([])
  }
  await curtain.stop()
  for (const canary of canaries) {
    expect(search(curtain.dataFolder, canary)).toEqual([])
    const words = [...curtain.output, ...people.flatMap((person) => [...person.requests, ...person.console])]
    expect(words.filter((line) => line.toLowerCase().includes(canary.toLowerCase()))).toEqual([])
  }
  // Nor did a secret get into a URL that left the browser, or into the log.
  const secrets = [link.url, guest.url].map((url) => url.split('#')[1]!)
  for (const secret of secrets) {
    expect(people.flatMap((person) => person.requests.map((url) => url.split('#')[0]!)).filter((url) => url.includes(secret))).toEqual([])
    expect(curtain.output.filter((line) => line.includes(secret))).toEqual([])
  }
})
