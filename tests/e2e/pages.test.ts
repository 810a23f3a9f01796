import { patient as patientSchema, type Role, signInLinkResult, userCreated } from '@curtain/protocol'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { overflowsSideways, seriousProblems } from '../support/accessibility.ts'
import { Person, type PersonOptions, phoneViewport } from '../support/browser.ts'
import { type Curtain, startCurtain } from '../support/curtain.ts'
import { launchChromium } from '../support/browser.ts'
import { codeOf, relax } from '../support/sign-in.ts'
import { owner, Staff } from '../support/staff.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { comeToWaitingRoom, enterAsHost, inPeople, inVisit, letIn, more, openChat, say, signInByCookie } from '../support/visit-pages.ts'

// Every page a person can meet, as they meet it: set-up, sign-in, the day, a visit. Each is looked at by axe-core, at a
// desk and on a phone, in light and dark; the pictures in docs/images are taken here with CURTAIN_PICTURES=1.
const pictures = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const takesPictures = process.env['CURTAIN_PICTURES'] === '1'

let curtain: Curtain
let staff: Staff
const cleanup = new AsyncDisposableStack()
let open: (options: PersonOptions) => Promise<Person>

beforeAll(async () => {
  const folder = cleanup.use(temporaryFolder())
  curtain = await startCurtain(folder.path)
  cleanup.defer(() => curtain.stop())
  const browser = await launchChromium()
  cleanup.defer(() => browser.close())
  staff = new Staff(curtain.url)
  open = (options) => Person.open(browser, options)
})
afterAll(() => cleanup.disposeAsync())

async function isInOrder({ page }: Person, picture?: string): Promise<void> {
  expect(await seriousProblems(page), page.url()).toEqual([])
  expect(await overflowsSideways(page), page.url()).toBe(false)
  if (picture === undefined || !takesPictures) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: `${pictures}${picture}.png` })
}

/** The same page at other sizes; the person stays where they are. */
async function isInOrderAtEverySize(person: Person): Promise<void> {
  const before = person.page.viewportSize()
  for (const viewport of [phoneViewport, { width: 360, height: 640 }, { width: 844, height: 390 }, { width: 1280, height: 800 }]) {
    await person.page.setViewportSize(viewport)
    await isInOrder(person)
  }
  if (before !== null) await person.page.setViewportSize(before)
}

