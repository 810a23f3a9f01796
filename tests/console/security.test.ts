import { signInLinkResult, userCreated } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import type { PersonOptions } from '../support/browser.ts'
import { openConsole } from '../support/console-pages.ts'
import { Staff } from '../support/staff.ts'
import { confirmBeforeEach, makeWorld, type World } from '../support/world.ts'

// How accounts are protected, and the login log, as an owner and a security officer see them.
let world: World

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

confirmBeforeEach(() => world)

const openAt = (path: string, as: Staff, options?: Partial<PersonOptions>) => openConsole(world, path, options, as)

/** A security officer, who came by a one-time link and is protected by what the organization asks for. */
async function addOfficer(): Promise<Staff> {
  const body = { name: 'Kim Roe', email: 'kim@harbor.example', roles: ['security-officer'] }
  const { link } = await world.staff.call(userCreated, 'POST', '/v1/users', body)
  const officer = new Staff(world.curtain.url)
  await officer.call(signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret: new URL(link.url).hash.slice(1) })
  await officer.request('PUT', '/v1/me/password', { password: 'seven lanterns over quiet water' })
  await officer.request('GET', '/v1/sign-in')
  return officer
}

test('an owner limits the networks, is kept from locking themselves out, and is told what relaxing means', async () => {
  await using dana = await openAt('/settings', world.staff, { colorScheme: 'dark' })
  const { page } = dana
  const networks = page.getByRole('textbox', { name: 'Everybody' })
  await networks.fill('the office')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Something here is not an address or a range').waitFor()
  await isInOrder(page)
  await networks.fill('198.51.100.0/24')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('alert').getByText('With this you would lock yourself out').waitFor()

  await page.getByText('You are at 127.0.0.1 now.').waitFor()
  await page.getByRole('button', { name: 'Add my address' }).click()
  expect(await networks.inputValue()).toBe('198.51.100.0/24\n127.0.0.1')
  await page.getByLabel('Sign out after').selectOption('10 minutes without use')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('status').getByText('Saved. It holds for everybody from now on.').waitFor()
  expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)

  await page.getByRole('radio', { name: 'Everybody needs one' }).check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' })
  await page.getByRole('radio', { name: 'Left to each person' }).check()
  await page.getByRole('alert').getByText('Then a password alone opens accounts').waitFor()
  await isInOrder(page)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' })
  await page.reload()
  expect(await page.getByLabel('Sign out after').inputValue()).toBe('10')
  expect(await networks.inputValue()).toBe('198.51.100.0/24\n127.0.0.1')
})

test('a security officer reads who signed in, of everybody and of one person, and only reads the settings', async () => {
  const officer = await addOfficer()
  await world.staff.request('POST', '/v1/sign-in', { email: 'kim@harbor.example', password: 'not this one at all' })
  await using kim = await openAt('/today', officer, { phone: true, locale: 'es' })
  const { page } = kim
  await page.getByRole('link', { name: 'Inicios de sesión' }).click()
  const lines = page.getByRole('main').getByRole('listitem')
  await page.getByText('Fallido').first().waitFor()
  expect(await lines.filter({ hasText: 'Dana Whitfield' }).count()).toBeGreaterThan(0)
  await isInOrder(page)
  await page.getByLabel('Persona').selectOption('Kim Roe')
  await lines.filter({ hasText: 'Dana Whitfield' }).first().waitFor({ state: 'detached' })
  await lines.nth(1).waitFor()
  expect(await lines.allTextContents()).toEqual([expect.stringContaining('Kim Roe'), expect.stringContaining('Kim Roe')])

  await page.getByRole('link', { name: 'Ajustes' }).click()
  await page.getByText('Un propietario de su organización puede cambiarlo.').waitFor()
  await isInOrder(page)
  expect(await page.getByRole('button', { name: 'Guardar' }).count()).toBe(0)
})
