import { organizationSettings } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic } from '../../../tests/support/clinic.ts'
import { addStaff } from '../../../tests/support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../../../tests/support/server.ts'

const path = '/v1/organization/settings'

let curtain: TestServer
let clinic: Clinic
let scheduler: Browser

beforeAll(async () => {
  curtain = await startTestServer()
  const { browser, signedIn } = await signInOwner(curtain)
  clinic = new Clinic(curtain.url, browser)
  scheduler = (await addStaff(curtain, signedIn.organization.id, ['scheduler'])).browser
})
afterAll(() => curtain[Symbol.asyncDispose]())

const put = (body: unknown, browser = clinic.staff, headers = {}) => browser.request('PUT', path, body, headers)

test('a visit that the setting allows says how it is encrypted, to staff and to whoever comes by its link', async () => {
  await clinic.allowTransport(['group'])
  const { visit, link } = await clinic.makeVisit({ kind: 'group', encryption: 'transport' })
  expect(visit.encryption).toBe('transport')
  expect((await clinic.readVisit(visit.id)).encryption).toBe('transport')
  expect((await clinic.exchange(link)).visit.encryption).toBe('transport')
  const { visit: usual } = await clinic.makeVisit({ kind: 'group' })
  expect(usual.encryption).toBe('end-to-end')
  expect(await clinic.staff.refusal(clinic.staff.post('/v1/visits', {
    patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString(), kind: 'consultation', encryption: 'transport',
  }))).toBe('transport-not-allowed')
  await clinic.allowTransport([])
})

test('kinds that there are not, and bodies that are none, are refused and change nothing', async () => {
  const kinds = [['checkup'], 'group', [null], undefined]
  const wrong = [...kinds.map((transportVisits) => ({ transportVisits, linkCheck: 'none' })), { transportVisits: [] }, {}, []]
  for (const body of wrong) {
    expect(await clinic.staff.refusal(put(body))).toBe('invalid-input')
  }
  const four = { transportVisits: ['group', 'group', 'group', 'group'], linkCheck: 'none' }
  expect(await clinic.staff.refusal(put(four))).toBe('invalid-input')
  const answer = await clinic.staff.request('GET', path)
  expect(organizationSettings.parse(await answer.json())).toEqual({ transportVisits: [], linkCheck: 'none' })
})

test('the settings are for staff to read, for those who answer for the organization to change, and from its own pages', async () => {
  const nobody = new Browser(curtain.url)
  expect(await nobody.refusal(nobody.request('GET', path))).toBe('not-signed-in')
  expect(await nobody.refusal(put({ transportVisits: [], linkCheck: 'none' }, nobody))).toBe('not-signed-in')
  expect((await scheduler.request('GET', path)).status).toBe(200)
  expect(await scheduler.refusal(put({ transportVisits: ['group'], linkCheck: 'none' }, scheduler))).toBe('forbidden')
  const foreign = { origin: 'https://elsewhere.example' }
  expect(await clinic.staff.refusal(put({ transportVisits: ['group'], linkCheck: 'none' }, clinic.staff, foreign))).toBe('origin-refused')
})

test('the API describes them', async () => {
  const answer = await new Browser(curtain.url).request('GET', '/openapi.json')
  expect(await answer.json()).toMatchObject({ paths: { [path]: { get: { tags: ['organization'] }, put: { tags: ['organization'] } } } })
})
