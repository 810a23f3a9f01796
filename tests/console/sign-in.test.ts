import { readFile } from 'node:fs/promises'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { launchChromium, Person, type PersonOptions } from '../support/browser.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { PasskeyDevice } from '../support/passkey-device.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { codeOf } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// How staff come in, protect their account, and are signed out, as they see it. One account from its first day on: each
// test goes on where the one before ended.
let mail: MailServer
let server: TestServer
const cleanup = new AsyncDisposableStack()
let open: (options?: Partial<PersonOptions>) => Promise<Person>

/** The browser in which the owner stays signed in, and what has their passkey. */
let dana: Person
const device = new PasskeyDevice()
let recoveryCodes: string[] = []
let appSecret = ''

beforeAll(async () => {
  mail = cleanup.use(await startMailServer())
  server = cleanup.use(await startTestServer({ environment: mail.environment }))
  const browser = await launchChromium()
  cleanup.defer(() => browser.close())
  open = (options = {}) => Person.open(browser, { sender: 1, ...options })
  dana = cleanup.use(await open())
  dana.context.on('request', (request) => void (request.url().endsWith('/v1/me') && asked.add(request)))
  dana.context.on('requestfinished', (request) => void asked.delete(request))
  dana.context.on('requestfailed', (request) => void asked.delete(request))
})
afterAll(() => cleanup.disposeAsync())

/** What the authenticator app shows; `steps` of 30 seconds from now, since each code is taken once. */
const code = (steps = 0) => codeOf(appSecret, Date.now() + steps * 30_000)

async function typePassword(page: Page, password = owner.password): Promise<void> {
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** What the pages of `dana` asked of the session and have no answer to. */
const asked = new Set<Request>()

/** What the pages asked before is sent before this, and what they were answered before is read before the answer to this. */
async function askSomething(pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.evaluate(() => fetch('/healthz').then((answer) => answer.text()))
}

/** Time that jumps while an answer is under way would make it older than the page takes it for. */
async function nothingIsUnderWay(pages: readonly Page[]): Promise<void> {
  do await askSomething(pages)
  while (asked.size > 0)
  await askSomething(pages)
}

/** Time passes, on the pages as on the server. */
async function pass(minutes: number, ...pages: Page[]): Promise<void> {
  await nothingIsUnderWay(pages)
  await server.world.query(`update sessions set last_used_at = last_used_at - make_interval(secs => $1)`, [minutes * 60])
  for (const page of pages) await page.clock.fastForward(minutes * 60_000)
}

/** Whoever is signed in showed who they are a moment ago: what it took until now, on a slow machine, counts for nothing. */
async function confirmationBegins(): Promise<void> {
  await server.world.query(`update sessions set confirmed_at = now() where confirmed_at is not null`)
}

/** That somebody showed who they are was longer ago than counts. */
async function confirmationIsOver(): Promise<void> {
  await server.world.query(`update sessions set confirmed_at = confirmed_at - interval '6 minutes'`)
}

test('the owner sets up the organization, a passkey and recovery codes, also where the page is loaded again on the way', async () => {
  const { page } = dana
  await page.goto(server.server.setupUrl ?? '')
  await page.getByLabel('Name of the organization').fill(owner.organizationName)
  await page.getByLabel('Your name').fill(owner.name)
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill('harbor clinic dana')
  await page.getByText('Add another word or two').waitFor()
  await isInOrder(page)
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByText('Very strong').waitFor()
  await page.getByRole('button', { name: 'Create the organization' }).click()

  await page.getByRole('heading', { name: 'A second way to show that it is you' }).waitFor()
  await isInOrder(page)
  await page.reload()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await isInOrder(page)
  await device.bringTo(page)
  await page.getByLabel('Name of the passkey').fill('Work laptop')
  await page.getByRole('button', { name: 'Make the passkey' }).click()

  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
  await isInOrder(page)
  recoveryCodes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
  expect(new Set(recoveryCodes).size).toBe(10)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()])
  expect(await readFile(await download.path(), 'utf8')).toContain(recoveryCodes.join('\n'))
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByText(recoveryCodes[0] ?? '').isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Continue' }).isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Keep the codes first').waitFor()
  await page.getByRole('checkbox', { name: 'I have kept them' }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('No visits today yet').waitFor()
})

