import {
  type OrganizationId,
  patient as patientSchema,
  patientDetails,
  patientExport,
  patientHistory,
  type PatientInput,
  patientsFound,
  type UserId,
  visit as visitSchema,
  visitCreated,
  visitList,
} from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addStaff } from '../support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

let curtain: TestServer
let organizationId: OrganizationId
let clinician: { id: UserId; browser: Browser }
let scheduler: { id: UserId; browser: Browser }

beforeAll(async () => {
  const plenty = { burst: 100_000, perMinute: 100_000 }
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty } })
  organizationId = (await signInOwner(curtain)).signedIn.organization.id
  clinician = await addStaff(curtain, organizationId, ['clinician'])
  scheduler = await addStaff(curtain, organizationId, ['scheduler'])
})
afterAll(() => curtain[Symbol.asyncDispose]())

const known = { birthDate: '1958-04-30', email: 'Ann@Lee.example', phone: '+1 (555) 010-0199' }
let made = 0

/** A patient of the clinician's with everything that can be known, and a record number of their own. */
async function register(name = 'Ann Lee') {
  const response = await clinician.browser.post('/v1/patients', { ...known, name, recordNumber: `R-${++made}` } satisfies PatientInput)
  expect(response.status).toBe(201)
  return patientSchema.parse(await response.json())
}

async function plan(id: string) {
  const body = { patient: { id }, startsAt: new Date().toISOString(), reason: 'cough' }
  return visitCreated.parse(await (await clinician.browser.post('/v1/visits', body)).json())
}

const search = async (body: object, { browser } = clinician) =>
  patientsFound.parse(await (await browser.post('/v1/patients/search', body)).json()).patients.map(({ id }) => id)
const refusal = ({ browser }: { browser: Browser }, method: string, path: string, body?: object) =>
  browser.refusal(browser.request(method, path, body))
const history = async (id: string) =>
  patientHistory.parse(await (await clinician.browser.request('GET', `/v1/patients/${id}/history`)).json()).changes

test('a patient is registered, found by what is known of them, read, changed, and their history told', async () => {
  const { id, ...ann } = await register()
  expect(ann).toMatchObject({ ...known, email: 'ann@lee.example' })
  for (const body of [{ name: 'lee' }, { birthDate: '1958-04-30' }, { recordNumber: ann.recordNumber }, { contact: 'ANN@lee.example' }, { contact: '5550100199' }]) {
    expect(await search(body), JSON.stringify(body)).toContain(id)
    expect(await search(body, scheduler)).toContain(id)
  }
  const change = await clinician.browser.request('PATCH', `/v1/patients/${id}`, { name: 'Ann Chen', phone: null })
  const changed = patientDetails.parse(await change.json())
  expect(changed).toMatchObject({ name: 'Ann Chen', phone: null, access: 'own', accessUntil: null })
  expect(patientDetails.parse(await (await scheduler.browser.request('GET', `/v1/patients/${id}`)).json())).toEqual({ ...changed, access: 'all' })
  expect((await history(id)).map(({ kind, by, fields }) => [kind, by.id, fields.length])).toEqual([
    ['changed', clinician.id, 2],
    ['registered', clinician.id, 5],
  ])
  const [event] = await curtain.world.query(`select facts from audit_events where type = 'patient.changed' and target = $1`, [id])
  expect(event).toEqual({ facts: { fields: ['name', 'phone'] } })
})

test.each([
  ['POST', '/v1/patients', { name: 'Ann', birthDate: '1958-02-30' }],
  ['POST', '/v1/patients', { name: 'Ann', birthDate: '58-04-30' }],
  ['POST', '/v1/patients', { name: 'Ann', email: 'not one' }],
  ['POST', '/v1/patients', { name: 'Ann', phone: 'call me' }],
  ['POST', '/v1/patients', { name: 'Ann', recordNumber: 'x'.repeat(41) }],
  ['POST', '/v1/patients', { name: ' ' }],
  ['POST', '/v1/patients', { name: 'Ann\u202Eeel' }],
  ['POST', '/v1/patients/search', {}],
  ['POST', '/v1/patients/search', { name: '' }],
  ['POST', '/v1/patients/search', { name: 'a'.repeat(101) }],
  ['POST', '/v1/patients/search', { birthDate: 'yesterday' }],
])('%s %s refuses %j', async (method, path, body) => {
  expect(await refusal(clinician, method, path, body)).toBe('invalid-input')
})

test('a search for what nobody can be called finds nobody, and not everybody', async () => {
  await register()
  for (const name of ['—', '%', '_', "' or 1=1 --", '\\', 'a'.repeat(100), 'ａ\u0301'.repeat(50)]) expect(await search({ name })).toEqual([])
})

test('one record number is one patient’s', async () => {
  const ann = await register()
  const taken = { name: 'Bo', recordNumber: ann.recordNumber?.toLowerCase().replace('-', ' ') }
  expect(await refusal(clinician, 'POST', '/v1/patients', taken)).toBe('record-number-taken')
  expect(await refusal(clinician, 'PATCH', `/v1/patients/${(await register('Bo')).id}`, { recordNumber: ann.recordNumber })).toBe('record-number-taken')
})

