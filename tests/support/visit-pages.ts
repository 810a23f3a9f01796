import type { VisitId } from '@curtain/protocol'
import type { Person } from './browser.ts'
import type { Staff } from './staff.ts'

/** From the link to the waiting room, pressing what the page offers. */
export async function comeToWaitingRoom(person: Person, link: string): Promise<void> {
  await person.page.goto(link)
  await person.page.getByRole('button', { name: 'Start the check' }).click()
  await person.page.getByRole('button', { name: 'Continue' }).click()
  await person.page.getByRole('heading', { name: 'You are in the waiting room' }).waitFor()
}

/** A member of staff, signed in already, opens a visit and goes in. */
export async function enterAsHost(person: Person, staff: Staff, visitId: VisitId): Promise<void> {
  await signInByCookie(person, staff)
  await person.page.goto(`${staff.url}/visits/${visitId}`)
  await person.page.getByRole('button', { name: 'Enter the visit' }).click()
  await inVisit(person)
}

export async function signInByCookie(person: Person, staff: Staff): Promise<void> {
  for (const cookie of staff.cookie.split('; ')) {
    const [name = '', value = ''] = cookie.split('=')
    await person.context.addCookies([{ name, value, url: staff.url }])
  }
}

export async function inVisit(person: Person): Promise<void> {
  await person.page.getByRole('region', { name: 'Controls' }).waitFor()
}

export async function letIn(host: Person, name: string): Promise<void> {
  await host.page.getByRole('region', { name: `${name} is waiting` }).getByRole('button', { name: 'Let in' }).click()
}

/** Presses something in the list of people, which it shows if need be. */
export async function inPeople(person: Person, name: string): Promise<void> {
  const button = person.page.getByRole('button', { name, exact: true })
  if (!(await button.isVisible())) await person.page.getByRole('button', { name: 'People' }).click()
  await button.click()
}

/** Presses something under “More”. */
export async function more(person: Person, name: string): Promise<void> {
  await person.page.getByRole('button', { name: 'More' }).click()
  await person.page.getByRole('dialog').getByRole('button', { name }).click()
}

export async function openChat(person: Person): Promise<void> {
  await person.page.getByRole('region', { name: 'Controls' }).getByRole('button', { name: /^Chat/ }).click()
}

/** Writes a message into the open chat. */
export async function say(person: Person, text: string): Promise<void> {
  const field = person.page.getByRole('textbox', { name: 'Message' })
  await field.fill(text)
  await field.press('Enter')
}

/** The page that says how it ended. */
export async function isTold(person: Person, heading: string): Promise<void> {
  await person.page.getByRole('heading', { name: heading }).waitFor()
}
