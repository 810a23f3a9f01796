import { alertList, signInLinkResult, userCreated } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { Staff } from '../support/staff.ts'
import { signInByCookie } from '../support/visit-pages.ts'
import { isSignedWith, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { makeWorld, type World } from '../support/world.ts'

let world: World
let mail: MailServer
let receiver: WebhookReceiver

beforeAll(async () => {
  mail = await startMailServer()
  receiver = await startWebhookReceiver()
  world = await makeWorld({ ...mail.environment, CURTAIN_WEBHOOK_PRIVATE_ADDRESSES: 'allow' })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
})

async function addOfficer(): Promise<Staff> {
  const body = { name: 'Kim Roe', email: 'kim@harbor.example', roles: ['security-officer'] }
  const { link } = await world.staff.call(userCreated, 'POST', '/v1/users', body)
  const officer = new Staff(world.curtain.url)
  await officer.call(signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret: new URL(link.url).hash.slice(1) })
  await officer.request('PUT', '/v1/me/password', { password: 'seven lanterns over quiet water' })
  await officer.request('GET', '/v1/sign-in')
  return officer
}

/** The next message whose subject says this. */
async function mailAbout(subject: string) {
  for (;;) {
    const message = await mail.next()
    if (message.subject === subject) return message
  }
}

test('a security officer is told of what a rule is about, by mail and by a signed webhook, once and then by how many', async () => {
  const officer = await addOfficer()
  await using kim = await world.open({ sender: 1 })
  await signInByCookie(kim, officer)
  const { page } = kim
  await page.goto(`${world.curtain.url}/log`)
  await page.getByRole('link', { name: 'Alerts' }).click()
  await page.getByText('There are no rules yet.').waitFor()

  await page.getByRole('button', { name: 'Make a rule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Refused')
  await dialog.getByRole('button', { name: 'Save the rule' }).click()
  await dialog.getByText('Choose at least one.').waitFor()
  await dialog.getByRole('checkbox', { name: 'Refusals' }).check()
  await dialog.getByLabel('A program of yours, by webhook').fill('http://hooks.example/')
  await isInOrder(page)
  await dialog.getByRole('button', { name: 'Save the rule' }).click()
  await dialog.getByText('Write an address that begins with https://').waitFor()
  await dialog.getByLabel('A program of yours, by webhook').fill(receiver.url)
  await dialog.getByRole('button', { name: 'Save the rule' }).click()
  await page.getByRole('dialog', { name: 'Keep this secret' }).waitFor()
  const secret = await dialog.getByLabel('Secret', { exact: true }).inputValue()
  await page.getByRole('button', { name: 'I have kept the secret' }).click()

  await page.getByRole('button', { name: 'Send a test of Refused' }).click()
  const tried = await receiver.next()
  expect(isSignedWith(secret, tried)).toBe(true)
  expect(JSON.parse(tried.body)).toMatchObject({ type: 'alert.test' })
  expect((await mailAbout('Test / Prueba: Refused')).text).toContain('Nothing has happened.')

  await page.getByRole('button', { name: 'New secret for Refused' }).click()
  await dialog.getByRole('button', { name: 'New secret' }).click()
  await dialog.getByText(/The old secret signs as well until/).waitFor()
  const newSecret = await dialog.getByLabel('Secret', { exact: true }).inputValue()
  await isInOrder(page)
  await page.getByRole('button', { name: 'I have kept the secret' }).click()
  const signing = async () => {
    await page.getByRole('button', { name: 'Send a test of Refused' }).click()
    const message = await receiver.next()
    return [isSignedWith(newSecret, message), isSignedWith(secret, message)]
  }
  expect(await signing()).toEqual([true, true])
  await page.getByRole('button', { name: 'Forget the old secret of Refused' }).click()
  await isInOrder(page)
  await dialog.getByRole('button', { name: 'Forget it now' }).click()
  await page.getByText('Refused signs with the new secret alone.').waitFor()
  await page.getByText(/The old secret signs as well until/).waitFor({ state: 'detached' })
  expect(await signing()).toEqual([true, false])

  // What the officer may not do is refused, and so they are told of themselves.
  for (let i = 0; i < 3; i++) expect((await officer.request('GET', '/v1/patients')).status).toBe(403)
  expect(JSON.parse((await receiver.next()).body)).toMatchObject({ type: 'alert.raised', data: { event: { type: 'access.denied' } } })
  const { text } = await mailAbout('Alert / Aviso: Refused')
  expect(text).toContain('Kim Roe')
  await page.goto(text.match(/In the log: (\S+)/)?.[1] ?? '')
  await page.getByText('Kim Roe tried to').first().waitFor()

  receiver.answerWith(503)
  const more = async () => (await officer.call(alertList, 'GET', '/v1/audit/alerts')).rules[0]?.quiet?.more
  await expect.poll(more).toBe(2)
  await page.goto(`${world.curtain.url}/log/alerts`)
  const line = page.getByRole('region', { name: 'Rules' }).getByRole('listitem').filter({ hasText: 'Refused' })
  await line.getByText('2 more so far').waitFor()
  await page.getByRole('button', { name: 'Send a test of Refused' }).click()
  await receiver.next()
  await page.getByText('It answered 503.').waitFor()
  await isInOrder(page)
  receiver.answerWith(204)
  await page.getByRole('button', { name: 'Send now: Refused' }).click()
  expect((await receiver.next()).id).toBe(receiver.received.at(-2)?.id)

  await page.getByRole('button', { name: 'Remove Refused' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Refused was removed.').waitFor()
  await page.getByText('There are no rules yet.').waitFor()
})
