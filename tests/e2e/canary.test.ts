import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { patientExport, patientHistory, type PatientId, patient as patientSchema, patientsFound } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { startMailServer } from '../support/mail-server.ts'
import { owner, type Staff } from '../support/staff.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn, openChat, say, signInByCookie } from '../support/visit-pages.ts'
import { makeWorld } from '../support/world.ts'

const patient = {
  name: 'Quillfeather Zyxwvutsrq',
  birthDate: '1947-08-19',
  recordNumber: 'QX-7714-0233',
  email: 'zenobia.quill@patients.example',
  phone: '+1 (555) 019-8834',
}
const guestName = 'Bartholomew Xyzzyplugh'
const reason = 'Recurrent hyperborean dyspepsia'
const said = 'Mellifluous quinquagenarian'
/** Where the staff and the patient are, as a reverse proxy tells. */
const [staffAddress, patientAddress] = ['203.0.113.77', '198.51.100.123'] as const
const canaries = [
  ...patient.name.split(' '),
  patient.birthDate,
  '47-08-19',
  patient.recordNumber,
  'zenobia',
  '555) 019',
  '5550198834',
  ...guestName.split(' '),
  'hyperborean',
  ...said.split(' '),
  staffAddress,
  patientAddress,
]

/** How a text can stand in a file: in UTF-8, in base64 at each offset, and in hex, whatever the case. */
function formsOf(text: string): string[] {
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + text).toString('base64').slice(offset === 0 ? 0 : 4, -4),
  )
  return [text, ...inBase64, Buffer.from(text).toString('hex')].map((form) => form.toLowerCase())
}

/** Where any of these texts is in everything under a folder; in UTF-16 as well. */
function search(folder: string, texts: readonly string[]): string[] {
  const wanted = texts.map((text) => ({ text, forms: formsOf(text) }))
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const bytes = readFileSync(path).toString('latin1').toLowerCase()
      const dense = bytes.replaceAll('\0', '')
      const found = wanted.filter(({ text, forms }) => forms.some((form) => bytes.includes(form)) || dense.includes(text.toLowerCase()))
      return found.map(({ text }) => `${text} in ${path}`)
    })
}

/** Everything that a front desk does with a patient, and what it does wrong. */
async function keepPatient(staff: Staff): Promise<PatientId> {
  const { id } = await staff.call(patientSchema, 'POST', '/v1/patients', patient)
  for (const found of [{ name: 'quill' }, { birthDate: patient.birthDate }, { recordNumber: patient.recordNumber }, { contact: patient.email }]) {
    expect((await staff.call(patientsFound, 'POST', '/v1/patients/search', found)).patients.map((one) => one.id)).toEqual([id])
  }
  await staff.call(patientSchema, 'PATCH', `/v1/patients/${id}`, { phone: null })
  await staff.call(patientSchema, 'PATCH', `/v1/patients/${id}`, { phone: patient.phone })
  expect((await staff.call(patientHistory, 'GET', `/v1/patients/${id}/history`)).changes).toHaveLength(3)
  await staff.call(patientExport, 'POST', `/v1/patients/${id}/export`)
  // Bad input must not be echoed into a log either.
  await staff.request('POST', '/v1/patients', { ...patient, name: `${patient.name}\u0000` })
  await staff.request('POST', '/v1/patients', patient)
  await staff.request('GET', `/v1/patients/${encodeURIComponent(patient.recordNumber)}`)
  await staff.request('POST', `/v1/patients/${id}/erase`, { ground: 'made-in-error', name: guestName })
  return id
}

test('nothing that is known of a patient, nor anybody’s address, is in a file, log line, URL, console or e-mail', async () => {
  await using mailServer = await startMailServer()
  await using world = await makeWorld({ ...mailServer.environment, CURTAIN_LOG_LEVEL: 'trace', CURTAIN_TRUSTED_PROXIES: '127.0.0.1' })
  const { curtain, staff } = world
  staff.address = staffAddress
  await staff.signIn()
  const id = await keepPatient(staff)
  const { visit, link } = await staff.makeVisit({ patient: { id }, reason, kind: 'group', check: 'mailed-code' })
  const guest = await staff.inviteGuest(visit.id, guestName)

  await using host = await world.open({ sender: 1, address: staffAddress })
  await using ill = await world.open({ sender: 2, phone: true, address: patientAddress })
  await using relative = await world.open({ sender: 3, address: patientAddress })
  await signInByCookie(host, staff)
  await host.page.goto(`${curtain.url}/today`)
  await host.page.getByText(patient.name).first().waitFor()
  await ill.page.goto(link.url)
  const code = (/\d{6}/.exec((await mailServer.next()).text) ?? [''])[0]
  await ill.page.getByLabel('Your code from the e-mail').fill(code)
  await ill.page.keyboard.press('Enter')
  await ill.page.getByRole('heading', { name: `Hello, ${patient.name}` }).waitFor()
  await ill.page.getByRole('button', { name: 'Start the check' }).click()
  await ill.page.getByRole('button', { name: 'Continue' }).click()
  await comeToWaitingRoom(relative, guest.url)
  await enterAsHost(host, staff, visit.id)
  await letIn(host, patient.name)
  await letIn(host, guestName)
  await Promise.all([inVisit(ill), inVisit(relative)])
  await host.sees(1, 2, 3)

  // What is said in the chat is in no log at the most talkative level, and on no disk.
  await openChat(ill)
  await say(ill, said)
  await host.page.getByRole('button', { name: said }).waitFor()

  // Bad input must not be echoed into a log either.
  await staff.request('POST', '/v1/visits', { patient: { name: `${patient.name}\u0000` }, reason, startsAt: 'never' })
  await staff.request('GET', `/v1/visits/${encodeURIComponent(patient.name)}`)
  await staff.request('POST', '/v1/sign-in', { email: 'dana@harbor.example', password: 'not the right one' })

  await host.page.getByRole('button', { name: 'Leave' }).click()
  await host.page.getByRole('dialog').getByRole('button', { name: 'End for everybody' }).click()
  await host.page.getByRole('heading', { name: 'The visit is over' }).waitFor()

  // The search itself works: what is not sealed is found, in the database's files among others.
  expect(search(curtain.dataFolder, [owner.organizationName])).not.toEqual([])
  const people = [host, ill, relative]
  expect(search(curtain.dataFolder, canaries)).toEqual([])
  await curtain.stop()
  expect(search(curtain.dataFolder, canaries)).toEqual([])
  const mails = mailServer.received.flatMap(({ subject, text }) => [subject, text])
  expect(mails.length).toBeGreaterThan(0)
  for (const canary of canaries) {
    const words = [...curtain.output, ...mails, ...people.flatMap((person) => [...person.requests, ...person.console])]
    expect(words.filter((line) => line.toLowerCase().includes(canary.toLowerCase()))).toEqual([])
  }
  // Nor did a secret get into a URL that left the browser, or into the log.
  const secrets = [link.url, guest.url].map((url) => url.split('#')[1]!)
  for (const secret of [...secrets, code]) {
    expect(people.flatMap((person) => person.requests.map((url) => url.split('#')[0]!)).filter((url) => url.includes(secret))).toEqual([])
    expect(curtain.output.filter((line) => line.includes(secret))).toEqual([])
  }
})
