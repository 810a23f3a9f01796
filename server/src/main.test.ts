import { admissionTicket, link as linkSchema, visit as visitSchema, visitCreated } from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Browser, signInOwner, startTestServer, type TestServer } from '../../tests/support/server.ts'
import { owner } from '../../tests/support/staff.ts'
import { prepareDemo } from './demo.ts'

let curtain: TestServer
let staff: Browser
let setupSecret: string

beforeAll(async () => {
  curtain = await startTestServer()
  setupSecret = new URL(curtain.server.setupUrl ?? '').hash.slice(1)
  staff = (await signInOwner(curtain)).browser
})
afterAll(() => curtain[Symbol.asyncDispose]())

const anybody = () => new Browser(curtain.url)
const secretOf = (url: string) => new URL(url).hash.slice(1)

async function makeVisit(input: object = {}) {
  const body = { patient: { name: 'Ann Lee' }, startsAt: new Date().toISOString(), reason: 'cough', ...input }
  const response = await staff.post('/v1/visits', body)
  return visitCreated.parse(await response.json())
}

async function events(type: string) {
  return curtain.world.query('select * from audit_events where type = $1 order by id', [type])
}

describe('set-up and sign-in', () => {
  test('the set-up link works once', async () => {
    expect(curtain.server.setupUrl).toBeNull()
    expect(await anybody().refusal(anybody().post('/v1/setup', { secret: setupSecret, ...owner }))).toBe('setup-link-invalid')
  })

  test('the session cookie is kept from scripts, and hashed at rest', async () => {
    const response = await anybody().post('/v1/sign-in', { email: owner.email.toUpperCase(), password: owner.password })
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^curtain-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    const token = /=([\w-]{43})/.exec(cookie)?.[1] ?? ''
    expect(JSON.stringify(await curtain.world.query('select * from sessions'))).not.toContain(token)
  })

  test('a wrong password and an unknown account get the same answer', async () => {
    const wrong = await anybody().post('/v1/sign-in', { email: owner.email, password: 'not this one' })
    const unknown = await anybody().post('/v1/sign-in', { email: 'nobody@harbor.example', password: 'not this one' })
    const [first, second] = await Promise.all([wrong, unknown].map((one) => one.json()))
    expect({ ...first, reference: '' }).toEqual({ ...second, reference: '' })
    expect(first).toMatchObject({ code: 'sign-in-failed' })
    expect(await events('session.sign-in-failed')).toHaveLength(1)
  })

  test('signing out ends the session at once', async () => {
    const browser = anybody()
    await browser.post('/v1/sign-in', { email: owner.email, password: owner.password })
    const kept = new Map(browser.cookies)
    expect((await browser.post('/v1/sign-out')).status).toBe(204)
    for (const [name, value] of kept) browser.cookies.set(name, value)
    expect(await browser.refusal(browser.request('GET', '/v1/me'))).toBe('not-signed-in')
  })

  test('a sign-in link works once, and names its visit', async () => {
    const { parts } = curtain.server
    const { visit } = await makeVisit()
    const found = await parts.database.lookUps.user(owner.email)
    if (found === null) throw new Error('no owner')
    const secret = await parts.sessions.createSignInLink(found.organizationId, found.id, { visitId: visit.id, validMs: 60_000 })
    const browser = anybody()
    expect(await (await browser.post('/v1/sign-in-links/exchange', { secret })).json()).toMatchObject({ visitId: visit.id })
    expect((await browser.request('GET', '/v1/me')).status).toBe(200)
    expect(await browser.refusal(browser.post('/v1/sign-in-links/exchange', { secret }))).toBe('sign-in-link-invalid')
  })
})

