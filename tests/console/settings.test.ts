import { me } from '@curtain/protocol'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import type { PersonOptions } from '../support/browser.ts'
import { comesWhenAskedAgain, openConsole } from '../support/console-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

// The one way to a visit that is not end-to-end encrypted, as its owner, the staff and a keyboard go it.
let world: World

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => world.staff.allowTransport([]))

const openAt = (path: string, options?: Partial<PersonOptions>) => openConsole(world, path, options)

async function beginVisit(page: Page, patient: string): Promise<void> {
  await page.getByRole('button', { name: 'New visit' }).first().click()
  await page.getByRole('dialog').getByLabel('Patient').first().fill(patient)
  await page.keyboard.press('Escape')
}

test.each(['light', 'dark'] as const)('an owner allows a kind of visits after reading what it means, in %s', async (colorScheme) => {
  await using dana = await openAt('/today', { colorScheme })
  const { page } = dana
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByText('All new visits are end-to-end encrypted.').waitFor()
  await isInOrder(page)

  const group = page.getByRole('switch', { name: 'Group visit' })
  await group.focus()
  await page.keyboard.press('Space')
  const question = page.getByRole('dialog', { name: 'Allow group visits that are not end-to-end encrypted?' })
  await question.waitFor()
  await isInOrder(page)
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'detached' })
  expect(await group.isChecked()).toBe(false)
  await group.and(page.locator(':focus')).waitFor()

  await page.keyboard.press('Space')
  await question.getByRole('button', { name: 'Allow it' }).click()
  await page.getByRole('status').getByText('Saved: group visits may be planned without end-to-end encryption.').waitFor()
  expect(await group.isChecked()).toBe(true)
  await isInOrder(page)

  await group.click()
  await page.getByRole('status').getByText('Saved: new group visits are always end-to-end encrypted.').waitFor()
  expect(await group.isChecked()).toBe(false)
  expect(await question.count()).toBe(0)
})

test.each(['light', 'dark'] as const)('only for an allowed kind is there a choice, and such a visit shows an open lock, in %s', async (colorScheme) => {
  await world.staff.allowTransport(['group'])
  await using dana = await openAt('/today', { colorScheme })
  const { page } = dana
  await beginVisit(page, `Sam Reed ${colorScheme}`)
  expect(await page.getByRole('radiogroup', { name: 'Encryption' }).count()).toBe(0)
  await page.getByLabel('Kind').selectOption('group')
  const choice = page.getByRole('radiogroup', { name: 'Encryption' })
  expect(await choice.getByRole('radio', { name: 'End-to-end encrypted (recommended)' }).isChecked()).toBe(true)
  await choice.getByRole('radio', { name: 'Transport only' }).check()
  await isInOrder(page)

  // Chosen for one kind, it is not chosen for another, nor for the same one again.
  await page.getByLabel('Kind').selectOption('consultation')
  expect(await choice.count()).toBe(0)
  await page.getByLabel('Kind').selectOption('group')
  expect(await choice.getByRole('radio', { name: 'Transport only' }).isChecked()).toBe(false)
  await choice.getByRole('radio', { name: 'Transport only' }).check()
  await page.getByRole('button', { name: 'Make the visit' }).click()
  await page.getByRole('dialog').getByText('Not end-to-end encrypted').waitFor()
  await isInOrder(page)
  await page.getByRole('button', { name: 'Done' }).click()

  const row = page.getByRole('listitem').filter({ hasText: `Sam Reed ${colorScheme}` })
  await row.getByText('Not end-to-end encrypted').waitFor()
  await isInOrder(page)
  await row.getByRole('button', { name: `Sam Reed ${colorScheme}`, exact: true }).click()
  await page.getByRole('dialog').getByText('the server could see and hear the visit').waitFor()
  await isInOrder(page)
})

test('a visit that is end-to-end encrypted is shown without any fuss', async () => {
  const { visit } = await world.staff.makeVisit({ patient: { name: 'Ola Berg' } })
  expect(visit.encryption).toBe('end-to-end')
  await using dana = await openAt('/today')
  const row = dana.page.getByRole('listitem').filter({ hasText: 'Ola Berg' })
  await row.waitFor()
  expect(await row.getByText(/encrypt/).count()).toBe(0)
})

