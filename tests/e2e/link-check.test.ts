import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import type { Person } from '../support/browser.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { enterAsHost, signInByCookie } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

// What a link asks for before it opens: as the person who was sent it, and as the staff who chose it and help.
const patient = { name: 'Ann Lee', birthDate: '1958-04-30', email: 'ann@home.example' }

let mailServer: MailServer
let world: World
beforeAll(async () => {
  mailServer = await startMailServer()
  world = await makeWorld(mailServer.environment)
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await mailServer?.[Symbol.asyncDispose]()
})

async function openToday(): Promise<Person> {
  const person = await world.open({ sender: 1 })
  await signInByCookie(person, world.staff)
  await person.page.goto(`${world.curtain.url}/today`)
  return person
}

async function answer(page: Page, { month, day, year }: { month: string; day: string; year: string }): Promise<void> {
  await page.getByLabel('Month').selectOption(month)
  await page.getByLabel('Day').fill(day)
  await page.getByLabel('Year').fill(year)
  await page.getByLabel('Year').press('Enter')
}

test('a patient on a phone answers with their birth date, and the clinician sees that they did', async () => {
  const { visit, link } = await world.staff.makeVisit({ patient, check: 'birth-date' })
  await using ann = await world.open({ sender: 2, phone: true })
  const { page } = ann
  await page.goto(link.url)
  await page.getByRole('heading', { name: 'Please confirm that it is you' }).waitFor()
  await page.getByText('Harbor Clinic asks for your birth date').waitFor()
  await isInOrder(page)
  // As their language writes a date.
  const order = await page.getByRole('group', { name: 'When were you born?' }).getByRole('textbox').or(page.getByRole('combobox')).all()
  expect(await Promise.all(order.map((field) => field.evaluate((element) => element.closest('label')?.firstChild?.textContent)))).toEqual(['Month', 'Day', 'Year'])

  await answer(page, { month: 'April', day: '31', year: '1958' })
  await page.getByRole('alert').getByText('There is no such date.').waitFor()
  await answer(page, { month: 'April', day: '30', year: '58' })
  await page.getByRole('alert').getByText('four digits').waitFor()
  await answer(page, { month: 'April', day: '30', year: '1985' })
  await page.getByRole('alert').getByText('That is not the birth date that the clinic has. 4 tries left.').waitFor()
  await page.getByLabel('Month').and(page.locator(':focus')).waitFor()
  await isInOrder(page)
  await answer(page, { month: 'April', day: '30', year: '1958' })
  await page.getByRole('heading', { name: 'Hello, Ann Lee' }).waitFor()
  expect(ann.requests.filter((url) => /1958|#/.test(url))).toEqual([])

  await page.getByRole('button', { name: 'Start the check' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await using dana = await world.open({ sender: 1 })
  await enterAsHost(dana, world.staff, visit.id)
  await dana.page.getByRole('region', { name: 'Ann Lee is waiting' }).getByText('confirmed by birth date').waitFor()
})

test('a mailed code opens the link, in Spanish and in the dark', async () => {
  const { link } = await world.staff.makeVisit({ patient, check: 'mailed-code' })
  await using ann = await world.open({ sender: 2, phone: true, locale: 'es-ES', colorScheme: 'dark' })
  const { page } = ann
  await page.goto(link.url)
  await page.getByText('Hemos enviado seis cifras a la dirección de correo que Harbor Clinic tiene de usted.').waitFor()
  await page.getByText(/Podrá pedir otro código en \d+ segundos/).waitFor()
  await isInOrder(page)
  const mail = await mailServer.next()
  expect(mail.to).toEqual([patient.email])
  const code = /es (\d{6})/.exec(mail.text)?.[1] ?? ''

  const field = page.getByLabel('Su código del correo')
  await field.fill('12 34')
  await field.press('Enter')
  await page.getByRole('alert').getByText('Un código tiene seis cifras.').waitFor()
  await field.fill(code === '000000' ? '000001' : '000000')
  await field.press('Enter')
  await page.getByRole('alert').getByText('Quedan 4 intentos.').waitFor()
  await isInOrder(page)
  // As somebody reads it out.
  await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`)
  await field.press('Enter')
  await page.getByRole('heading', { name: 'Ann Lee' }).waitFor()
})

test('after five wrong answers the link is locked, the staff see it and make a new one', async () => {
  const { visit, link } = await world.staff.makeVisit({ patient: { ...patient, name: 'Ola Berg' }, check: 'birth-date' })
  await using ola = await world.open({ sender: 2, phone: true })
  const { page } = ola
  await page.goto(link.url)
  for (const left of ['4 tries left', '3 tries left', '2 tries left', '1 try left']) {
    await answer(page, { month: 'May', day: '1', year: '1960' })
    await page.getByRole('alert').getByText(left).waitFor()
  }
  await page.getByText('After another wrong answer the link is locked.').waitFor()
  await answer(page, { month: 'May', day: '1', year: '1960' })
  await page.getByRole('heading', { name: 'This link is locked' }).waitFor()
  await page.getByText('Please call the clinic').waitFor()
  await isInOrder(page)

  await using dana = await openToday()
  const row = dana.page.getByRole('listitem').filter({ hasText: 'Ola Berg' })
  await row.getByText('A link is locked').waitFor()
  await row.getByRole('button', { name: 'Ola Berg', exact: true }).click()
  const details = dana.page.getByRole('dialog')
  await details.getByText('The link was locked after five wrong answers. Call the person and make a new one.').waitFor()
  await isInOrder(dana.page)
  await details.getByRole('button', { name: 'New link for Ola Berg' }).click()
  const dialog = dana.page.getByRole('dialog', { name: 'New link for Ola Berg' })
  expect(await dialog.getByLabel('What the link asks for').inputValue()).toBe('birth-date')
  await dialog.getByRole('button', { name: 'Make and copy a new link' }).click()
  const again = await dialog.getByLabel('Link for Ola Berg').inputValue()
  expect((await world.staff.readVisit(visit.id)).participants).toMatchObject([{ check: { state: 'open' } }])
  await page.goto('about:blank')
  await page.goto(again)
  await answer(page, { month: 'April', day: '30', year: '1958' })
  await page.getByRole('heading', { name: 'Hello, Ola Berg' }).waitFor()
})

test('staff choose what links ask for: for all patients, for one visit, and for a guest', async () => {
  await using dana = await openToday()
  const { page } = dana
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('radio', { name: 'The patient’s birth date' }).check()
  await page.getByRole('status').getByText('Saved: links of patients ask for').waitFor()
  await isInOrder(page)

  await page.goto(`${world.curtain.url}/today`)
  await page.getByRole('button', { name: 'New visit' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Patient').first().fill('Kim Roe')
  await page.keyboard.press('Escape')
  const check = dialog.getByLabel('What the link asks for')
  await check.locator('option[value="birth-date"]:checked').waitFor({ state: 'attached' })
  await dialog.getByRole('button', { name: 'Make the visit' }).click()
  await dialog.getByText('Their link asks for the birth date: choose it.').waitFor()
  await dialog.getByLabel('Birth date of the new patient').fill('1971-02-03')
  await dialog.getByRole('checkbox', { name: 'Send them the link by e-mail' }).check()
  await dialog.getByLabel('E-mail address of the new patient').fill('kim@home.example')
  await isInOrder(page)
  await dialog.getByRole('button', { name: 'Make the visit' }).click()
  await dialog.getByText('The link is on its way by e-mail.').waitFor()
  await isInOrder(page)
  expect((await mailServer.next()).to).toEqual(['kim@home.example'])
  await dialog.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('button', { name: 'Kim Roe', exact: true }).click()
  await dialog.getByText('Their link asks for the birth date').waitFor()
  await dialog.getByLabel('Name of the guest').fill('Sam Reed')
  await dialog.getByLabel('E-mail of the guest').fill('sam@home.example')
  await isInOrder(page)
  await dialog.getByRole('button', { name: 'Make their link' }).click()
  await dialog.getByText('Their link asks for a mailed code').waitFor()
})
