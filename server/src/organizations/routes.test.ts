import { organizationSettings, type Role } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Clinic } from '../../../tests/support/clinic.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../../../tests/support/server.ts'
import { newId } from '../database/new-id.ts'
import { insertUser } from '../users/store.ts'

const path = '/v1/organization/settings'

let curtain: TestServer
let clinic: Clinic
let scheduler: Browser

beforeAll(async () => {
  curtain = await startTestServer()
  const { browser, signedIn } = await signInOwner(curtain)
  clinic = new Clinic(curtain.url, browser)
  scheduler = await signInAs('scheduler', signedIn.organization.id)
})
afterAll(() => curtain[Symbol.asyncDispose]())

async function signInAs(role: Role, organizationId: Parameters<typeof insertUser>[1]['organizationId']): Promise<Browser> {
  const { database, sessions } = curtain.server.parts
  const now = new Date()
  const id = newId('user', now)
  const user = { id, organizationId, name: 'Sky', email: 'sky@harbor.example', passwordHash: null, roles: [role], now }
  await database.inOrganization(organizationId, (tx) => insertUser(tx, user))
  const browser = new Browser(curtain.url)
  await browser.post('/v1/sign-in-links/exchange', { secret: await sessions.createSignInLink(organizationId, id, { validMs: 60_000 }) })
  return browser
}

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
  for (const body of [{ transportVisits: ['checkup'] }, { transportVisits: 'group' }, { transportVisits: [null] }, {}, []]) {
    expect(await clinic.staff.refusal(put(body))).toBe('invalid-input')
  }
  const four = { transportVisits: ['group', 'group', 'group', 'group'] }
  expect(await clinic.staff.refusal(put(four))).toBe('invalid-input')
  const answer = await clinic.staff.request('GET', path)
  expect(organizationSettings.parse(await answer.json())).toEqual({ transportVisits: [] })
})

test('the settings are for staff to read, for those who answer for the organization to change, and from its own pages', async () => {
  const nobody = new Browser(curtain.url)
  expect(await nobody.refusal(nobody.request('GET', path))).toBe('not-signed-in')
  expect(await nobody.refusal(put({ transportVisits: [] }, nobody))).toBe('not-signed-in')
  expect((await scheduler.request('GET', path)).status).toBe(200)
  expect(await scheduler.refusal(put({ transportVisits: ['group'] }, scheduler))).toBe('forbidden')
  const foreign = { origin: 'https://elsewhere.example' }
  expect(await clinic.staff.refusal(put({ transportVisits: ['group'] }, clinic.staff, foreign))).toBe('origin-refused')
})

test('the API describes them', async () => {
  const answer = await new Browser(curtain.url).request('GET', '/openapi.json')
  expect(await answer.json()).toMatchObject({ paths: { [path]: { get: { tags: ['organization'] }, put: { tags: ['organization'] } } } })
})