test('a double is merged, and says where it went', async () => {
  const [double, stays] = [await register('Ann Leigh'), await register()]
  const { visit } = await plan(double.id)
  const merged = await clinician.browser.post(`/v1/patients/${double.id}/merge`, { into: stays.id })
  expect(patientDetails.parse(await merged.json())).toMatchObject({ id: stays.id, name: 'Ann Lee', recordNumber: stays.recordNumber })
  const read = async (id: string) => patientDetails.parse(await (await clinician.browser.request('GET', `/v1/patients/${id}`)).json())
  expect(await read(double.id)).toMatchObject({ name: '', mergedInto: stays.id })
  expect(visitSchema.parse(await (await clinician.browser.request('GET', `/v1/visits/${visit.id}`)).json())).toMatchObject({
    reason: 'cough',
    patient: { id: stays.id, name: 'Ann Lee' },
  })
  expect(await refusal(clinician, 'PATCH', `/v1/patients/${double.id}`, { name: 'x' })).toBe('patient-merged')
  expect(await refusal(clinician, 'POST', '/v1/visits', { patient: { id: double.id }, startsAt: new Date().toISOString() })).toBe('patient-merged')
})

describe('what asks first who it is', () => {
  const forget = ({ id }: { id: UserId }) =>
    curtain.world.query(`update sessions set confirmed_at = now() - interval '6 minutes' where user_id = $1`, [id])

  test('nothing is exported or erased by a session that did not show lately whose it is', async () => {
    const { id } = await register()
    const stale = await addStaff(curtain, organizationId, ['scheduler'])
    await forget(stale)
    expect(await refusal(stale, 'POST', `/v1/patients/${id}/export`, {})).toBe('confirmation-needed')
    expect(await refusal(stale, 'POST', `/v1/patients/${id}/erase`, { ground: 'made-in-error', name: 'Ann Lee' })).toBe('confirmation-needed')
    expect(await search({ name: 'ann' })).toContain(id)
  })

  test('a whole record is handed out, with every touch of it, and reasons for whoever may know them', async () => {
    const ann = await register()
    const { visit } = await plan(ann.id)
    await clinician.browser.post(`/v1/visits/${visit.id}/links`, { guest: { name: 'Gia Wren' } })
    await scheduler.browser.request('GET', `/v1/patients/${ann.id}`)
    const exported = await clinician.browser.post(`/v1/patients/${ann.id}/export`)
    const text = await exported.text()
    expect(text).toMatch(/^\{"format":"curtain-patient","version":1,/)
    expect(text).not.toContain('Gia')
    const whole = patientExport.parse(JSON.parse(text))
    expect(whole).toMatchObject({ patient: ann, organization: { id: organizationId } })
    expect(whole.visits).toMatchObject([
      { id: visit.id, reason: 'cough', participants: [{ role: 'patient', displayName: 'Ann Lee' }, { role: 'guest', displayName: null }] },
    ])
    expect(whole.history.map(({ kind }) => kind)).toEqual(['registered'])
    const touches = whole.events.map(({ type, userId }) => `${type} ${userId === scheduler.id ? 'scheduler' : 'clinician'}`)
    expect(touches).toEqual(expect.arrayContaining([
      'patient.created clinician', 'visit.created clinician', 'patient.read scheduler', 'patient.exported clinician',
    ]))
    const without = patientExport.parse(await (await scheduler.browser.post(`/v1/patients/${ann.id}/export`)).json())
    expect(without.visits.map(({ reason }) => reason)).toEqual([null])
  })

  test('an erased patient is nowhere, their links are dead, and every page that had them still answers', async () => {
    const { id } = await register()
    const { visit, link } = await plan(id)
    const patientsBrowser = new Browser(curtain.url)
    const secret = new URL(link.url).hash.slice(1)
    expect((await patientsBrowser.post('/v1/links/exchange', { visitId: visit.id, secret })).status).toBe(200)
    const erase = { ground: 'patient-request', name: 'Ann Lee' }
    expect(await refusal(clinician, 'POST', `/v1/patients/${id}/erase`, erase)).toBe('patient-in-visit')
    await clinician.browser.post(`/v1/visits/${visit.id}/cancel`)
    expect(await refusal(clinician, 'POST', `/v1/patients/${id}/erase`, { ...erase, name: 'Ann' })).toBe('name-mismatch')
    expect((await clinician.browser.post(`/v1/patients/${id}/erase`, erase)).status).toBe(204)

    for (const body of [{ name: 'ann' }, { birthDate: known.birthDate }, { contact: known.email }]) {
      expect(await search(body)).not.toContain(id)
    }
    const read = patientDetails.parse(await (await clinician.browser.request('GET', `/v1/patients/${id}`)).json())
    expect(read).toMatchObject({ name: '', birthDate: null, recordNumber: null, email: null, phone: null })
    expect(read.erasedAt).not.toBeNull()
    expect((await history(id)).map(({ kind, fields }) => [kind, fields])).toEqual([['erased', []], ['registered', []]])
    const span = new URLSearchParams({ from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 3_600_000).toISOString() })
    for (const { browser } of [clinician, scheduler]) {
      const { visits } = visitList.parse(await (await browser.request('GET', `/v1/visits?${span}`)).json())
      const listed = visits.find((one) => one.id === visit.id)
      expect(listed).toMatchObject({ patient: { id, name: '' }, participants: [{ displayName: '' }] })
    }
    for (const browser of [patientsBrowser, new Browser(curtain.url)]) {
      expect(await browser.refusal(browser.post('/v1/links/exchange', { visitId: visit.id, secret }))).toBe('visit-cancelled')
    }
    expect(await refusal(clinician, 'POST', `/v1/patients/${id}/export`, {})).toBe('patient-erased')
    expect(await refusal(clinician, 'POST', '/v1/visits', { patient: { id }, startsAt: new Date().toISOString() })).toBe('patient-erased')
  })
})
