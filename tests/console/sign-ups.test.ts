import { signUpList, userCreated } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import type { Person, PersonOptions } from '../support/browser.ts'
import { openConsole } from '../support/console-pages.ts'
import { curtainClient, startIdentityProvider, type IdentityProvider } from '../support/identity-provider.ts'
import { ask } from '../support/sign-in.ts'
import { confirmBeforeEach, makeWorld, type World } from '../support/world.ts'

// Asking for an account and having one by the organization's own identity provider, as people see it.
let world: World
let provider: IdentityProvider

beforeAll(async () => {
  world = await makeWorld()
  provider = await startIdentityProvider(world.curtain.url, { pages: true })
})
afterAll(async () => {
  await provider[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

confirmBeforeEach(() => world)

const openAt = (path: string, options?: Partial<PersonOptions>) => openConsole(world, path, options)

/** What somebody does on the provider's own pages. */
async function signInThere({ page }: Person, sub: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(sub)
  await page.getByPlaceholder('and password').fill('theirs')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('somebody asks for an account, and has one once an owner approves it', async () => {
  await using dana = await openAt('/people')
  await dana.page.getByText('Nobody waits for an account.').waitFor()
  await dana.page.getByRole('switch', { name: 'People may ask for an account' }).click()
  const address = await dana.page.getByRole('textbox', { name: 'Address to pass on' }).inputValue()

  await using kim = await world.open({ sender: 2, phone: true })
  await kim.page.goto(address)
  await kim.page.getByText('For people who work at Harbor Clinic.').waitFor()
  await kim.page.getByRole('button', { name: 'Ask for an account' }).click()
  await kim.page.getByText('Write your name, up to 100 characters.').waitFor()
  await isInOrder(kim.page)
  await kim.page.getByLabel('Your name').fill('Kim Roe')
  await kim.page.getByLabel('E-mail').fill('kim@elsewhere.example')
  await kim.page.getByLabel('Who you are').fill('I plan visits for Dana')
  await kim.page.getByRole('button', { name: 'Ask for an account' }).click()
  await kim.page.getByRole('heading', { name: 'Your request is on its way' }).waitFor()
  await isInOrder(kim.page)

  await dana.page.reload()
  await dana.page.getByText('I plan visits for Dana').waitFor()
  await isInOrder(dana.page)
  await dana.page.getByRole('button', { name: 'Approve Kim Roe' }).click()
  await dana.page.getByRole('button', { name: 'Make the account' }).click()
  await dana.page.getByText('Choose at least one role.').waitFor()
  await dana.page.getByRole('checkbox', { name: 'Scheduler' }).check()
  await isInOrder(dana.page)
  await dana.page.getByRole('button', { name: 'Make the account' }).click()
  await dana.page.getByRole('textbox', { name: 'Link for Kim Roe' }).waitFor()
  await dana.page.getByRole('button', { name: 'Done' }).click()
  await dana.page.getByText('Nobody waits for an account.').waitFor()
})

test('a request is refused after a question whose safe answer has the focus', async () => {
  const { signUps } = await ask(world.staff, signUpList, 'GET', '/v1/sign-ups')
  expect(signUps).toEqual([])
  await world.staff.request('PUT', '/v1/sign-ups/settings', { open: true })
  const organizationId = (await ask(world.staff, signUpList, 'GET', '/v1/sign-ups')).joinUrl.split('/').at(-1)
  await world.staff.request('POST', '/v1/sign-ups', { organizationId, name: 'Bo Marsh', email: 'bo@elsewhere.example', note: '' })
  await using dana = await openAt('/people', { colorScheme: 'dark' })
  const refuse = dana.page.getByRole('button', { name: 'Refuse Bo Marsh' })
  await refuse.click()
  const question = dana.page.getByRole('dialog', { name: 'Refuse Bo Marsh?' })
  await question.waitFor()
  await isInOrder(dana.page)
  await dana.page.keyboard.press('Enter')
  await question.waitFor({ state: 'detached' })
  await refuse.click()
  await question.getByRole('button', { name: 'Refuse', exact: true }).click()
  await dana.page.getByText('Nobody waits for an account.').waitFor()
})

test('an owner sets the identity provider up, and staff sign in with it', async () => {
  provider.knows({ sub: 'olu', email: 'olu@harbor.example', email_verified: true, name: 'Olu Ade' })
  await using dana = await openAt('/settings')
  const { page } = dana
  await page.getByRole('button', { name: 'Add a provider' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Write the secret that the provider gave to Curtain.').waitFor()
  await isInOrder(page)
  await page.getByLabel('Name', { exact: true }).fill('Harbor ID')
  await page.getByLabel('Issuer').fill(`${provider.issuer}/another`)
  await page.getByLabel('Client ID').fill(curtainClient.clientId)
  await page.getByLabel('Client secret').fill(curtainClient.clientSecret)
  await page.getByLabel('E-mail domains').fill('harbor.example')
  await page.getByLabel('Claim').fill('groups')
  await page.getByLabel('Values for Clinician').fill('doctors')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('What answers at this issuer is no OpenID Connect provider').waitFor()
  await page.getByLabel('Issuer').fill(provider.issuer)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Harbor ID' }).waitFor()
  await isInOrder(page)

  await using olu = await world.open({ sender: 2 })
  await olu.page.goto(`${world.curtain.url}/sign-in?next=/settings`)
  await olu.page.getByLabel('E-mail').fill('olu@harbor.example')
  await olu.page.getByRole('button', { name: 'Sign in with Harbor ID' }).click()
  await signInThere(olu, 'olu')
  await olu.page.getByText('Your request waits for approval by your organization.').waitFor()

  const [signUp] = (await ask(world.staff, signUpList, 'GET', '/v1/sign-ups')).signUps
  expect(signUp).toMatchObject({ name: 'Olu Ade', kind: 'identity-provider' })
  await world.staff.request('POST', `/v1/sign-ups/${signUp?.id}/approve`, { roles: ['scheduler'] })
  await olu.page.goto(`${world.curtain.url}/sign-in?next=/settings`)
  await olu.page.getByLabel('E-mail').fill('olu@harbor.example')
  await olu.page.getByRole('button', { name: 'Sign in with Harbor ID' }).click()
  // The provider knows them still, and asks for nothing.
  await olu.page.waitForURL(`${world.curtain.url}/settings`)
  await olu.page.getByRole('button', { name: 'Account of Olu Ade' }).click()
  await olu.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await olu.page.getByRole('link', { name: 'Sign out at Harbor ID too' }).waitFor()
  await isInOrder(olu.page)
})

test('somebody with a password links their account, in Spanish on a phone', async () => {
  provider.knows({ sub: 'dana', email: 'dana@harbor.example', email_verified: true })
  await using dana = await openAt('/account', { phone: true, locale: 'es-MX' })
  const link = dana.page.getByRole('button', { name: 'Vincular con Harbor ID' })
  await link.waitFor()
  await isInOrder(dana.page)
  await link.click()
  await signInThere(dana, 'dana')
  await dana.page.getByText('Vinculada con Harbor ID').waitFor()
})

test('a scheduler proposes a colleague, and is told that it waits', async () => {
  const made = await ask(world.staff, userCreated, 'POST', '/v1/users', { name: 'Sky Lund', email: 'sky@elsewhere.example', roles: ['scheduler'] })
  await using sky = await world.open({ sender: 2 })
  await sky.page.goto(made.link.url)
  await sky.page.getByLabel('New password').fill('seven lanterns over quiet water')
  await sky.page.getByRole('button', { name: 'Continue' }).click()
  await sky.page.waitForURL('**/today')
  await sky.page.getByRole('link', { name: 'People' }).click()
  await sky.page.getByLabel('Their name').fill('Ari Voss')
  await sky.page.getByLabel('Their e-mail address').fill('ari@harbor.example')
  await sky.page.getByRole('checkbox', { name: 'Clinician' }).check()
  await isInOrder(sky.page)
  await sky.page.getByRole('button', { name: 'Propose them' }).click()
  await sky.page.getByText('Ari Voss is proposed.').waitFor()
  const { signUps } = await ask(world.staff, signUpList, 'GET', '/v1/sign-ups')
  expect(signUps).toMatchObject([{ name: 'Ari Voss', kind: 'proposal', from: 'Sky Lund', roles: ['clinician'] }])
})
