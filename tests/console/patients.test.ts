import { patient as patientSchema, patientExport, type PatientId, type PatientInput, reviewOverview, type Role, visitCreated } from '@curtain/protocol'
import { readFile } from 'node:fs/promises'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { launchChromium, Person, type PersonOptions } from '../support/browser.ts'
import { addStaff, type Colleague } from '../support/staff-and-subjects.ts'
import { type Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// Patients, teams and emergency access in the console, as each sees them.
const plenty = { burst: 100_000, perMinute: 100_000 }
const cleanup = new AsyncDisposableStack()
let curtain: TestServer
let chromium: Chromium
let owner: Browser
let staff: (...roles: Role[]) => Promise<Colleague>
let doctor: Colleague

beforeAll(async () => {
  curtain = cleanup.use(await startTestServer({ limits: { any: plenty, guessable: plenty } }))
  const { browser, signedIn } = await signInOwner(curtain)
  owner = browser
  staff = (...roles) => addStaff(curtain, signedIn.organization.id, roles)
  doctor = await staff('clinician')
  chromium = await launchChromium()
  cleanup.defer(() => chromium.close())
})
afterAll(() => cleanup.disposeAsync())
// What is dangerous may be done for five minutes after somebody showed who they are, and a slow machine takes longer over a file.
beforeEach(() => curtain.world.query('update sessions set confirmed_at = now() where confirmed_at is not null'))

async function openAt(path: string, browser: Browser, options: Partial<PersonOptions> = {}): Promise<Person> {
  const person = await Person.open(chromium, { sender: 1, ...options })
  const cookies = [...browser.cookies].map(([name, value]) => ({ name, value, url: curtain.url }))
  await person.context.addCookies(cookies)
  await person.page.goto(`${curtain.url}${path}`)
  return person
}

async function register(input: PatientInput): Promise<PatientId> {
  return patientSchema.parse(await (await doctor.browser.post('/v1/patients', input)).json()).id
}
async function plan(id: PatientId): Promise<void> {
  const body = { patient: { id }, startsAt: new Date().toISOString(), reason: 'cough since Monday' }
  visitCreated.parse(await (await doctor.browser.post('/v1/visits', body)).json())
}

test('a patient is registered, found, edited, and the history says what it was before', async () => {
  const name = 'Ola Berg'
  await register({ name, birthDate: '1958-04-30' })
  await using clinician = await openAt('/patients', doctor.browser)
  const { page } = clinician
  await page.getByRole('heading', { name: 'Added last' }).waitFor()
  await page.getByText('More ways to find').click()
  await isInOrder(page)

  await page.getByRole('button', { name: 'Register a patient' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail address').fill('ola')
  await dialog.getByRole('button', { name: 'Register' }).click()
  await dialog.getByText('Write it like name@example.org').waitFor()
  await dialog.getByLabel('E-mail address').fill('ola@berg.example')
  await dialog.getByLabel('Name').fill(name.toLowerCase())
  await dialog.getByRole('button', { name: 'Register' }).click()
  await dialog.getByText('Is it the same person?').waitFor()
  await isInOrder(page)
  await dialog.getByRole('button', { name: 'Register as another person' }).click()
  await page.getByRole('heading', { name: 'ola berg', exact: true }).waitFor()
  expect(await page.title()).not.toContain('ola berg')

  await page.getByRole('link', { name: 'All patients' }).click()
  await page.getByLabel('Name').fill('berg o')
  await page.keyboard.press('Enter')
  await page.getByText('2 patients found').waitFor()
  await page.getByRole('link', { name: 'born Apr 30, 1958' }).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await dialog.getByLabel('Record number').fill('H-12')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Show the history' }).click()
  const change = page.getByRole('row', { name: 'Record number Not known H-12' })
  await change.waitFor()
  await isInOrder(page)

  // What was looked for is there again, and nowhere in an address.
  await page.getByRole('link', { name: 'All patients' }).click()
  await page.getByText('2 patients found').waitFor()
  expect(clinician.requests.filter((url) => /berg/i.test(url))).toEqual([])
})

test('two records of one person become one', async () => {
  const ids = [await register({ name: 'Bo Marsh', birthDate: '1970-01-02' }), await register({ name: 'Bo Marsh', phone: '555 0100 200' })]
  await plan(ids[1] ?? 'pat_')
  await using clinician = await openAt(`/patients/${ids[0]}`, doctor.browser, { colorScheme: 'dark' })
  const { page } = clinician
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Merge a double' }).click()
  await dialog.getByRole('button', { name: 'Find' }).click()
  await dialog.getByRole('button', { name: 'Compare these' }).click()
  await isInOrder(page)
  await dialog.getByRole('radio', { name: 'This one stays: The other one' }).check()
  await dialog.getByRole('button', { name: 'Merge the two' }).click()
  await page.waitForURL(`**/patients/${ids[1]}`)
  await page.getByText('Jan 2, 1970').waitFor()
  await page.getByText('cough since Monday').waitFor()
  await page.goto(`${curtain.url}/patients/${ids[0]}`)
  await page.getByRole('link', { name: 'Open the one that stayed' }).click()
  await page.getByRole('heading', { name: 'Bo Marsh' }).waitFor()
})

test('everything about a patient is handed over as a file; then they are erased, after their name was typed', async () => {
  const id = await register({ name: 'Cy Roe', birthDate: '1980-03-04' })
  await using clinician = await openAt(`/patients/${id}`, doctor.browser)
  const { page } = clinician
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Export' }).click()
  const coming = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Make the file' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toBe(`curtain-${id}.json`)
  const document = patientExport.parse(JSON.parse(await readFile(await file.path(), 'utf8')))
  expect(document.patient).toMatchObject({ id, name: 'Cy Roe' })

  await page.getByRole('button', { name: 'Erase' }).click()
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await dialog.getByText('Choose why.').waitFor()
  await isInOrder(page)
  await dialog.getByRole('radio', { name: 'The patient asked for it' }).check()
  await dialog.getByLabel('To go on, type the patient’s whole name: Cy Roe').fill('Cy Roe')
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByText('This patient was erased on').waitFor()
  expect(await page.getByText('Cy Roe').count()).toBe(0)
})

test('a visit is planned with any patient by name, and namesakes are told apart', async () => {
  await register({ name: 'Dee Falk', birthDate: '1991-05-06' })
  await register({ name: 'Dee Falk', recordNumber: 'H-77' })
  await using clinician = await openAt('/today', doctor.browser)
  const { page } = clinician
  await page.getByRole('button', { name: 'New visit' }).first().click()
  await page.getByRole('textbox', { name: 'Patient' }).fill('falk')
  await page.getByRole('option', { name: 'Dee Falk H-77' }).waitFor()
  await page.getByRole('option', { name: 'Dee Falk born May 6, 1991' }).click()
  await page.getByText('Known patient, born May 6, 1991').waitFor()
})

test('a patient is opened in an emergency, seen for a while, and the security officer reviews it', async () => {
  const id = await register({ name: 'Eli Vance', recordNumber: 'H-500' })
  await plan(id)
  const [stranger, officer] = [await staff('clinician'), await staff('security-officer')]
  await using clinician = await openAt('/patients', stranger.browser, { colorScheme: 'dark' })
  const { page } = clinician
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Open in an emergency' }).click()
  await dialog.getByLabel('Record number', { exact: true }).fill('H-5')
  await dialog.getByLabel('Why do you need').fill('brought in unconscious')
  await dialog.getByRole('button', { name: 'Open and tell' }).click()
  await dialog.getByText('This leads to no patient, or to more than one.').waitFor()
  await isInOrder(page)
  await dialog.getByLabel('Record number', { exact: true }).fill('H-500')
  await dialog.getByRole('button', { name: 'Open and tell' }).click()
  await page.getByRole('heading', { name: 'Eli Vance' }).waitFor()
  await page.getByRole('timer').waitFor()
  await page.getByText('cough since Monday').waitFor()
  expect(await page.getByRole('button', { name: /Edit|Merge|Export|Erase/ }).count()).toBe(0)
  await isInOrder(page)

  await page.getByRole('link', { name: 'All patients' }).click()
  await page.getByRole('link', { name: 'Show the patient' }).click()
  await page.getByRole('button', { name: 'End now' }).click()
  await page.getByText('Your emergency access to this patient has ended.').waitFor()
  expect(await page.getByText('Eli Vance').count()).toBe(0)

  const waiting = async () => reviewOverview.parse(await (await officer.browser.request('GET', '/v1/audit/reviews/overview')).json()).waiting
  await expect.poll(waiting).toContainEqual(expect.objectContaining({ kind: 'break-glass' }))
  await using watcher = await openAt('/reviews', officer.browser)
  await watcher.page.waitForURL('**/log/reviews')
  await watcher.page.getByRole('link', { name: /Reviews.*1 emergency waits for review/ }).waitFor()
  await watcher.page.getByRole('button', { name: 'Read the reason and review what Sky clinician opened' }).click()
  await watcher.page.getByText('brought in unconscious').waitFor()
  expect(await watcher.page.getByText('Eli Vance').count()).toBe(0)
  await watcher.page.getByRole('button', { name: 'Save the review' }).click()
  await watcher.page.getByText('Choose one.').waitFor()
  await watcher.page.getByRole('radio', { name: 'Not justified' }).check()
  await watcher.page.getByLabel('Comment').fill('ask them')
  await isInOrder(watcher.page)
  await watcher.page.getByRole('button', { name: 'Save the review' }).click()
  await watcher.page.getByText('emergency waits for review').first().waitFor({ state: 'detached' })
  await expect.poll(waiting).not.toContainEqual(expect.objectContaining({ kind: 'break-glass' }))
  await watcher.page.getByLabel('Show', { exact: true }).selectOption('signed-off')
  await watcher.page.getByRole('button', { name: 'Read the reason of Sky clinician' }).click()
  await watcher.page.getByText(/Not justified, by Sky security-officer.*ask them/).waitFor()
})

test('an owner makes a team, and its clinician is handed a patient by somebody at the front desk', async () => {
  const id = await register({ name: 'Fay Moss' })
  const [scheduler, member] = [await staff('scheduler'), await staff('clinician', 'auditor')]
  await using dana = await openAt('/teams', owner)
  const { page } = dana
  await page.getByRole('heading', { name: 'No teams yet' }).waitFor()
  await page.getByRole('button', { name: 'Make a team' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Cardiology')
  await page.getByRole('button', { name: 'Make the team' }).click()
  await page.getByRole('button', { name: 'Add a member to Cardiology' }).click()
  await page.getByRole('combobox', { name: 'Choose somebody' }).selectOption(member.id)
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
  await page.getByRole('button', { name: 'Remove Sky clinician auditor from Cardiology' }).waitFor()
  await isInOrder(page)

  await using desk = await openAt(`/patients/${id}`, scheduler.browser)
  await desk.page.getByRole('combobox', { name: 'Add a team' }).selectOption('Cardiology')
  await desk.page.getByRole('button', { name: 'Add', exact: true }).click()
  await desk.page.getByRole('button', { name: 'Remove the patient from Cardiology' }).waitFor()
  await isInOrder(desk.page)
  await using clinician = await openAt(`/patients/${id}`, member.browser)
  await clinician.page.getByText('because a team of yours cares for them').waitFor()

  await page.getByRole('button', { name: 'Remove Sky clinician auditor from Cardiology' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Nobody is in this team yet.').waitFor()
  await clinician.page.reload()
  await clinician.page.getByText('There is no such patient, or they are not among yours.').waitFor()
})

test('in Spanish too, on a phone', async () => {
  const id = await register({ name: 'Gil Soto', birthDate: '1958-04-30' })
  await using clinician = await openAt('/patients', doctor.browser, { phone: true, locale: 'es-MX' })
  const { page } = clinician
  await page.getByRole('link', { name: 'Gil Soto' }).click()
  await page.waitForURL(`**/patients/${id}`)
  await page.getByText('30 abr 1958').waitFor()
  await page.getByRole('button', { name: 'Borrar' }).click()
  await page.getByText('Lo que la ley obliga a conservar').waitFor()
  await isInOrder(page)
})
