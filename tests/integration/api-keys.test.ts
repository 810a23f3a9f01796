import { apiKeyCreated, apiKeyList, apiKeyScope, type ApiKeyScope, problem, roomToken, visitList } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOrganization } from '../../server/src/organizations/service.ts'
import { readAccessTable } from '../support/access-table.ts'
import { call, describedOperations, unknownSubject } from '../support/operations.ts'
import { addApiKey, addStaff, type Colleague, makeSubject } from '../support/staff-and-subjects.ts'
import { Browser, signInOwner, startTestServer, type TestServer } from '../support/server.ts'

// What docs/access.md says of API keys is what a running server does, for every scope and every operation.
const { operations, open, keys: table } = readAccessTable()
const plenty = { burst: 100_000, perMinute: 100_000 }

let curtain: TestServer
let owner: Browser
let boss: Colleague
let clinician: Colleague

beforeAll(async () => {
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty } })
  const { browser, signedIn } = await signInOwner(curtain)
  owner = browser
  boss = await addStaff(curtain, signedIn.organization.id, ['owner'])
  clinician = await addStaff(curtain, signedIn.organization.id, ['clinician'])
})
afterAll(() => curtain[Symbol.asyncDispose]())

/** A program that shows a key: no cookies, no origin. */
class Program extends Browser {
  readonly #authorization: string

  constructor(url: string, authorization: string) {
    super(url)
    this.#authorization = authorization
  }

  override async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: this.#authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
}

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
async function program(...scopes: ApiKeyScope[]) {
  const key = await addApiKey(boss, scopes)
  return { ...key, browser: new Program(curtain.url, key.authorization) }
}
async function codeOf(response: Response): Promise<string> {
  if (response.ok) {
    await response.body?.cancel()
    return 'ok'
  }
  return problem.parse(await response.json()).code
}
const eventsOf = (userId: string, type: string) =>
  curtain.world.query('select outcome, session_id, target, facts from audit_events where type = $1 and user_id = $2 order by id', [type, userId])

test('every operation that says so is in the table with its scope, and nothing else is', async () => {
  const described = await describedOperations(curtain.url)
  const scoped = described.flatMap(({ name, scope }) => (scope === null ? [] : [[name, scope] as const]))
  expect(new Map(scoped)).toEqual(table)
  expect(new Set(table.values())).toEqual(new Set(apiKeyScope.options))
})

describe.each([...operations.keys(), ...open].filter((operation) => operation.includes('/v1/')))('%s', (operation) => {
  test('is for keys with its scope alone', async () => {
    const needed = table.get(operation)
    // One is enough: who is refused changes nothing, and one scope alone is not.
    const about = open.has(operation) ? unknownSubject : await makeSubject(clinician)
    for (const scope of [null, ...apiKeyScope.options]) {
      const { browser, userId, id } = await program(...(scope === null ? [] : [scope]))
      const code = await codeOf(await call(browser, operation, about))
      const denials = await eventsOf(userId, 'access.denied')
      if (scope !== null && scope === needed) {
        expect(['forbidden', 'not-found', 'not-signed-in', 'invalid-input', 'internal'], `${operation} with ${scope}`).not.toContain(code)
        expect(denials).toEqual([])
        continue
      }
      expect(code, `${operation} with ${scope}`).toBe('forbidden')
      expect(denials).toEqual([
        { outcome: 'denied', session_id: id, target: null, facts: { action: operation.replaceAll(/\{(\w+)\}/g, ':$1') } },
      ])
    }
  })
})

test('a key reads what it is for, without reasons, and what it does is on record as its own', async () => {
  const { visitId } = await makeSubject(clinician)
  const { browser, userId, id } = await program('visits:read')
  const span = { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 3_600_000).toISOString() }
  const { visits } = visitList.parse(await (await browser.request('GET', `/v1/visits?${new URLSearchParams(span)}`)).json())
  expect(visits.find((visit) => visit.id === visitId)).toMatchObject({ reason: null, patient: { name: 'Ann Lee' } })
  expect((await eventsOf(userId, 'visit.listed'))[0]).toMatchObject({ outcome: 'success', session_id: id })
})

