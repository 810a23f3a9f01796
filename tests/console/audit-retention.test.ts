import { patient as patientSchema } from '@curtain/protocol'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { launchChromium, Person, type PersonOptions } from '../support/browser.ts'
import { addStaff } from '../support/staff-and-subjects.ts'
import { type Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// For how long the log is kept, and legal holds, as those see it who watch over access.
const cleanup = new AsyncDisposableStack()
let curtain: TestServer
let chromium: Chromium
let owner: Awaited<ReturnType<typeof signInOwner>>

beforeAll(async () => {
  curtain = cleanup.use(await startTestServer())
  owner = await signInOwner(curtain)
  chromium = await launchChromium()
  cleanup.defer(() => chromium.close())
})
afterAll(() => cleanup.disposeAsync())

async function openState(browser: Browser, options: Partial<PersonOptions> = {}): Promise<Person> {
  const person = await Person.open(chromium, { sender: 1, ...options })
  await person.context.addCookies([...browser.cookies].map(([name, value]) => ({ name, value, url: curtain.url })))
  await person.page.goto(`${curtain.url}/log/state`)
  return person
}

test('a security officer keeps the log longer, holds a patient’s events, and ends the hold; an auditor sees that, not why', async () => {
  const { id } = patientSchema.parse(await (await owner.browser.post('/v1/patients', { name: 'Ann Lee' })).json())
  const officer = await addStaff(curtain, owner.signedIn.organization.id, ['security-officer'])
  await using person = await openState(officer.browser)
  const { page } = person
  const years = page.getByLabel('Keep events for')
  await years.fill('10')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.', { exact: true }).waitFor()
  await page.reload()
  expect(await years.inputValue()).toBe('10 years')

  await page.getByText('Nothing is held.').waitFor()
  await page.getByRole('button', { name: 'Hold something' }).click()
  await page.getByLabel('The patient’s id').fill('Ann Lee')
  await page.getByRole('button', { name: 'Put on hold' }).click()
  await page.getByText('This is not the id of a patient.').waitFor()
  await isInOrder(page)
  await page.getByLabel('The patient’s id').fill(id)
  await page.getByLabel('Why').fill('Roe v. Harbor')
  await page.getByRole('button', { name: 'Put on hold' }).click()
  await page.getByText('Roe v. Harbor').waitFor()
  await isInOrder(page)
  expect(await owner.browser.refusal(owner.browser.post(`/v1/patients/${id}/erase`, { ground: 'made-in-error', name: 'Ann Lee' }))).toBe('patient-held')

  const auditor = await addStaff(curtain, owner.signedIn.organization.id, ['auditor'])
  await using other = await openState(auditor.browser, { phone: true, colorScheme: 'dark', locale: 'es' })
  await other.page.getByText('El motivo solo lo leen los responsables de seguridad.').waitFor()
  await other.page.getByText('10 años').waitFor()
  await isInOrder(other.page)

  await page.getByRole('button', { name: `End: ${id}` }).click()
  await page.getByRole('button', { name: 'End the hold' }).click()
  await page.getByText('It still holds for 30 days after its end.').waitFor()
})
