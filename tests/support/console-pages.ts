import { useHeader } from '@curtain/protocol'
import { isInOrder } from './accessibility.ts'
import type { Person, PersonOptions } from './browser.ts'
import type { Staff } from './staff.ts'
import { signInByCookie } from './visit-pages.ts'
import type { World } from './world.ts'

/** A browser in which a member of staff is signed in, at a path of the console. */
export async function openConsole(world: World, path: string, options: Partial<PersonOptions> = {}, as: Staff = world.staff): Promise<Person> {
  const person = await world.open({ sender: 1, ...options })
  await signInByCookie(person, as)
  await person.page.goto(`${world.curtain.url}${path}`)
  return person
}

/**
 * Comes to a page while what it reads does not come: it says why, and shows it once it is asked for again.
 * @param link to the page
 * @param read what it reads, as a pattern of addresses
 * @param shown a text of what has come
 */
export async function comesWhenAskedAgain({ page, context }: Person, { link, read, shown }: Record<'link' | 'read' | 'shown', string>): Promise<void> {
  // The page asks again by itself as well, after a while: that would take the button away just when it is pressed.
  let isAway = true
  await context.route(read, (route) => (isAway || useHeader in route.request().headers() ? route.abort() : route.continue()))
  await page.getByRole('link', { name: link }).click()
  await page.getByText('You are offline. We try again').waitFor()
  await isInOrder(page)
  isAway = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText(shown).waitFor()
}