test('a key cannot say why a visit takes place, not even of one that it plans', async () => {
  const { patientId, clinicianId } = await makeSubject(clinician)
  const { browser } = await program('visits:write')
  const plan = (more: object) =>
    browser.post('/v1/visits', { patient: { id: patientId }, clinicianId, startsAt: new Date().toISOString(), ...more })
  expect(await codeOf(await plan({ reason: 'cough' }))).toBe('forbidden')
  expect(await codeOf(await plan({}))).toBe('ok')
})

test('a key registers nobody by planning with them, unless it may', async () => {
  const { clinicianId } = await makeSubject(clinician)
  const patient = { name: 'Bo Marsh', birthDate: '1990-01-02' }
  const plan = ({ browser }: Awaited<ReturnType<typeof program>>) =>
    browser.post('/v1/visits', { patient, clinicianId, startsAt: new Date().toISOString() }).then(codeOf)
  const planner = await program('visits:write')
  expect(await plan(planner)).toBe('forbidden')
  expect(await eventsOf(planner.userId, 'access.denied')).toMatchObject([{ facts: { action: 'patient.create' } }])
  expect(await plan(await program('visits:write', 'patients:write'))).toBe('ok')
})

describe('made by the API', () => {
  const make = (browser: Browser, input: object = {}) => browser.post('/v1/api-keys', { name: 'Portal', scopes: ['patients:read', 'patients:read'], ...input })

  test('a key works with the secret that was told once, and stands in the list without it', async () => {
    const { apiKey, secret } = apiKeyCreated.parse(await (await make(owner)).json())
    expect(apiKey).toMatchObject({ name: 'Portal', scopes: ['patients:read'], addresses: [], lastUsedAt: null })
    const days = (Date.parse(apiKey.expiresAt) - Date.parse(apiKey.createdAt)) / 86_400_000
    expect(days).toBe(90)
    expect((await new Program(curtain.url, basic(apiKey.id, secret)).request('GET', '/v1/patients')).status).toBe(200)
    const list = await (await owner.request('GET', '/v1/api-keys')).text()
    expect(list).not.toContain(secret)
    const { apiKeys } = apiKeyList.parse(JSON.parse(list))
    expect(apiKeys.find(({ id }) => id === apiKey.id)?.lastUsedAt).not.toBeNull()
  })

  test('what is not a key’s is refused by field', async () => {
    for (const [input, field] of [
      [{ name: ' ' }, 'name'],
      [{ scopes: [] }, 'scopes'],
      [{ scopes: ['settings:write'] }, 'scopes.0'],
      [{ addresses: ['clinic.example'] }, 'addresses.0'],
      [{ validDays: 366 }, 'validDays'],
      [{ validDays: 0 }, 'validDays'],
    ] as const) {
      expect(await (await make(owner, input)).json()).toMatchObject({ code: 'invalid-input', fields: [field] })
    }
  })

  test('making and ending one takes a fresh confirmation', async () => {
    const { browser, id } = await addStaff(curtain, boss.organizationId, ['owner'])
    const { id: key } = await program('visits:read')
    await curtain.world.query(`update sessions set confirmed_at = now() - interval '6 minutes' where user_id = $1`, [id])
    expect(await codeOf(await make(browser))).toBe('confirmation-needed')
    expect(await codeOf(await browser.request('DELETE', `/v1/api-keys/${key}`))).toBe('confirmation-needed')
    expect(await codeOf(await browser.request('GET', '/v1/api-keys'))).toBe('ok')
  })
})