test('a choice that was switched off in the meantime is refused in words, and goes away', async () => {
  await world.staff.allowTransport(['consultation'])
  await using dana = await openAt('/today')
  const { page } = dana
  await beginVisit(page, 'Kim Roe')
  await page.getByRole('radio', { name: 'Transport only' }).check()
  await world.staff.allowTransport([])
  await page.getByRole('button', { name: 'Make the visit' }).click()
  await page.getByText('Your organization allows this kind of visit only with end-to-end encryption.').waitFor()
  await page.getByRole('radiogroup', { name: 'Encryption' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Make the visit' }).click()
  await page.getByRole('heading', { name: 'The visit is made' }).waitFor()
  expect(await page.getByRole('dialog').getByText('Not end-to-end encrypted').count()).toBe(0)
})

test('what a colleague switched off does not come back with a change on a page that was open', async () => {
  await world.staff.allowTransport(['consultation'])
  await using dana = await openAt('/settings')
  const { page } = dana
  await page.getByRole('switch', { name: 'Consultation', checked: true }).waitFor()
  await world.staff.allowTransport([])
  await page.getByRole('switch', { name: 'Case conference' }).click()
  await page.getByRole('button', { name: 'Allow it' }).click()
  await page.getByRole('switch', { name: 'Case conference', checked: true }).waitFor()
  await page.getByRole('switch', { name: 'Consultation', checked: false }).waitFor()
})

test('without a network nothing is claimed to be saved', async () => {
  await using dana = await openAt('/settings')
  const { page } = dana
  const consultation = page.getByRole('switch', { name: 'Consultation' })
  const allow = async () => {
    await consultation.click()
    await page.getByRole('button', { name: 'Allow it' }).click()
  }
  await consultation.waitFor()
  await dana.context.setOffline(true)
  await allow()
  const notSaved = page.getByText('You are offline, so this was not saved.')
  await notSaved.waitFor()
  expect(await consultation.isChecked()).toBe(false)
  await isInOrder(page)
  await dana.context.setOffline(false)
  await allow()
  await page.getByRole('switch', { name: 'Consultation', checked: true }).waitFor()
  expect(await notSaved.count()).toBe(0)
})

test('settings that do not come say why, and come when they are asked for again', async () => {
  await using dana = await openAt('/today')
  await comesWhenAskedAgain(dana, { link: 'Settings', read: '**/v1/organization/settings', shown: 'All new visits are end-to-end encrypted.' })
  expect(await dana.page.getByText('You are offline').count()).toBe(0)
})

test('whoever may not change the settings reads them', async () => {
  await world.staff.allowTransport(['group'])
  await using sky = await openAt('/sign-in')
  const { page } = sky
  await sky.context.route('**/v1/me', async (route) => {
    const answer = await route.fetch()
    const who = me.parse(await answer.json())
    await route.fulfill({ response: answer, json: { ...who, user: { ...who.user, roles: ['clinician', 'scheduler'] } } })
  })
  await page.goto(`${world.curtain.url}/settings`)
  const encryption = page.getByRole('region', { name: 'Encryption' })
  await encryption.getByText('An owner or administrator of your organization can change this.').waitFor()
  expect(await encryption.getByRole('definition').allTextContents()).toEqual([
    'Always end-to-end encrypted', 'Staff may choose it when they plan one', 'Always end-to-end encrypted',
  ])
  expect(await page.getByRole('switch').count()).toBe(0)
  await isInOrder(page)
})

test('in Spanish too, on a phone', async () => {
  await world.staff.allowTransport(['consultation', 'group'])
  await using dana = await openAt('/settings', { phone: true, locale: 'es-MX' })
  await dana.page.getByRole('heading', { name: 'Ajustes' }).waitFor()
  await dana.page.getByRole('switch', { name: 'Consulta' }).waitFor()
  await isInOrder(dana.page)
  await dana.page.getByRole('switch', { name: 'Conferencia de caso' }).click()
  await dana.page.getByRole('dialog', { name: '¿Permitir conferencias de caso' }).waitFor()
  await isInOrder(dana.page)
})