test('the owner sets the organization up by the link of the first start, which then is dead', async () => {
  const [, path] = await curtain.line(/(\/setup#[\w-]{43})/)
  await using dana = await open({ sender: 1 })
  await dana.page.goto(`${curtain.url}${path}`)
  expect(dana.page.url()).not.toContain('#')
  await isInOrderAtEverySize(dana)
  await dana.page.getByLabel('Name of the organization').fill(owner.organizationName)
  await dana.page.getByLabel('Your name').fill(owner.name)
  await dana.page.getByLabel('E-mail').fill(owner.email)
  await dana.page.getByLabel('Password', { exact: true }).fill(owner.password)
  await dana.page.getByRole('button', { name: 'Create the organization' }).click()
  await dana.page.getByRole('button', { name: 'Use an authenticator app' }).click()
  const secret = await dana.page.getByLabel('Key for the app').inputValue()
  await isInOrderAtEverySize(dana)
  await dana.page.getByLabel('Code', { exact: true }).fill(codeOf(secret.replaceAll(' ', '')))
  await dana.page.getByRole('button', { name: 'Check the code' }).click()
  await dana.page.getByRole('checkbox', { name: 'I have kept them' }).check()
  await dana.page.getByRole('button', { name: 'Continue' }).click()
  await dana.page.getByText('No visits today yet').waitFor()
  await isInOrderAtEverySize(dana)
  staff.cookie = (await dana.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  await relax(staff)

  await using late = await open({ sender: 1 })
  await late.page.goto(`${curtain.url}${path}`)
  await late.page.getByLabel('Name of the organization').fill('Another Clinic')
  await late.page.getByLabel('Your name').fill('Somebody Else')
  await late.page.getByLabel('E-mail').fill('else@harbor.example')
  await late.page.getByLabel('Password', { exact: true }).fill('a password of some length')
  await late.page.getByRole('button', { name: 'Create the organization' }).click()
  await late.page.getByText('This set-up link was used already').waitFor()
})

test('staff sign in, make a visit, copy its link, see who waits, and sign out', async () => {
  await using dana = await open({ sender: 1 })
  await dana.context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write'])
  const { page } = dana
  await page.goto(curtain.url)
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill('not the password at all')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The e-mail address or the password is not right').waitFor()
  await isInOrderAtEverySize(dana)
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByRole('button', { name: 'Sign in' }).click()

  await page.getByRole('button', { name: 'New visit' }).first().click()
  await page.getByLabel('Patient').first().fill('Ann Lee')
  await page.keyboard.press('Escape')
  await page.getByLabel('Reason (optional)').fill('Follow-up')
  await isInOrder(dana)
  await page.getByRole('button', { name: 'Make the visit' }).click()
  await page.getByRole('heading', { name: 'The visit is made' }).waitFor()
  await page.getByRole('button', { name: 'Copy the link' }).click()
  await page.getByText('The link is copied.').first().waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/\/v\/vis_[0-9a-z]{26}#[\w-]{43}$/)
  await page.getByRole('button', { name: 'Done' }).click()

  await using patient = await open({ sender: 2, phone: true })
  await comeToWaitingRoom(patient, copied)
  await page.getByText('Ann Lee is waiting').first().waitFor()
  await isInOrderAtEverySize(dana)
  await isInOrder(dana, 'today')

  await page.getByRole('button', { name: `Account of ${owner.name}` }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.goBack()
  expect(await page.getByText('Ann Lee').count()).toBe(0)
})

test.each(['light', 'dark'] as const)('a patient’s way from the link to the end is in order, on a phone, in %s', async (colorScheme) => {
  const inLight = (picture: string) => (colorScheme === 'light' ? picture : undefined)
  const inDark = (picture: string) => (colorScheme === 'dark' ? picture : undefined)
  await staff.signIn()
  const { visit, link } = await staff.makeVisit()
  await using patient = await open({ sender: 2, phone: true, colorScheme, portrait: true })
  await using host = await open({ sender: 1, colorScheme, portrait: true })

  await patient.page.goto(link.url)
  await patient.page.getByRole('button', { name: 'Start the check' }).waitFor()
  await isInOrder(patient)
  await patient.page.getByRole('button', { name: 'Start the check' }).click()
  await patient.page.getByRole('img', { name: 'Your picture' }).waitFor()
  await isInOrder(patient, inLight('check-phone'))
  await patient.page.getByRole('button', { name: 'Continue' }).click()
  await patient.page.getByRole('heading', { name: 'You are in the waiting room' }).waitFor()
  await isInOrder(patient, inLight('waiting-phone'))

  await enterAsHost(host, staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await Promise.all([patient.seesPictures(2), host.seesPictures(2)])
  await host.page.getByText('Ann Lee joined').waitFor({ state: 'hidden' })
  await isInOrderAtEverySize(patient)
  await isInOrder(patient, inDark('visit-phone-dark'))
  await isInOrderAtEverySize(host)
  await isInOrder(host, inLight('visit'))
  await host.page.getByRole('button', { name: 'People' }).click()
  await isInOrderAtEverySize(host)
  await inPeople(host, 'Invite somebody')
  await isInOrder(host)
  await host.page.keyboard.press('Escape')
  await patient.page.getByRole('banner').getByRole('button', { name: 'Private' }).click()
  const code = patient.page.getByRole('list', { name: 'Verification code' })
  await code.scrollIntoViewIfNeeded()
  await isInOrder(patient, inLight('lock-phone'))
  await patient.page.keyboard.press('Escape')
  await openChat(host)
  await say(host, 'The plan that we talked about: https://harbor.example/plan')
  await isInOrderAtEverySize(host)
  await host.page.getByRole('complementary', { name: 'Chat' }).getByRole('button', { name: 'Close' }).click()
  for (const dialog of ['Camera and sound', 'Keyboard shortcuts', 'How private is this?']) {
    await more(host, dialog)
    await isInOrder(host)
    await host.page.keyboard.press('Escape')
  }
  await patient.page.getByRole('button', { name: 'Leave' }).click()
  await isInOrder(patient)
  await patient.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await isInOrder(patient)
})

test('a patient whose phone speaks Spanish reads Spanish', async () => {
  await staff.signIn()
  const { link } = await staff.makeVisit()
  await using patient = await open({ sender: 2, phone: true, locale: 'es-MX' })
  await patient.page.goto(link.url)
  await patient.page.getByRole('heading', { name: 'Hola, Ann Lee' }).waitFor()
  expect(await patient.page.evaluate(() => document.documentElement.lang)).toBe('es')
  await isInOrderAtEverySize(patient)
})

test('the whole visit can be gone through with the keyboard alone', async () => {
  await staff.signIn()
  const { visit } = await staff.makeVisit()
  await using host = await open({ sender: 1 })
  await signInByCookie(host, staff)
  const { page } = host
  await page.goto(`${curtain.url}/visits/${visit.id}`)
  await page.getByRole('button', { name: 'Enter the visit' }).focus()
  await page.keyboard.press('Enter')
  await inVisit(host)
  await page.keyboard.press('m')
  await page.getByRole('switch', { name: 'Microphone', checked: false }).waitFor()
  await page.keyboard.press('m')
  await page.getByRole('switch', { name: 'Microphone', checked: true }).waitFor()
  await page.getByRole('button', { name: 'Leave' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Leave' }).and(page.locator(':focus')).waitFor()
})

// Each step of it is tested in audit-log.test.ts: here it is for the picture alone.
test.runIf(takesPictures)('a security officer asks who saw a patient', async () => {
  await staff.signIn()
  const [officer, doctor, desk] = [await colleague('Kim Roe', 'security-officer'), await colleague('Ola Berg', 'clinician'), await colleague('Bo Marsh', 'scheduler')]
  const ann = await staff.call(patientSchema, 'POST', '/v1/patients', { name: 'Ann Lee', recordNumber: 'H-77' })
  for (const someone of [staff, desk]) await someone.call(patientSchema, 'GET', `/v1/patients/${ann.id}`)
  await doctor.request('GET', `/v1/patients/${ann.id}`)
  await doctor.request('POST', '/v1/break-glass', { patient: { recordNumber: 'H-77' }, reason: 'Brought in unconscious, allergies not known' })
  await doctor.call(patientSchema, 'GET', `/v1/patients/${ann.id}`)
  await using kim = await open({ sender: 1, viewport: { width: 1280, height: 1120 } })
  await signInByCookie(kim, officer)
  const { page } = kim
  await page.goto(`${curtain.url}/log`)
  await page.getByRole('button', { name: 'Who saw a patient?' }).click()
  await page.getByLabel('Record number').fill('H-77')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await page.getByText('by emergency access').first().waitFor()
  await page.getByRole('link', { name: /Log.*waits for review/ }).waitFor()
  await isInOrder(kim, 'log')
})

/** Somebody else on the staff, signed in by a link. */
async function colleague(name: string, role: Role): Promise<Staff> {
  const email = `${name.toLowerCase().replace(' ', '.')}@harbor.example`
  const { link } = await staff.call(userCreated, 'POST', '/v1/users', { name, email, roles: [role] })
  const other = new Staff(curtain.url)
  await other.call(signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret: new URL(link.url).hash.slice(1) })
  await other.request('PUT', '/v1/me/password', { password: 'seven lanterns over quiet water' })
  await other.request('GET', '/v1/sign-in')
  return other
}
