import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, screenCode } from '../support/browser.ts'
import { comeToWaitingRoom, enterAsHost, inPeople, inVisit, isTold, letIn, more } from '../support/visit-pages.ts'
import { makeWorld, type World } from '../support/world.ts'

const clinicianSends = 1
const patientSends = 2

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

/** A clinician and a patient who see and hear each other, she at a desk, he on a phone. */
async function inVisitTogether(): Promise<{ clinician: Person; patient: Person; together: AsyncDisposableStack; visit: Awaited<ReturnType<World['staff']['makeVisit']>> }> {
  const together = new AsyncDisposableStack()
  const visit = await world.staff.makeVisit()
  const patient = together.use(await world.open({ sender: patientSends, phone: true }))
  const clinician = together.use(await world.open({ sender: clinicianSends }))
  await comeToWaitingRoom(patient, visit.link.url)
  await enterAsHost(clinician, world.staff, visit.visit.id)
  await letIn(clinician, 'Ann Lee')
  await inVisit(patient)
  return { clinician, patient, together, visit }
}

describe('a visit of two', () => {
  test('both see and hear each other, over SRTP with AES-256-GCM, and nobody before the patient is let in', async () => {
    const { visit, link } = await world.staff.makeVisit()
    await using patient = await world.open({ sender: patientSends, phone: true })
    await using clinician = await world.open({ sender: clinicianSends })

    await comeToWaitingRoom(patient, link.url)
    expect(patient.page.url()).not.toContain('#')
    await enterAsHost(clinician, world.staff, visit.id)
    await clinician.page.getByRole('region', { name: 'Ann Lee is waiting' }).waitFor()
    await clinician.sees(clinicianSends)
    expect(await patient.transports()).toEqual([])

    await letIn(clinician, 'Ann Lee')
    await inVisit(patient)
    await Promise.all([clinician.sees(clinicianSends, patientSends), patient.sees(clinicianSends, patientSends)])
    await clinician.hears(patientSends)
    await patient.hears(clinicianSends)
    for (const transport of [...(await clinician.transports()), ...(await patient.transports())]) {
      expect(transport).toMatchObject({ srtpCipher: 'SRTP_AEAD_AES_256_GCM', protocol: 'udp' })
    }
    expect((await world.staff.readVisit(visit.id)).status).toBe('in-progress')
  })

  test('switching microphone and camera off is heard and seen at once, and on again as well', async () => {
    const { clinician, patient, together } = await inVisitTogether()
    await using _ = together
    await clinician.hears(patientSends)

    await patient.page.getByRole('switch', { name: 'Microphone' }).click()
    await clinician.hears()
    await patient.page.getByRole('switch', { name: 'Camera' }).click()
    await clinician.sees(clinicianSends)
    await clinician.page.getByRole('img', { name: 'Microphone off' }).waitFor()

    await patient.page.getByRole('switch', { name: 'Microphone' }).click()
    await patient.page.getByRole('switch', { name: 'Camera' }).click()
    await clinician.sees(clinicianSends, patientSends)
    await clinician.hears(patientSends)
  })

  test('a shared screen is seen beside the people, until sharing stops', async () => {
    const { clinician, patient, together } = await inVisitTogether()
    await using _ = together
    await clinician.page.getByRole('button', { name: 'Share', exact: true }).click()
    await patient.sees(clinicianSends, patientSends, screenCode)
    await clinician.page.getByRole('button', { name: 'Stop sharing' }).first().click()
    await patient.sees(clinicianSends, patientSends)
  })

  test('another camera and microphone can be chosen while live', async () => {
    const { clinician, patient, together } = await inVisitTogether()
    await using _ = together
    await clinician.sees(clinicianSends, patientSends)
    await more(patient, 'Camera and sound')
    await patient.page.getByRole('combobox', { name: 'Camera' }).selectOption({ label: 'Synthetic videoinput 2' })
    await clinician.sees(clinicianSends, patientSends + 4)
    await patient.page.getByRole('combobox', { name: 'Microphone' }).selectOption({ label: 'Synthetic audioinput 2' })
    await clinician.hears(patientSends + 4)
  })

  test('the host mutes somebody, who alone can speak again', async () => {
    const { clinician, patient, together } = await inVisitTogether()
    await using _ = together
    await clinician.hears(patientSends)
    await inPeople(clinician, 'Actions for Ann Lee')
    await clinician.page.getByRole('button', { name: 'Switch microphone off' }).click()
    await patient.page.getByText('The clinician switched your microphone off').first().waitFor()
    await clinician.hears()
    await patient.page.getByRole('switch', { name: 'Microphone' }).click()
    await clinician.hears(patientSends)
  })

  test('who leaves can come back on the same device with the same link', async () => {
    const { clinician, patient, together, visit } = await inVisitTogether()
    await using _ = together
    await patient.page.getByRole('button', { name: 'Leave' }).click()
    await patient.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await isTold(patient, 'You left the visit')
    await clinician.sees(clinicianSends)
    await patient.page.goto(visit.link.url)
    await patient.page.getByRole('button', { name: 'Enter the visit' }).click()
    await clinician.sees(clinicianSends, patientSends)
  })

  test('ending it for all ends it for good: the link, the cookie and the visit are over', async () => {
    const { clinician, patient, together, visit } = await inVisitTogether()
    await using _ = together
    await clinician.page.getByRole('button', { name: 'Leave' }).click()
    await clinician.page.getByRole('dialog').getByRole('button', { name: 'End for everybody' }).click()
    await Promise.all([isTold(clinician, 'The visit is over'), isTold(patient, 'The visit is over')])
    expect((await world.staff.readVisit(visit.visit.id)).status).toBe('ended')
    await patient.page.goto('about:blank')
    await patient.page.goto(visit.link.url)
    await isTold(patient, 'This visit is over')
  })
})
