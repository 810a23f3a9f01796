import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signInLinkResult, userCreated } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInOrder } from '../support/accessibility.ts'
import { Staff } from '../support/staff.ts'
import { signInByCookie } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

let world: World

beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

async function addOfficer(): Promise<Staff> {
  const body = { name: 'Kim Roe', email: 'kim@harbor.example', roles: ['security-officer'] }
  const { link } = await world.staff.call(userCreated, 'POST', '/v1/users', body)
  const officer = new Staff(world.curtain.url)
  await officer.call(signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret: new URL(link.url).hash.slice(1) })
  await officer.request('PUT', '/v1/me/password', { password: 'seven lanterns over quiet water' })
  await officer.request('GET', '/v1/sign-in')
  return officer
}

/** The file that the checkpoints of today are in. */
function keptFile(): string {
  const folder = join(world.curtain.dataFolder, 'checkpoints')
  const [organization = ''] = readdirSync(folder)
  return join(folder, organization, readdirSync(join(folder, organization)).toSorted().at(-1) ?? '')
}

test('a security officer sees how the log is kept, keeps a checkpoint, and is told when what is kept does not fit the log', async () => {
  const officer = await addOfficer()
  await using kim = await world.open({ sender: 1, colorScheme: 'dark' })
  await signInByCookie(kim, officer)
  const { page } = kim
  const lookAgain = () => page.getByRole('button', { name: 'Look again' }).click()
  await page.goto(`${world.curtain.url}/log/state`)
  await page.getByText('Everything is in order').waitFor()
  const place = page.getByRole('listitem').filter({ hasText: 'Folder' })
  await place.getByText('Up to date').waitFor()
  await isInOrder(page)

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as a file' }).click()])
  const note = readFileSync(await download.path(), 'utf8')
  expect(note).toMatch(/^curtain\/org_\w{26}\n\d+\n/)
  await expect.poll(() => readFileSync(keptFile(), 'utf8')).toContain(note)

  // Somebody writes another history: what is kept outside was of the first one.
  await world.curtain.stop()
  const root = `${'A'.repeat(43)}=`
  writeFileSync(keptFile(), readFileSync(keptFile(), 'utf8').replaceAll(/\n[\w+/]{43}=\n/g, `\n${root}\n`))
  await world.curtain.start()
  const alert = page.getByRole('alert').filter({ hasText: 'This has to be looked at' })
  await expect.poll(async () => {
    await lookAgain()
    return await page.getByRole('main').textContent()
  }).toMatch(/The log is not what was signed and kept.*A checkpoint that is kept outside the database says something else/)
  await alert.waitFor()
  await page.getByRole('listitem').filter({ hasText: 'The log is not the one of which a checkpoint was kept' }).waitFor()
  expect(await place.textContent()).toContain('Does not fit')
  await isInOrder(page)
})