describe('links', () => {
  test('a link is exchanged once; the same browser may again, another may not', async () => {
    const { visit, link } = await makeVisit()
    const input = { visitId: visit.id, secret: secretOf(link.url) }
    const patient = anybody()
    const first = await patient.post('/v1/links/exchange', input)
    expect(first.headers.getSetCookie()[0]).toMatch(/^curtain-visit-vis_\w+=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/)
    const admission = admissionTicket.parse(await first.json())
    expect(admission.participant).toMatchObject({ role: 'patient', displayName: 'Ann Lee', admission: 'waiting' })
    expect(JSON.stringify(admission)).not.toContain('cough')

    const again = admissionTicket.parse(await (await patient.post('/v1/links/exchange', input)).json())
    expect(again.participant.id).toBe(admission.participant.id)
    expect(await patient.refusal(anybody().post('/v1/links/exchange', input))).toBe('link-used')
    expect((await events('link.refused')).at(-1)).toMatchObject({ outcome: 'denied', facts: { reason: 'link-used' } })
  })

  test('a browser that cannot encrypt leaves the link unused, unless the visit is transport-only', async () => {
    const exchange = async (kind: 'consultation' | 'group', encryption: 'end-to-end' | 'transport') => {
      const { visit, link } = await makeVisit({ kind, encryption })
      return { input: { visitId: visit.id, secret: secretOf(link.url) }, browser: anybody() }
    }
    const endToEnd = await exchange('consultation', 'end-to-end')
    const refused = endToEnd.browser.post('/v1/links/exchange', { ...endToEnd.input, encrypts: false })
    expect(await endToEnd.browser.refusal(refused)).toBe('encryption-needed')
    expect(endToEnd.browser.cookies.size).toBe(0)
    expect((await anybody().post('/v1/links/exchange', { ...endToEnd.input, encrypts: true })).status).toBe(200)

    await staff.request('PUT', '/v1/organization/settings', { transportVisits: ['group'], linkCheck: 'none' })
    const transport = await exchange('group', 'transport')
    expect((await transport.browser.post('/v1/links/exchange', { ...transport.input, encrypts: false })).status).toBe(200)
    await staff.request('PUT', '/v1/organization/settings', { transportVisits: [] })
  })

  test('unknown, foreign and tampered links are told apart by nobody', async () => {
    const [one, other] = [await makeVisit(), await makeVisit()]
    const secret = secretOf(one.link.url)
    const tampered = (secret.startsWith('A') ? 'B' : 'A') + secret.slice(1)
    const answers = await Promise.all(
      [
        { visitId: one.visit.id, secret: tampered },
        { visitId: other.visit.id, secret },
        { visitId: `vis_${'0'.repeat(26)}`, secret },
      ].map(async (input) => {
        const response = await anybody().post('/v1/links/exchange', input)
        return { ...(await response.json()), reference: '' }
      }),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ code: 'link-invalid', status: 404 })
  })

  test('a new link for the same person stops the earlier unused one', async () => {
    const { visit, link } = await makeVisit()
    const response = await staff.post(`/v1/visits/${visit.id}/links`, { participantId: link.participantId })
    const newer = linkSchema.parse(await response.json())
    const exchange = (url: string) => anybody().post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(url) })
    expect(await anybody().refusal(exchange(link.url))).toBe('link-expired')
    expect((await exchange(newer.url)).status).toBe(200)
  })

  test('a browser that came by an earlier link is out once a newer one is used', async () => {
    const { visit, link } = await makeVisit()
    const wrong = anybody()
    await wrong.post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(link.url) })
    const response = await staff.post(`/v1/visits/${visit.id}/links`, { participantId: link.participantId })
    const { url } = linkSchema.parse(await response.json())
    expect((await wrong.post(`/v1/visits/${visit.id}/tickets`)).status).toBe(200)

    const patient = anybody()
    expect((await patient.post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(url) })).status).toBe(200)
    expect(await wrong.refusal(wrong.post(`/v1/visits/${visit.id}/tickets`))).toBe('not-signed-in')
    const again = wrong.post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(link.url) })
    expect(await wrong.refusal(again)).toBe('link-used')
    expect((await patient.post(`/v1/visits/${visit.id}/tickets`)).status).toBe(200)
  })

  test('a link expires a day after the visit was to start', async () => {
    const { visit, link } = await makeVisit()
    await curtain.world.query('update visit_links set expires_at = now() where id = $1', [link.id])
    const exchange = anybody().post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(link.url) })
    expect(await anybody().refusal(exchange)).toBe('link-expired')
  })

  test('removed means removed: session and link stop at once, until invited again', async () => {
    const { visit, link } = await makeVisit()
    const input = { visitId: visit.id, secret: secretOf(link.url) }
    const patient = anybody()
    await patient.post('/v1/links/exchange', input)
    await curtain.world.query(`update participants set admission = 'removed' where id = $1`, [link.participantId])
    expect(await patient.refusal(patient.post(`/v1/visits/${visit.id}/tickets`))).toBe('removed')
    expect(await patient.refusal(patient.post('/v1/links/exchange', input))).toBe('removed')

    const invited = await staff.post(`/v1/visits/${visit.id}/links`, { participantId: link.participantId })
    const { url } = linkSchema.parse(await invited.json())
    const back = await anybody().post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(url) })
    expect(admissionTicket.parse(await back.json()).participant.admission).toBe('waiting')
  })

  test('a cancelled visit takes its links and sessions with it', async () => {
    const { visit, link } = await makeVisit()
    const input = { visitId: visit.id, secret: secretOf(link.url) }
    const patient = anybody()
    await patient.post('/v1/links/exchange', input)
    const cancelled = visitSchema.parse(await (await staff.post(`/v1/visits/${visit.id}/cancel`)).json())
    expect(cancelled.status).toBe('cancelled')
    expect(await patient.refusal(patient.post(`/v1/visits/${visit.id}/tickets`))).toBe('visit-cancelled')
    expect(await patient.refusal(patient.post('/v1/links/exchange', input))).toBe('visit-cancelled')
    expect(await staff.refusal(staff.post(`/v1/visits/${visit.id}/cancel`))).toBe('visit-state')
  })

  test('staff become one host of a visit, however many tabs ask', async () => {
    const { visit } = await makeVisit()
    const asked = await Promise.all([1, 2, 3].map(() => staff.post(`/v1/visits/${visit.id}/tickets`)))
    const tickets = await Promise.all(asked.map(async (one) => admissionTicket.parse(await one.json())))
    expect(new Set(tickets.map((ticket) => ticket.participant.id)).size).toBe(1)
    expect(tickets[0]?.participant).toMatchObject({ role: 'host', admission: 'admitted', displayName: owner.name })
  })

  test('a browser with both sessions says as whom it comes', async () => {
    const { visit, link } = await makeVisit()
    const both = new Browser(curtain.url)
    for (const [name, value] of staff.cookies) both.cookies.set(name, value)
    await both.post('/v1/links/exchange', { visitId: visit.id, secret: secretOf(link.url) })
    const as = async (body: object) =>
      admissionTicket.parse(await (await both.post(`/v1/visits/${visit.id}/tickets`, body)).json()).participant.role
    expect([await as({}), await as({ as: 'participant' }), await as({ as: 'host' })]).toEqual(['host', 'patient', 'host'])
  })
})

