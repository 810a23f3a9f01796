import { userCreated, type Role } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import type { Person, PersonOptions } from '../support/browser.ts'
import { comesWhenAskedAgain, openConsole } from '../support/console-pages.ts'
import { confirmBeforeEach, makeWorld, type World } from '../support/world.ts'

// Accounts and what each role finds in the console, as people see it.
let world: World

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

confirmBeforeEach(() => world)

const openAt = (path: string, options?: Partial<PersonOptions>) => openConsole(world, path, options)

/** Somebody new follows their one-time link and chooses a password. */
async function choosePassword({ page }: Person, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('New password').fill('seven lanterns over quiet water')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/today')
}

/** A browser of somebody new, who is in. */
async function welcome(name: string, ...roles: Role[]): Promise<Person> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@harbor.example`
  const answer = await world.staff.request('POST', '/v1/users', { name, email, roles })
  const { link } = userCreated.parse(await answer.json())
  const person = await world.open({ sender: 2 })
  await choosePassword(person, link.url)
  return person
}

test.each(['light', 'dark'] as const)('an owner adds somebody, changes their roles, suspends them and lets them in again, in %s', async (colorScheme) => {
  await using dana = await openAt('/today', { colorScheme })
  const { page } = dana
  const name = `Kim Roe ${colorScheme}`
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByText('Choose at least one role.').waitFor()
  await isInOrder(page)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail address').fill(`kim.${colorScheme}@harbor.example`)
  await page.getByRole('checkbox', { name: 'Scheduler' }).check()
  await page.getByRole('button', { name: 'Make the account' }).click()
  const link = await page.getByRole('textbox', { name: `Link for ${name}` }).inputValue()
  await isInOrder(page)
  await page.getByRole('button', { name: 'Done' }).click()

  await using kim = await world.open({ sender: 2 })
  await choosePassword(kim, link)
  await kim.page.getByRole('heading', { name: 'Today', exact: true }).waitFor()

  const row = page.getByRole('listitem').filter({ hasText: name })
  await row.getByText('Scheduler').waitFor()
  await row.getByRole('button', { name: `Change roles of ${name}` }).click()
  await page.getByRole('checkbox', { name: 'Auditor' }).check()
  await isInOrder(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await row.getByText('Scheduler and Auditor').waitFor()

  await row.getByRole('button', { name: `Reset sign-in of ${name}` }).click()
  await page.getByRole('dialog', { name: `Reset how ${name} signs in?` }).waitFor()
  await isInOrder(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Reset sign-in' }).click()
  await page.getByRole('status').getByText(`${name} can set up anew how they sign in.`).waitFor()
  await kim.page.getByText('your session was ended from another place').waitFor()

  await row.getByRole('button', { name: `Suspend ${name}` }).click()
  await page.getByRole('dialog', { name: `Suspend ${name}?` }).waitFor()
  await isInOrder(page)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await row.getByRole('button', { name: `Suspend ${name}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend', exact: true }).click()
  await row.getByText('Suspended').waitFor()
  await kim.page.getByLabel('E-mail').fill(`kim.${colorScheme}@harbor.example`)
  await kim.page.getByLabel('Password', { exact: true }).fill('seven lanterns over quiet water')
  await kim.page.getByRole('button', { name: 'Sign in' }).click()
  await kim.page.getByText('The e-mail address or the password is not right').waitFor()

  await row.getByRole('button', { name: `Resume ${name}` }).click()
  await page.getByRole('status').getByText(`${name} can sign in again.`).waitFor()
  await row.getByRole('button', { name: `Suspend ${name}` }).waitFor()
  await isInOrder(page)
})

test('a refusal is told in words: the last owner stays one', async () => {
  await using dana = await openAt('/people')
  const { page } = dana
  await page.getByRole('button', { name: 'Change roles of Dana Whitfield' }).click()
  expect(await page.getByRole('checkbox').count()).toBe(2)
  await page.getByRole('checkbox', { name: 'Owner' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Your organization needs an owner with an active account.').waitFor()
})

test('accounts that do not come say why, and come when they are asked for again', async () => {
  await using dana = await openAt('/today')
  await comesWhenAskedAgain(dana, { link: 'People', read: '**/v1/users', shown: 'dana@harbor.example' })
})

test('a security officer reads the accounts; an auditor finds neither them nor any visit', async () => {
  await using officer = await welcome('Olu Ade', 'security-officer')
  await officer.page.getByRole('link', { name: 'People' }).click()
  await officer.page.getByText('An owner or administrator of your organization can change this.').waitFor()
  expect(await officer.page.getByRole('button', { name: /Change roles|Suspend|Add a person/ }).count()).toBe(0)
  await isInOrder(officer.page)

  await using auditor = await welcome('Ari Voss', 'auditor')
  await auditor.page.getByText('Visits and patients are for clinicians and schedulers.').waitFor()
  expect(await auditor.page.getByRole('link', { name: /People|Visits/ }).count()).toBe(0)
  expect(auditor.requests.filter((url) => /\/v1\/(visits|patients|users)/.test(url))).toEqual([])
  await isInOrder(auditor.page)
  await auditor.page.goto(`${world.curtain.url}/people`)
  await auditor.page.getByText('There is no such page').waitFor()
})

test('a scheduler plans a visit with a clinician, and is not shown or asked why it takes place', async () => {
  await world.staff.makeVisit({ patient: { name: 'Ola Berg' }, reason: 'a private matter' })
  await using sky = await welcome('Sky Lund', 'scheduler')
  const { page } = sky
  await page.getByRole('button', { name: 'Ola Berg', exact: true }).waitFor()
  expect(await page.getByText('a private matter').count()).toBe(0)
  expect(await page.getByRole('link', { name: /Open the visit|Let in/ }).count()).toBe(0)
  await page.getByRole('button', { name: 'New visit' }).first().click()
  await page.getByRole('dialog').getByLabel('Patient').first().fill('Bo Marsh')
  await page.keyboard.press('Escape')
  expect(await page.getByLabel('Reason').count()).toBe(0)
  await page.getByRole('button', { name: 'Make the visit' }).click()
  await page.getByText('Choose who holds the visit.').waitFor()
  await isInOrder(page)
  await page.getByLabel('With', { exact: true }).selectOption('Dana Whitfield')
  await page.getByRole('button', { name: 'Make the visit' }).click()
  await page.getByRole('heading', { name: 'The visit is made' }).waitFor()
  await isInOrder(page)
})

test('in Spanish too, on a phone', async () => {
  await using dana = await openAt('/people', { phone: true, locale: 'es-MX' })
  await dana.page.getByRole('heading', { name: 'Personal' }).waitFor()
  await dana.page.getByRole('button', { name: 'Añadir a una persona' }).click()
  await dana.page.getByRole('checkbox', { name: 'Profesional clínico' }).waitFor()
  await isInOrder(dana.page)
})
