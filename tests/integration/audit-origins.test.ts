import { admissionTicket, apiKeyCreated, auditEventId, type OrganizationId, visitCreated } from '@curtain/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSealedValues } from '../../server/src/audit/sealed-values.ts'
import { RemoteBrowser, startProxiedServer } from '../support/remote-browser.ts'
import type { TestServer } from '../support/server.ts'
import { ask, setUpRelaxed } from '../support/sign-in.ts'
import { owner } from '../support/staff.ts'

// The log says from where each person did each thing, whoever's request brought it about.
const office = '198.51.100.7'
const home = '203.0.113.20'
const elsewhere = '2001:db8:7::9'

let curtain: TestServer & { directUrl: string }
let boss: RemoteBrowser
let organizationId: OrganizationId

beforeAll(async () => {
  curtain = await startProxiedServer()
  boss = new RemoteBrowser(curtain.directUrl, office)
  const secret = new URL(curtain.server.setupUrl ?? '').hash.slice(1)
  organizationId = (await setUpRelaxed(boss, { secret, ...owner })).organization.id
})
afterAll(() => curtain?.[Symbol.asyncDispose]())

/** From where each event of a type came, in their order. */
async function origins(type: string): Promise<(string | null)[]> {
  const sealer = await curtain.server.parts.keys.sealer(organizationId)
  const rows = await curtain.world.query('select id, entry from audit_events where type = $1 order by id', [type])
  const events = rows.map(({ id, entry }) => ({ id: auditEventId.parse(id), entry: String(entry) }))
  return (await openSealedValues(sealer, events)).map(({ from }) => from)
}

test('staff, programs and whoever fails to be let in are where their requests come from', async () => {
  await new RemoteBrowser(curtain.directUrl, home).post('/v1/sign-in', { email: owner.email, password: 'not the right one' })
  expect(await origins('session.sign-in-failed')).toEqual([home])
  await boss.request('GET', '/v1/patients')
  expect(await origins('patient.listed')).toEqual([office])

  const key = await ask(boss, apiKeyCreated, 'POST', '/v1/api-keys', { name: 'Portal', scopes: ['patients:read'], validDays: 1, addresses: [] })
  const program = new RemoteBrowser(curtain.directUrl, elsewhere)
  const authorization = (secret: string) => ({ authorization: `Basic ${Buffer.from(`${key.apiKey.id}:${secret}`).toString('base64')}` })
  await program.request('GET', '/v1/patients', undefined, authorization(key.secret))
  await program.request('GET', '/v1/patients', undefined, authorization(key.secret.toUpperCase()))
  expect(await origins('patient.listed')).toEqual([office, elsewhere])
  expect(await origins('api-key.refused')).toEqual([elsewhere])
})

test('in a visit everybody is where they are, and what the room does by itself comes from nowhere', async () => {
  const input = { patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString() }
  const { visit, link } = await ask(boss, visitCreated, 'POST', '/v1/visits', input)
  const patient = new RemoteBrowser(curtain.directUrl, home)
  const secret = new URL(link.url).hash.slice(1)
  const shown = await ask(patient, admissionTicket, 'POST', '/v1/links/exchange', { visitId: visit.id, secret })
  const [theirs, host] = [await patient.connect(), await boss.connect()]
  await theirs.hello(visit.id, shown.ticket)
  await host.hello(visit.id, (await ask(boss, admissionTicket, 'POST', `/v1/visits/${visit.id}/tickets`, {})).ticket)
  await host.request('admit', { participantId: shown.participant.id })
  expect(await origins('link.exchanged')).toEqual([home])
  expect(await origins('participant.arrived')).toEqual([home, office])
  expect(await origins('participant.admitted')).toEqual([office])
  expect(await origins('visit.started')).toEqual([null])

  await theirs.request('leave', {})
  await host.request('leave', {})
  expect(await origins('participant.departed')).toEqual([home, office])
  expect(await origins('visit.emptied')).toEqual([null])
})