test('password and passkey lead in, and a passkey that is declined says what else there is', async () => {
  await using kim = await open({ colorScheme: 'dark' })
  const { page } = kim
  await page.goto(`${server.url}/account`)
  await typePassword(page, 'not the password at all')
  await page.getByText('The e-mail address or the password is not right').waitFor()
  await typePassword(page)
  await page.getByRole('heading', { name: 'Show that it is you' }).waitFor()
  await isInOrder(page)
  await page.reload()
  await page.getByRole('heading', { name: 'Show that it is you' }).waitFor()
  await device.bringTo(page, 'wrong')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('No passkey was used.').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Show that it is you' }).waitFor()
  await device.bringTo(page)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  await isInOrder(page)
})

test('a recovery code lets in once; somebody without passkeys in their browser is shown the other ways', async () => {
  const [used = ''] = recoveryCodes
  await using kim = await open({ phone: true })
  await kim.context.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'))
  const { page } = kim
  await page.goto(`${server.url}/sign-in`)
  for (const outcome of ['in', 'refused'] as const) {
    await typePassword(page)
    await page.getByText('This browser cannot use passkeys.').waitFor()
    await page.getByLabel('Recovery code').fill(used.toUpperCase().replaceAll('-', ' '))
    await isInOrder(page)
    await page.getByRole('button', { name: 'Continue' }).click()
    if (outcome === 'in') {
      await page.getByText('No visits today yet').waitFor()
      await page.getByRole('button', { name: `Account of ${owner.name}` }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
    } else await page.getByText('That did not match.').waitFor()
  }
  await page.getByRole('button', { name: 'Sign in as somebody else' }).click()
  await page.getByLabel('E-mail').waitFor()
})

test('the account page adds an authenticator app, whose codes lead in, in Spanish and on a phone too', async () => {
  const { page } = dana
  await page.getByRole('button', { name: `Account of ${owner.name}` }).click()
  await page.getByRole('menuitem', { name: 'Account and sign-in' }).click()
  await page.getByText('9 codes are left.').waitFor()
  await isInOrder(page)
  await confirmationIsOver()
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const confirmation = page.getByRole('dialog', { name: 'Show again that it is you' })
  await confirmation.getByRole('button', { name: 'Use your password' }).click()
  await confirmation.getByLabel('Password', { exact: true }).fill('not the password at all')
  await confirmation.getByRole('button', { name: 'Confirm' }).click()
  await confirmation.getByText('That did not match.').waitFor()
  await isInOrder(page)
  await confirmation.getByLabel('Password', { exact: true }).fill(owner.password)
  await confirmation.getByRole('button', { name: 'Confirm' }).click()

  await page.getByRole('img', { name: 'Picture for the authenticator app to scan' }).waitFor()
  await isInOrder(page)
  appSecret = (await page.getByLabel('Key for the app').inputValue()).replaceAll(' ', '')
  await page.getByLabel('Code', { exact: true }).fill(code())
  await page.getByRole('button', { name: 'Check the code' }).click()
  await page.getByRole('status').getByText('The authenticator app is set up.').waitFor()
  // The code of this half minute may be taken again: nobody waits here for the next.
  await server.world.query('update authenticators set last_step = null')

  await using phone = await open({ phone: true, locale: 'es-MX' })
  await phone.page.goto(`${server.url}/account`)
  await phone.page.getByLabel('Correo electrónico').fill(owner.email)
  await phone.page.getByLabel('Contraseña', { exact: true }).fill(owner.password)
  await phone.page.getByRole('button', { name: 'Iniciar sesión' }).click()
  await phone.page.getByRole('button', { name: 'Usar su aplicación de autenticación' }).click()
  await phone.page.getByLabel('Código', { exact: true }).fill(code())
  await phone.page.getByRole('button', { name: 'Continuar' }).click()
  await phone.page.getByRole('heading', { name: 'Su cuenta' }).waitFor()
  await phone.page.getByText('Fallido: contraseña o código incorrectos').first().waitFor()
  await isInOrder(phone.page)
})

test('passkeys are renamed and removed, codes made anew, and other browsers signed out at once', async () => {
  await using kim = await open()
  await kim.page.goto(`${server.url}/sign-in`)
  await typePassword(kim.page)
  await kim.page.getByRole('button', { name: 'Use a recovery code' }).click()
  await kim.page.getByLabel('Recovery code').fill(recoveryCodes[1] ?? '')
  await kim.page.getByRole('button', { name: 'Continue' }).click()
  await kim.page.getByText('No visits today yet').waitFor()

  const { page } = dana
  await confirmationBegins()
  await page.reload()
  await page.getByRole('button', { name: 'Rename Work laptop' }).click()
  await page.getByRole('dialog').getByLabel('Name of the passkey').fill('Laptop at home')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Laptop at home').waitFor()

  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText('You are signed in here only.').waitFor()
  await kim.page.getByText('your session was ended from another place').waitFor()
  await isInOrder(kim.page)

  await page.getByRole('button', { name: 'Make new recovery codes' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make new recovery codes' }).click()
  await page.getByRole('list', { name: 'Recovery codes' }).waitFor()
  await isInOrder(page)
  await page.getByRole('checkbox', { name: 'I have kept them' }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('10 codes are left.').waitFor()

  await confirmationIsOver()
  await page.getByRole('button', { name: 'Remove Laptop at home' }).click()
  await page.getByRole('dialog', { name: 'Remove the passkey' }).getByRole('button', { name: 'Remove', exact: true }).click()
  await device.bringTo(page)
  await page.getByRole('dialog', { name: 'Show again that it is you' }).getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('You have no passkey yet.').waitFor()

  await page.getByRole('button', { name: 'Remove Authenticator app' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Add another one before you remove this one.').waitFor()
  await page.getByRole('button', { name: 'Keep it' }).click()

  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByLabel('Present password').fill(owner.password)
  await page.getByLabel('New password').fill(owner.password)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('You used this password before.').waitFor()
  await page.getByLabel('New password').fill('seven lanterns over quiet water')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').getByText('The password is changed.').waitFor()
})

test('who leaves the page alone is warned, and then signed out in every tab, with nothing to go back to', async () => {
  const second = await dana.context.newPage()
  const { page } = dana
  for (const tab of [page, second]) {
    await tab.clock.install()
    await tab.goto(`${server.url}/settings`)
    await tab.getByRole('heading', { name: 'Settings' }).waitFor()
  }
  await second.evaluate(() => {
    const heard = new Promise<void>((resolve) => {
      new BroadcastChannel('curtain-session').addEventListener('message', () => resolve(), { once: true })
    })
    Reflect.set(globalThis, 'heard', heard)
  })
  await page.getByRole('link', { name: 'Visits' }).click()
  await page.getByText('No visits today yet').waitFor()
  // The other tab is told of the use at once, not when time has passed.
  await second.evaluate(() => Reflect.get(globalThis, 'heard'))
  // A use is told to the server within a minute, and before the page warns it asks what the server knows.
  await Promise.all([page.waitForResponse('**/v1/me/activity'), page.clock.fastForward(61_000)])
  await Promise.all([page.waitForResponse('**/v1/me'), pass(13, page, second)])
  await pass(1.1, page, second)
  const warning = page.getByRole('dialog', { name: 'Are you still there?' })
  await warning.waitFor()
  await second.getByRole('dialog', { name: 'Are you still there?' }).waitFor()
  await isInOrder(page)
  await Promise.all([page.waitForResponse('**/v1/me/activity'), warning.getByRole('button', { name: 'Stay signed in' }).click()])
  await warning.waitFor({ state: 'detached' })
  await second.getByRole('dialog').waitFor({ state: 'detached' })

  await pass(15.5, page, second)
  for (const tab of [page, second]) await tab.getByText('You were signed out because Curtain was not used').waitFor()
  await isInOrder(page)
  await page.goBack()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(await page.getByText('Settings').count()).toBe(0)
})

test('who forgot their password is mailed a link that leads to a new one, after the second factor', async () => {
  await using kim = await open()
  const { page } = kim
  await page.goto(`${server.url}/sign-in`)
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByRole('button', { name: 'Forgot your password?' }).click()
  await isInOrder(page)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
  await isInOrder(page)

  let link: string | undefined
  while (link === undefined) link = /^http\S+\/welcome#\S+$/m.exec((await mail.next()).text)?.[0]
  await page.goto(link)
  await page.getByLabel('Code', { exact: true }).fill(code(1))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Choose a new password. You are signed out everywhere else with it.').waitFor()
  await isInOrder(page)
  await page.getByLabel('New password').fill('nine paper boats under a bridge')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('No visits today yet').waitFor()
})
