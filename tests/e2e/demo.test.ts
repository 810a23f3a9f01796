import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { launchChromium, Person } from '../support/browser.ts'
import { startCurtain } from '../support/curtain.ts'
import { inVisit } from '../support/visit-pages.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('the two links of the demo lead into one visit, also on the second run, and stopping leaves nothing running', async () => {
  using folder = temporaryFolder()
  const curtain = await startCurtain(folder.path, {}, 'demo')
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => curtain.stop())
  const browser = await launchChromium()
  cleanup.defer(() => browser.close())

  for (const run of ['first', 'second']) {
    const [, clinicianLink] = await curtain.line(/(http:\S+\/welcome#[\w-]{43})/)
    const [, patientLink] = await curtain.line(/(http:\S+\/v\/vis_\w+#[\w-]{43})/)
    await using clinician = await Person.open(browser, { sender: 1 })
    await using patient = await Person.open(browser, { sender: 2, phone: true })
    await clinician.page.goto(clinicianLink!)
    await clinician.page.getByRole('button', { name: 'Enter the visit' }).click()
    await inVisit(clinician)
    await patient.page.goto(patientLink!)
    await patient.page.getByRole('button', { name: 'Start the check' }).click()
    await patient.page.getByRole('button', { name: 'Continue' }).click()
    await clinician.page.getByRole('button', { name: 'Let in' }).click()
    await Promise.all([clinician.sees(1, 2), patient.sees(1, 2)])

    const started = curtain.processes()
    expect(started.length, run).toBeGreaterThan(1)
    await curtain.stop()
    expect(started.filter(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([])
    curtain.forget()
    await curtain.start()
  }
  expect(readdirSync(folder.path).length).toBeGreaterThan(0)
})
