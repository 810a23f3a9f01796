import { apiKeyCreated, roomToken, type VisitId } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import type { PersonOptions } from '../support/browser.ts'
import { comesWhenAskedAgain, openConsole } from '../support/console-pages.ts'
import { enterAsHost, letIn, inVisit } from '../support/visit-pages.ts'
import { confirmBeforeEach, makeWorld, type World } from '../support/world.ts'

// API keys as an owner makes and ends them, and what a portal does with one: it brings somebody into a visit.
let world: World

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

confirmBeforeEach(() => world)

const openAt = (path: string, options?: Partial<PersonOptions>) => openConsole(world, path, options)

const asProgram = (id: string, secret: string, path: string, body?: object) =>
  fetch(`${world.curtain.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

test('an owner makes a key, keeps its secret and ends it', async () => {
  await using dana = await openAt('/today')
  const { page } = dana
  const name = 'Portal'
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByText('There are no keys.').waitFor()
  await isInOrder(page)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText('Choose at least one.').waitFor()
  await page.getByLabel('Where it may be used from').fill('somewhere')
  await page.getByText('One of these is not an address or a range.').waitFor()
  await isInOrder(page)
  await page.getByLabel('Where it may be used from').fill('127.0.0.0/8, ::1')
  await page.getByLabel('Name').fill(name)
  await page.getByRole('checkbox', { name: 'See patients' }).check()
  await page.getByLabel('Ends after').selectOption('7 days')
  await page.getByRole('button', { name: 'Make the key' }).click()

  await page.getByRole('dialog', { name: 'The key is made' }).waitFor()
  await isInOrder(page)
  const id = await page.getByRole('textbox', { name: 'Key id' }).inputValue()
  const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
  expect(await page.getByText(`curl --user ${id}`).textContent()).not.toContain(secret)
  await page.getByRole('button', { name: 'Copy the secret' }).click()
  await page.getByText('Copied.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'I have kept the secret' }).click()

  const row = page.getByRole('listitem').filter({ hasText: name })
  await row.getByText('Never used').waitFor()
  await row.getByText('Ends soon').waitFor()
  await row.getByText('Only from 127.0.0.0/8 and ::1').waitFor()
  expect((await asProgram(id, secret, '/v1/patients')).status).toBe(200)
  await page.reload()
  await row.getByText(/Last used/).waitFor()
  expect(await page.content()).not.toContain(secret)
  await isInOrder(page)

  const end = row.getByRole('button', { name: `End ${name}` })
  await end.click()
  const question = page.getByRole('dialog', { name: `End ${name}?` })
  await question.waitFor()
  await isInOrder(page)
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'detached' })
  await end.click()
  await question.getByRole('button', { name: 'End', exact: true }).click()
  await page.getByRole('status').getByText(`${name} has ended.`).waitFor()
  await page.getByText('There are no keys.').waitFor()
  expect((await asProgram(id, secret, '/v1/patients')).status).toBe(401)
  expect(dana.requests.filter((url) => url.includes(secret))).toEqual([])
})

test('in Spanish too, on a phone, in the dark', async () => {
  await using dana = await openAt('/api-keys', { phone: true, locale: 'es-MX', colorScheme: 'dark' })
  await dana.page.getByRole('heading', { name: 'Claves de API' }).waitFor()
  await dana.page.getByRole('button', { name: 'Crear una clave' }).click()
  await dana.page.getByRole('checkbox', { name: 'Llevar a personas a las visitas' }).waitFor()
  await isInOrder(dana.page)
})

test('keys that do not come say why, and come when they are asked for again', async () => {
  await using dana = await openAt('/today')
  await comesWhenAskedAgain(dana, { link: 'API keys', read: '**/v1/api-keys', shown: 'There are no keys.' })
})

test('a portal sends somebody to their visit by a room token, in which they send no picture if it grants none', async () => {
  const answer = await world.staff.request('POST', '/v1/api-keys', { name: 'Portal', scopes: ['room-tokens:write'] })
  const { apiKey, secret } = apiKeyCreated.parse(await answer.json())
  const { visit } = await world.staff.makeVisit()
  const comeBy = async (visitId: VisitId, grants?: string[]) => {
    const body = { participant: { guest: { name: 'Sam Reed' } }, ...(grants && { grants }) }
    const { token } = roomToken.parse(await (await asProgram(apiKey.id, secret, `/v1/visits/${visitId}/room-tokens`, body)).json())
    return `${world.curtain.url}/v/${visitId}#token=${token}`
  }
  await using dana = await world.open({ sender: 0 })
  await enterAsHost(dana, world.staff, visit.id)

  await using sam = await world.open({ sender: 1 })
  const address = await comeBy(visit.id, ['publish-audio', 'subscribe', 'chat'])
  await sam.page.goto(address)
  await sam.page.getByRole('button', { name: 'Start the check' }).click()
  expect(new URL(sam.page.url()).hash).toBe('')
  await sam.page.getByRole('button', { name: 'Continue' }).click()
  await letIn(dana, 'Sam Reed')
  await inVisit(sam)
  await sam.hears(0)
  await dana.hears(1)
  await dana.sees(0)
  const controls = sam.page.getByRole('region', { name: 'Controls' })
  await controls.getByRole('switch', { name: 'Camera' }).waitFor({ state: 'detached' })
  expect(await controls.getByRole('switch').count()).toBe(1)
  await isInOrder(sam.page)
  await sam.page.reload()
  await sam.page.getByRole('button', { name: /Continue|Enter/ }).click()
  await inVisit(sam)
  expect(sam.requests.filter((url) => url.includes('eyJ'))).toEqual([])

  await using other = await world.open({ sender: 2 })
  await other.page.goto(address)
  await other.page.getByRole('heading', { name: 'Please open the visit again' }).waitFor()
  await isInOrder(other.page)
})