describe('what is sent and answered', () => {
  test('protected health information is sealed in every row', async () => {
    await makeVisit({ patient: { name: 'Quetzalcoatl Nightingale' }, reason: 'unmistakable reason' })
    for (const table of ['patients', 'visits', 'participants', 'audit_events']) {
      const rows = await curtain.world.query(`select t::text as text from ${table} t`)
      // PostgreSQL shows bytes in hexadecimal.
      const shown = rows.map(({ text }) => String(text)).join('\n')
      const decoded = shown.replaceAll(/[0-9a-f]{20,}/g, (bytes) => Buffer.from(bytes, 'hex').toString('latin1'))
      expect(decoded).not.toMatch(/Quetzalcoatl|unmistakable/)
    }
  })

  test.each([
    ['a name of 10,000 characters', 'a'.repeat(10_000)],
    ['a name that turns its direction', 'Ann\u202EeeL'],
    ['a name with a line break', 'Ann\nLee'],
    ['a blank name', '   '],
  ])('%s is refused by field, and not repeated', async (_what, name) => {
    const response = await staff.post('/v1/patients', { name })
    const body = await response.text()
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'invalid-input', fields: ['name'] })
    expect(body).not.toContain(name.slice(0, 20).trim() || 'a name')
  })

  test('somebody else’s, unknown and malformed visits look the same', async () => {
    const code = (path: string) => staff.refusal(staff.request('GET', path))
    expect(await code(`/v1/visits/vis_${'0'.repeat(26)}`)).toBe('not-found')
    expect(await code('/v1/visits/nonsense')).toBe('not-found')
    expect(await code('/nowhere')).toBe('not-found')
  })

  test('broken, oversized and wrongly typed bodies each get their code', async () => {
    const send = (body: string, type = 'application/json') =>
      staff.refusal(staff.request('POST', '/v1/patients', body, { 'content-type': type }))
    expect(await send('{')).toBe('invalid-input')
    expect(await send(JSON.stringify({ name: 'a'.repeat(70_000) }))).toBe('body-too-large')
    expect(await send('name=Ann', 'application/x-www-form-urlencoded')).toBe('unsupported-media-type')
    expect(await send('{"name":"Ann"}', 'text/plain')).toBe('unsupported-media-type')
  })

  test('another site cannot make a browser change anything', async () => {
    const from = (headers: Record<string, string>) => staff.refusal(staff.request('POST', '/v1/patients', { name: 'A' }, headers))
    expect(await from({ origin: 'https://evil.example' })).toBe('origin-refused')
    expect(await from({ origin: 'null' })).toBe('origin-refused')
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe('origin-refused')
    expect(await from({ 'sec-fetch-site': 'same-site' })).toBe('origin-refused')
  })

  test('answers are never stored, and pages run our scripts alone', async () => {
    const { headers } = await staff.request('GET', '/v1/me')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain(`connect-src 'self' ${curtain.url.replace('http', 'ws')}`)
    expect(headers.get('permissions-policy')).toContain('camera=(self)')
    expect(headers.has('strict-transport-security')).toBe(false)
  })

  test('the API describes itself: every route with a summary and its errors', async () => {
    const api = await (await anybody().request('GET', '/openapi.json')).json()
    expect(api.openapi).toBe('3.1.0')
    expect(Object.keys(api.paths)).toContain('/v1/visits/{visitId}/links')
    for (const [path, methods] of Object.entries<Record<string, { summary?: string; responses: object }>>(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        expect(operation.summary, `${method} ${path}`).toBeTruthy()
        expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
      }
    }
  })

  test('nobody who is not signed in reads anything', async () => {
    for (const path of ['/v1/me', '/v1/patients', `/v1/visits/vis_${'0'.repeat(26)}`, '/v1/visits/changes']) {
      expect(await anybody().refusal(anybody().request('GET', path))).toBe('not-signed-in')
    }
  })

  test('staff pages are told which visit changed', async () => {
    const leave = new AbortController()
    const response = await fetch(`${curtain.url}/v1/visits/changes`, {
      headers: { cookie: [...staff.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      signal: leave.signal,
    })
    const { visit } = await makeVisit()
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('event: changed')) break
    }
    expect(text).toContain(`event: changed\ndata: {"visitId":"${visit.id}"}\n\n`)
    leave.abort()
  })

  test('one person cannot hold streams without end', async () => {
    const leave = new AbortController()
    const cookie = [...staff.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const open = () => fetch(`${curtain.url}/v1/visits/changes`, { headers: { cookie }, signal: leave.signal })
    const answers = await Promise.all(Array.from({ length: 14 }, open))
    let held = answers.filter(({ ok }) => ok).length
    // That of the test before may be counted yet, and make room for another one when it is gone.
    let next = await open()
    for (; next.ok; next = await open()) held++
    expect(await staff.refusal(Promise.resolve(next))).toBe('rate-limited')
    expect(held).toBeLessThanOrEqual(12)
    leave.abort()
  })

  test('the demo does not touch the data of a real Curtain', async () => {
    await expect(prepareDemo(curtain.server)).rejects.toThrow(/data of a real Curtain/)
  })
})
