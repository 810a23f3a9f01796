import { patient as patientSchema, type PatientId, type Role } from '@curtain/protocol'
import { readFile } from 'node:fs/promises'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { launchChromium, Person, type PersonOptions } from '../support/browser.ts'
import { Clinic } from '../support/clinic.ts'
import { addStaff, type Colleague } from '../support/staff-and-subjects.ts'
import { type Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// The audit log, as those who watch over access read it, and a patient's own part of it.
const cleanup = new AsyncDisposableStack()
let curtain: TestServer
let chromium: Chromium
let staff: (...roles: Role[]) => Promise<Colleague>
let doctor: Colleague
let patientId: PatientId

beforeAll(async () => {
  curtain = cleanup.use(await startTestServer())
  const { signedIn } = await signInOwner(curtain)
  staff = (...roles) => addStaff(curtain, signedIn.organization.id, roles)
  doctor = await staff('clinician')
  const body = { name: 'Ann Lee', recordNumber: 'H-77' }
  patientId = patientSchema.parse(await (await doctor.browser.post('/v1/patients', body)).json()).id
  await openRecord(doctor)
  chromium = await launchChromium()
  cleanup.defer(() => chromium.close())
})
afterAll(() => cleanup.disposeAsync())

const openRecord = ({ browser }: Colleague) => browser.request('GET', `/v1/patients/${patientId}`)

async function openAt(path: string, browser: Browser, options: Partial<PersonOptions> = {}): Promise<Person> {
  const person = await Person.open(chromium, { sender: 1, ...options })
  await person.context.addCookies([...browser.cookies].map(([name, value]) => ({ name, value, url: curtain.url })))
  await person.page.goto(`${curtain.url}${path}`)
  return person
}

test('a security officer asks who saw a patient, and sees it as it happens', async () => {
  const officer = await staff('security-officer')
  await using person = await openAt('/log', officer.browser)
  const { page } = person
  await page.getByText('Sky clinician opened a patient’s record').waitFor()
  await page.getByRole('button', { name: 'Who saw a patient?' }).click()
  await page.getByLabel('Record number').fill('H-77')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await page.waitForURL(`**/log?patient=${patientId}`)
  await page.getByRole('heading', { name: 'Who saw this patient' }).waitFor()
  await page.getByText('as their own patient').first().waitFor()
  const line = page.getByRole('listitem').filter({ has: page.getByText('Sky clinician opened a patient’s record', { exact: false }) })
  await line.getByText('Details').click()
  await line.getByText('"type":"patient.read"').waitFor()
  await isInOrder(page)

  await page.getByRole('switch', { name: 'Live' }).check()
  const stranger = await staff('clinician', 'scheduler')
  await openRecord(stranger)
  await page.getByText('Sky clinician scheduler opened a patient’s record').waitFor()
  await page.getByText(/new events?$/).waitFor()
  // Nobody's name, and nothing that was written to find somebody.
  expect(await page.getByText('Ann Lee').count()).toBe(0)
  expect(person.requests.filter((url) => url.includes('H-77'))).toEqual([])
})

test('what happened in a visit, who was denied what, and what somebody did', async () => {
  const officer = await staff('security-officer')
  const clinic = new Clinic(curtain.url, doctor.browser)
  const { visit, link } = await clinic.makeVisit()
  const host = await clinic.arrive(visit.id, doctor.browser)
  const guest = await clinic.comeByLink(link)
  await host.client.request('admit', { participantId: guest.id })
  await clinic.end(visit.id)
  await doctor.browser.request('GET', '/v1/users')

  await using person = await openAt('/log', officer.browser, { colorScheme: 'dark' })
  const { page } = person
  await page.getByRole('button', { name: 'What happened in a visit?' }).click()
  await page.getByLabel('Visit', { exact: true }).fill(`${curtain.url}/visits/${visit.id}`)
  await page.getByRole('button', { name: 'Show', exact: true }).first().click()
  await page.getByText('Sky clinician let in the patient from the waiting room').waitFor()
  await page.getByText('let in by Sky clinician').waitFor()
  await page.getByText('Sky clinician ended the visit for everybody').waitFor()

  await page.getByRole('button', { name: 'What was denied?' }).click()
  await page.getByText('Sky clinician tried to read who is on the staff, which they may not').waitFor()
  await page.getByRole('link', { name: 'Everything Sky clinician did' }).first().click()
  await page.getByText('By Sky clinician').waitFor()
  await page.getByText('Narrow it down').click()
  await page.getByLabel('Kind of event').selectOption('All: Patients and teams')
  await page.getByRole('button', { name: 'Show', exact: true }).last().click()
  await page.waitForURL('**/log?person=usr_*&kind=patients')
  await page.getByText('Sky clinician registered a patient').first().waitFor()
})

test('searches are kept for others, and what is found is handed out as a file', async () => {
  const officer = await staff('security-officer')
  await using person = await openAt(`/log?patient=${patientId}&kind=patient.read`, officer.browser)
  const { page } = person
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await dialog.getByLabel('Name').fill('Who opened it')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('button', { name: 'Who opened it', exact: true }).waitFor()
  await isInOrder(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Everything' }).click()
  await page.waitForURL('**/log')
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await dialog.getByRole('button', { name: 'Who opened it', exact: true }).click()
  await page.waitForURL(`**/log?patient=${patientId}&kind=patient.read`)

  await page.getByRole('button', { name: 'Export' }).click()
  await isInOrder(page)
  const coming = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/^curtain-audit-.*\.csv$/)
  const lines = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/)
  expect(lines.slice(1).length).toBeGreaterThan(0)
  expect(lines.slice(1).every((line) => line.includes('patient.read'))).toBe(true)

  await page.getByRole('button', { name: 'Saved searches' }).click()
  const remove = dialog.getByRole('button', { name: 'Remove “Who opened it”' })
  await dialog.getByLabel('Name').fill('Another')
  await remove.click()
  await dialog.getByText('It goes for everybody who reads the log.').waitFor()
  await isInOrder(page)
  await dialog.getByRole('button', { name: 'Keep the search' }).click()
  expect(await dialog.getByLabel('Name').inputValue()).toBe('Another')
  await remove.click()
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog.getByText('None yet').waitFor()
})

test('a clinician prints who saw their patient', async () => {
  await using person = await openAt(`/patients/${patientId}`, doctor.browser, { phone: true, locale: 'es-ES' })
  const { page } = person
  await page.getByRole('link', { name: 'Mostrar el registro de accesos' }).click()
  await page.getByRole('cell', { name: 'Sky clinician abrió la ficha de un paciente, como paciente propio' }).first().waitFor()
  await isInOrder(page)
  await page.emulateMedia({ media: 'print' })
  await page.getByText('Nombre:').waitFor()
  expect(await page.getByRole('button', { name: 'Imprimir' }).count()).toBe(0)
  await using other = await openAt(`/patients/${patientId}/access-log`, (await staff('clinician')).browser)
  await other.page.getByText('they are not among yours').waitFor()
})
