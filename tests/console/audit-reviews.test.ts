import { openGlassList, patient, reviewOverview, type Role } from '@curtain/protocol'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { launchChromium, Person, type PersonOptions } from '../support/browser.ts'
import { addStaff, type Colleague } from '../support/staff-and-subjects.ts'
import { type Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// The regular review, as a security officer does it and an auditor looks at it.
const cleanup = new AsyncDisposableStack()
let curtain: TestServer
let chromium: Chromium
let staff: (...roles: Role[]) => Promise<Colleague>
let officer: Colleague

beforeAll(async () => {
  curtain = cleanup.use(await startTestServer())
  const { signedIn } = await signInOwner(curtain)
  staff = (...roles) => addStaff(curtain, signedIn.organization.id, roles)
  officer = await staff('security-officer')
  chromium = await launchChromium()
  cleanup.defer(() => chromium.close())
})
afterAll(() => cleanup.disposeAsync())

async function openAt(path: string, browser: Browser, options: Partial<PersonOptions> = {}): Promise<Person> {
  const person = await Person.open(chromium, { sender: 1, ...options })
  await person.context.addCookies([...browser.cookies].map(([name, value]) => ({ name, value, url: curtain.url })))
  await person.page.goto(`${curtain.url}${path}`)
  return person
}

/** What waits, by now. */
async function overview() {
  const answer = await officer.browser.request('GET', '/v1/audit/reviews/overview')
  const { waiting, log } = reviewOverview.parse(await answer.json())
  return { waiting, isLookedThrough: log.looked === log.size }
}
/** Of which kinds something waits. */
const waitingKinds = async () => (await overview()).waiting.map(({ kind }) => kind)

test('a security officer signs off what came up, an emergency by its reason, and says what comes up from then on', async () => {
  const [doctor, stranger] = [await staff('clinician'), await staff('clinician')]
  const { id } = patient.parse(await (await doctor.browser.post('/v1/patients', { name: 'Vi Clinician', recordNumber: 'H-9' })).json())
  await doctor.browser.request('GET', `/v1/patients/${id}`)
  await doctor.browser.post(`/v1/patients/${id}/export`)
  for (let tried = 0; tried < 5; tried++) await doctor.browser.request('GET', '/v1/users')
  await stranger.browser.post('/v1/break-glass', { patient: { recordNumber: 'H-9' }, reason: 'brought in unconscious' })
  const { open } = openGlassList.parse(await (await stranger.browser.request('GET', '/v1/break-glass/open')).json())
  await stranger.browser.request('DELETE', `/v1/break-glass/${open[0]?.id}`)
  const expected = ['same-surname', 'export', 'denials', 'break-glass']
  await expect.poll(waitingKinds).toEqual(expect.arrayContaining(expected))

  await using person = await openAt('/log/reviews', officer.browser)
  const { page } = person
  const queue = page.getByRole('list', { name: 'To review' })
  await queue.getByText('Sky clinician opened a patient who has their surname').waitFor()
  await queue.getByText('Sky clinician was refused 5 times in a short time').waitFor()
  await isInOrder(page)
  expect(await page.getByText('Vi Clinician').count()).toBe(0)

  await queue.getByRole('checkbox', { name: 'Sky clinician exported a patient’s record' }).check()
  await page.getByRole('button', { name: 'Sign off (1)' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Not justified' }).check()
  await dialog.getByRole('button', { name: 'Sign off' }).click()
  await dialog.getByText('Write what is done about it.').last().waitFor()
  await isInOrder(page)
  await dialog.getByLabel('What is done about it').fill('talked to them')
  await dialog.getByRole('button', { name: 'Sign off' }).click()
  await page.getByRole('status').getByText('1 is signed off.').waitFor()
  await queue.getByText('exported a patient’s record').waitFor({ state: 'detached' })

  await queue.getByRole('button', { name: 'Read the reason and review what Sky clinician opened' }).click()
  await dialog.getByText('brought in unconscious').waitFor()
  await dialog.getByRole('radio', { name: 'Justified', exact: true }).check()
  await dialog.getByRole('button', { name: 'Save the review' }).click()
  await queue.getByText('in an emergency').waitFor({ state: 'detached' })

  await page.getByRole('button', { name: /Choose all/ }).click()
  await page.getByRole('button', { name: /^Sign off \(\d+\)$/ }).click()
  await dialog.getByRole('radio', { name: 'Justified', exact: true }).check()
  await dialog.getByRole('button', { name: 'Sign off' }).click()
  await page.getByText('Nothing waits for review.').waitFor()
  await expect.poll(waitingKinds).toEqual([])

  await page.getByLabel('Refusals of one person').fill('1')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('From 2 to 1000.').waitFor()
  await page.getByLabel('Refusals of one person').fill('3')
  await page.getByRole('checkbox', { name: 'Same surname' }).uncheck()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('status').getByText('Saved: what comes up').waitFor()
})

test('an auditor sees who reviewed what and when, and none of the comments', async () => {
  const auditor = await staff('auditor')
  await using person = await openAt('/log/reviews', auditor.browser, { colorScheme: 'dark', phone: true, locale: 'es' })
  const { page } = person
  await page.getByText('No hay nada por revisar.').waitFor()
  await page.getByLabel('Mostrar').selectOption('signed-off')
  const done = page.getByRole('list', { name: 'Revisado' })
  await done.getByText('Sky clinician exportó la ficha de un paciente').waitFor()
  await done.getByText(/por Sky security-officer/).first().waitFor()
  await page.getByText('Denegaciones repetidas').last().waitFor()
  expect(await page.getByText('talked to them').count()).toBe(0)
  expect(await page.getByRole('checkbox').count()).toBe(0)
  await isInOrder(page)
})

test('what comes up meanwhile moves nothing under somebody’s hands, and shows by itself where nobody is', async () => {
  const [doctor, auditor] = [await staff('clinician'), await staff('auditor')]
  const beRefused = () => doctor.browser.request('GET', '/v1/audit/reviews')
  const exportLog = () => auditor.browser.post('/v1/audit/export', { format: 'csv', filter: {} })
  for (let tried = 0; tried < 5; tried++) await beRefused()
  await expect.poll(overview).toMatchObject({ waiting: [{ kind: 'denials' }], isLookedThrough: true })
  await using person = await openAt('/log', officer.browser)
  const { page } = person
  await page.clock.install()
  await page.goto(`${curtain.url}/log/reviews`)
  const queue = page.getByRole('list', { name: 'To review' })
  const first = queue.getByRole('checkbox', { name: 'Sky clinician was refused 5 times' })
  await first.check()
  const place = await first.boundingBox()

  await exportLog()
  const news = page.getByRole('status').getByRole('button', { name: '1 new: show' })
  await news.waitFor()
  expect(await queue.getByRole('listitem').count()).toBe(1)
  expect(await first.boundingBox()).toEqual(place)
  expect(await first.evaluate((box) => box === document.activeElement)).toBe(true)
  await isInOrder(page)
  const listed = () => person.requests.filter((url) => url.includes('/v1/audit/reviews?')).length
  const before = listed()
  // What is nothing to look at is asked about, and the queue is not read for it: that would be on record, and news again.
  await Promise.all([page.waitForResponse('**/v1/audit/reviews/overview'), doctor.browser.request('GET', '/v1/patients')])
  await news.click()
  const second = queue.getByRole('listitem').filter({ hasText: 'Sky auditor exported events of the log' })
  await second.and(page.locator(':focus')).waitFor()
  expect(await first.isChecked()).toBe(true)
  expect(listed()).toBe(before)

  // What grew is another than the one that was chosen.
  await beRefused()
  await page.getByRole('button', { name: 'Changed meanwhile: show' }).click()
  expect(await queue.getByRole('checkbox', { name: 'Sky clinician was refused 6 times' }).isChecked()).toBe(false)
  await page.clock.fastForward(61_000)
  await exportLog()
  await queue.getByText('Sky auditor exported events of the log').nth(1).waitFor()
  expect(await page.getByRole('status').getByRole('button').count()).toBe(0)
})