test('its account cannot be signed in to, changed or seen by the way of people', async () => {
  const { userId } = await program('visits:read')
  const { users } = await (await owner.request('GET', '/v1/users')).json()
  expect(JSON.stringify(users)).not.toContain(userId)
  expect(await codeOf(await owner.request('PATCH', `/v1/users/${userId}`, { roles: ['clinician'] }))).toBe('not-found')
  expect(await codeOf(await owner.post(`/v1/users/${userId}/sign-in-links`))).toBe('not-found')
  const email = `${userId}@service.invalid`
  expect(await codeOf(await new Browser(curtain.url).post('/v1/sign-in', { email, password: '' }))).toBe('sign-in-failed')
  expect(await eventsOf(userId, 'session.sign-in-failed')).toEqual([])
})

test('ended, a key is refused at once, its streams end, and room tokens of its that nobody used', async () => {
  const { visitId, participantId } = await makeSubject(clinician)
  const { id, browser, userId } = await program('visits:read', 'room-tokens:write')
  const stream = await browser.request('GET', '/v1/visits/changes')
  const minted = roomToken.parse(await (await browser.post(`/v1/visits/${visitId}/room-tokens`, { participant: { participantId } })).json())
  expect((await owner.request('DELETE', `/v1/api-keys/${id}`)).status).toBe(204)
  await stream.text()
  expect(await codeOf(await browser.request('GET', '/v1/clinicians'))).toBe('not-signed-in')
  expect(await codeOf(await new Browser(curtain.url).post('/v1/room-tokens/exchange', { token: minted.token }))).toBe('room-token-invalid')
  expect((await eventsOf(userId, 'api-key.refused'))[0]).toMatchObject({ outcome: 'denied', session_id: id, facts: { reason: 'ended' } })
  expect(await codeOf(await owner.request('DELETE', `/v1/api-keys/${id}`))).toBe('not-found')
})

describe('a request that shows something', () => {
  test('and is not let in by it is told to show a key, and no cookie helps it', async () => {
    const wrong = [basic(`key_${'0'.repeat(26)}`, 'A'.repeat(43)), 'Bearer x', 'Basic', '']
    for (const authorization of wrong) {
      const response = await clinician.browser.request('GET', '/v1/visits/changes', undefined, { authorization })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="Curtain", charset="UTF-8"')
      expect(await codeOf(response)).toBe('not-signed-in')
    }
    const key = await program('visits:read')
    const both = await boss.browser.request('GET', '/v1/users', undefined, { authorization: key.authorization })
    expect(await codeOf(both)).toBe('forbidden')
    expect(await codeOf(await boss.browser.request('GET', '/v1/users'))).toBe('ok')
  })

  test('and nothing at all is not asked for a password by browsers', async () => {
    const response = await new Browser(curtain.url).request('GET', '/v1/users')
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, null])
  })

  test('from a page of another site is refused, key or not', async () => {
    const { browser } = await program('patients:write')
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect(await codeOf(await browser.request('POST', '/v1/patients', { name: 'Ann Lee' }, headers))).toBe('origin-refused')
  })

  test('to what looks at nobody’s identity is answered as ever', async () => {
    const { browser } = await program()
    for (const path of ['/healthz', '/openapi.json']) expect((await browser.request('GET', path)).status).toBe(200)
    expect((await browser.request('GET', '/v1/no-such-thing')).status).toBe(404)
  })
})

test('a key of one organization finds nothing of another', async () => {
  const input = { organizationName: 'Elsewhere', name: 'Eve', email: 'eve@elsewhere.example', password: null }
  const foreign = await createOrganization(curtain.server.parts, input, new Date())
  const stranger = await makeSubject(await addStaff(curtain, foreign.organizationId, ['clinician']))
  const { browser } = await program(...apiKeyScope.options)
  for (const operation of table.keys()) {
    if (!operation.includes('{')) continue
    expect(await codeOf(await call(browser, operation, stranger)), operation).toBe('not-found')
  }
})
