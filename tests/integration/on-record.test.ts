import {
  admissionTicket,
  type AuditEventMeaning,
  auditEvents,
  auditEventType,
  idPrefixes,
  identityProvider,
  type Link,
  link as linkSchema,
  me,
  recoveryCodes,
  type RequestType,
  role as roleSchema,
  type Role,
  roomToken,
  type SecuritySettings,
  securitySettings,
  signUpList,
  userCreated,
  visitCreated,
  webAuthnOptions,
  type OrganizationId,
  type VisitInput,
} from '@curtain/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { OnRecord } from '../../server/src/audit/on-record.ts'
import { handlers, helloRecords } from '../../server/src/signalling/handlers.ts'
import { curtainClient, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { declaredRecords, LogObserver, ObservedBrowser } from '../support/on-record.ts'
import { call, idsIn, type Subject } from '../support/operations.ts'
import { addPasskey, addSession, addStaff, type Colleague, makeSubject } from '../support/staff-and-subjects.ts'
import { ProviderBrowser } from '../support/provider-browser.ts'
import { requestBodies } from '../support/request-bodies.ts'
import { camera, dtlsParameters, microphone, vp8 } from '../support/rtp-parameters.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { SignallingClient } from '../support/signalling-client.ts'
import { ask, codeOf, enrolAuthenticator, stayConfirmed } from '../support/sign-in.ts'
import { SoftwareAuthenticator } from '../support/software-authenticator.ts'
import { owner } from '../support/staff.ts'

// What every operation of the API and every signalling request says of itself that it puts on record is what it does: no
// more is seen, and, over all that is done in this file, no less.
const plenty = { burst: 100_000, perMinute: 100_000 }
/** What any of them may record (see server/src/audit/on-record.ts), and what the server does meanwhile. */
const ofAny = [
  'access.denied', 'participant.denied', 'session.ended', 'api-key.refused', 'participant.departed', 'visit.emptied',
  'alert.sent', 'alert.failed', 'log.checked',
]

let mail: MailServer
let curtain: TestServer
let observer: LogObserver
let declared: Map<string, OnRecord>
let dana: ObservedBrowser
let organizationId: OrganizationId
let security: SecuritySettings

beforeAll(async () => {
  mail = await startMailServer()
  curtain = await startTestServer({ limits: { any: plenty, guessable: plenty }, environment: mail.environment })
  declared = await declaredRecords(curtain.url)
  observer = await LogObserver.open(curtain.world)
  dana = newBrowser()
  const secret = new URL(curtain.server.setupUrl ?? '').hash.slice(1)
  await dana.post('/v1/setup', { secret, ...owner })
  await enrolAuthenticator(dana)
  organizationId = (await ask(dana, me, 'GET', '/v1/me')).organization.id
  security = await ask(dana, securitySettings, 'GET', '/v1/organization/security')
  await protectBy('optional')
  await dana.request('DELETE', '/v1/me/authenticator')
  await stayConfirmed(dana, curtain.server.parts)
})
afterAll(async () => {
  await observer[Symbol.asyncDispose]()
  await curtain[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
})

const newBrowser = () => new ObservedBrowser(curtain.url, observer, declared.keys())
const protectBy = (secondFactor: 'optional' | 'required') => dana.request('PUT', '/v1/organization/security', { ...security, secondFactor })
const secretIn = (text: string) => new URL(/https?:\S+#\S+/.exec(text)?.[0] ?? '').hash.slice(1)
async function mailTo(address: string): Promise<string> {
  for (;;) {
    const { to, text } = await mail.next()
    if (to.includes(address)) return text
  }
}

/** Somebody on the staff, who is observed from now on. */
async function staff(...roles: Role[]): Promise<Colleague & { browser: ObservedBrowser }> {
  const colleague = await addStaff(curtain, organizationId, roles)
  const browser = newBrowser()
  for (const [name, value] of colleague.browser.cookies) browser.cookies.set(name, value)
  return { ...colleague, browser }
}

test('everything that there is, once, by somebody who may', async () => {
  const all = await staff(...roleSchema.options)
  const colleague = await addStaff(curtain, organizationId, ['scheduler'])
  const { breakGlassId, reviewItemId } = await makeSubject(await addStaff(curtain, organizationId, ['clinician']))
  const newSubject = async (): Promise<Subject> => ({
    ...(await makeSubject(all)), breakGlassId, reviewItemId, userId: colleague.id, sessionId: await addSession(all), passkeyId: await addPasskey(all),
  })
  const shared = await newSubject()
  const operations = [...declared.keys()].toSorted((a, b) => Number(a.includes('sign-out')) - Number(b.includes('sign-out')))
  for (const operation of operations) {
    // What changes its subject has one of its own: the next would find it otherwise.
    const changes = /^(DELETE|PATCH|PUT)|\/(approve|refuse|merge|erase|cancel|no-show|end)$/.test(operation)
    const { body } = await call(all.browser, operation, changes && idsIn(operation).length > 0 ? await newSubject() : shared)
    await body?.cancel()
  }
})

describe('signing in', () => {
  test('with a password, a link and each second factor, and when it fails', async () => {
    const email = 'kim@harbor.example'
    const password = 'correct horse battery staple'
    await protectBy('required')
    const invite = async (address: string) => {
      const { link, user } = await ask(dana, userCreated, 'POST', '/v1/users', { name: 'Kim Roe', email: address, roles: ['auditor'] })
      const browser = newBrowser()
      await browser.post('/v1/sign-in-links/exchange', { secret: secretIn(link.url) })
      return { browser, id: user.id }
    }
    const { browser: kim, id } = await invite(email)
    await kim.request('PUT', '/v1/me/password', { password: 'harborclinic' })
    await kim.request('PUT', '/v1/me/password', { password })
    const authenticator = new SoftwareAuthenticator(curtain.url)
    const options = async (browser: ObservedBrowser, path: string) => (await ask(browser, webAuthnOptions, 'POST', path)).options
    await kim.post('/v1/me/passkeys', { response: authenticator.create(await options(kim, '/v1/me/passkeys/options')), name: 'Key' })
    const { secret } = await enrolAuthenticator(kim)
    const { codes } = await ask(kim, recoveryCodes, 'POST', '/v1/me/recovery-codes')
    await kim.post('/v1/me/confirmation', { password })
    const confirm = async (deceit = {}) =>
      kim.post('/v1/me/confirmation', { response: authenticator.get(await options(kim, '/v1/me/confirmation/passkey-options'), deceit) })
    await confirm()
    await confirm({ counter: 1 })

    await curtain.world.query('update authenticators set last_step = null')
    const half = async () => {
      const browser = newBrowser()
      await browser.post('/v1/sign-in', { email, password })
      return browser
    }
    await newBrowser().post('/v1/sign-in', { email, password: 'not this one' })
    for (const code of ['000000', codeOf(secret)]) await (await half()).post('/v1/sign-in/code', { code })
    for (const code of ['00000-00000-00000-00000', codes[0]]) await (await half()).post('/v1/sign-in/recovery-code', { code })
    for (const deceit of [{ counter: 1 }, { origin: 'https://elsewhere.example' }, { counter: 100 }]) {
      const browser = await half()
      await browser.post('/v1/sign-in/passkey', { response: authenticator.get(await options(browser, '/v1/sign-in/passkey/options'), deceit) })
    }

    // What their account lacks is asked for no more: the next look at where they stand is the end of their way in.
    const { browser: lou } = await invite('lou@harbor.example')
    await lou.request('PUT', '/v1/me/password', { password })
    await protectBy('optional')
    await lou.request('GET', '/v1/sign-in')
    await newBrowser().post('/v1/sign-in', { email: owner.email, password: owner.password })
    const { browser: sky } = await invite('sky@harbor.example')
    await sky.request('PUT', '/v1/me/password', { password })

    const linkTo = async () => ({ secret: await curtain.server.parts.sessions.createSignInLink(organizationId, id, { validMs: 60_000 }) })
    await newBrowser().post('/v1/sign-in-links/exchange', await linkTo())
    await dana.request('PUT', '/v1/organization/security', { ...security, secondFactor: 'optional', roleAddresses: { auditor: ['192.0.2.1'] } })
    await newBrowser().post('/v1/sign-in-links/exchange', await linkTo())
    await protectBy('optional')

    await newBrowser().post('/v1/sign-in/forgotten', { email })
    await dana.request('PATCH', `/v1/users/${id}`, { suspended: true })
    await dana.request('PATCH', `/v1/users/${id}`, { suspended: false, roles: ['scheduler'] })
    await dana.post(`/v1/users/${id}/sign-in-links`)
  })

  test('asking for an account, and by an identity provider', async () => {
    await using provider: IdentityProvider = await startIdentityProvider(curtain.url)
    await dana.request('PUT', '/v1/sign-ups/settings', { open: true })
    const input = { organizationId, name: 'Bo Marsh', email: 'bo@elsewhere.example', note: '' }
    await newBrowser().post('/v1/sign-ups', input)
    await newBrowser().post('/v1/sign-ups/confirm', { secret: secretIn(await mailTo(input.email)) })
    const { browser: clinician } = await staff('clinician')
    await clinician.post('/v1/invitations', { name: 'Sam Reed', email: 'sam@elsewhere.example', roles: ['scheduler'] })

    const settings = { name: 'Harbor ID', issuer: provider.issuer, ...curtainClient, domains: ['harbor.example'] }
    const { id } = await ask(dana, identityProvider, 'POST', '/v1/identity-providers', settings)
    const come = async (sub: string | null, groups: string[] = []) => {
      if (sub !== null) provider.knows({ sub, email: `${sub}@harbor.example`, email_verified: true, name: 'Kim Roe', groups })
      provider.atKeyboard(sub)
      await new ProviderBrowser(newBrowser()).signIn(id)
    }
    await come(null)
    await come('newcomer')
    const { signUps } = await ask(dana, signUpList, 'GET', '/v1/sign-ups')
    const waiting = signUps.find(({ email }) => email === 'newcomer@harbor.example')
    await dana.post(`/v1/sign-ups/${waiting?.id}/approve`, { roles: ['auditor'] })
    await come('newcomer')
    const mappings = { roleClaim: 'groups', roleMappings: [{ value: 'doctors', roles: ['clinician'] }] }
    await dana.request('PATCH', `/v1/identity-providers/${id}`, { ...mappings, newAccounts: 'make' })
    await come('newcomer', ['doctors'])
    await come('another', ['doctors'])
    await protectBy('required')
    await come('another', ['doctors'])
    await protectBy('optional')
    await curtain.world.query(`update users set suspended_at = now() where email = 'another@harbor.example'`)
    await come('another', ['doctors'])
    await dana.request('DELETE', `/v1/identity-providers/${id}`)
  })
})

test('patients: what is refused, ended and undone', async () => {
  const { browser } = await staff('scheduler')
  const created = z.object({ id: z.string() })
  const patient = (more: object) => ask(browser, created, 'POST', '/v1/patients', { name: 'Ann Lee', ...more })
  const [ann, double] = [await patient({ recordNumber: '12' }), await patient({})]
  await browser.post('/v1/patients', { name: 'Bo Chen', recordNumber: '12' })
  await browser.request('PATCH', `/v1/patients/${double.id}`, { recordNumber: '12' })
  const team = await ask(dana, created, 'POST', '/v1/teams', { name: 'Ward 7' })
  for (const method of ['PUT', 'DELETE']) {
    await browser.request(method, `/v1/patients/${ann.id}/teams/${team.id}`)
    const { user } = await ask(dana, me, 'GET', '/v1/me')
    await dana.request(method, `/v1/teams/${team.id}/members/${user.id}`)
  }
  await browser.post(`/v1/patients/${double.id}/merge`, { into: ann.id })

  const { browser: clinician } = await staff('clinician')
  const glass = z.object({ glass: z.object({ id: z.string() }) })
  const why = { reason: 'found unconscious' }
  const broken = await ask(clinician, glass, 'POST', '/v1/break-glass', { patient: { id: ann.id }, ...why })
  await clinician.request('DELETE', `/v1/break-glass/${broken.glass.id}`)
  await clinician.post('/v1/break-glass', { patient: { recordNumber: 'nobody’s' }, ...why })
  await browser.post(`/v1/patients/${ann.id}/erase`, { ground: 'made-in-error', name: 'Ann Lee' })
})

test('coming to a visit, and what happens in it', async () => {
  await dana.request('PUT', '/v1/organization/settings', { transportVisits: ['consultation'], linkCheck: 'none' })
  const patient = { name: 'Ann Lee', birthDate: '1958-04-30', email: 'ann@home.example' }
  const plan = (more: Partial<VisitInput>) =>
    ask(dana, visitCreated, 'POST', '/v1/visits', { patient, startsAt: new Date().toISOString(), check: 'none', encryption: 'transport', ...more })
  const open = ({ url }: Pick<Link, 'url'>, shown: object = {}, browser = newBrowser()) =>
    browser.post('/v1/links/exchange', { visitId: new URL(url).pathname.split('/').at(-1), secret: secretIn(url), ...shown })

  for (const check of ['birth-date', 'mailed-code'] as const) {
    const { link } = await plan({ check })
    for (const shown of [{}, { answer: check === 'birth-date' ? '1985-04-30' : '000000' }]) await open(link, shown)
  }
  const { visit, link } = await plan({})
  const there = newBrowser()
  const come = async (answer: Response) => {
    const { ticket, visit: { id } } = admissionTicket.parse(await answer.json())
    const client = await SignallingClient.connect(`${curtain.url.replace(/^http/, 'ws')}/v1/signal`, { origin: curtain.url })
    const hello = await observer.during('hello', () => client.hello(id, ticket))
    return { client, id: hello.participant.id, rtpCapabilities: hello.routerRtpCapabilities }
  }
  const host = await come(await dana.post(`/v1/visits/${visit.id}/tickets`))
  await come(await open(link, {}, there))
  const ann = await come(await open(link, {}, there))
  await open(link)
  const token = await ask(dana, roomToken, 'POST', `/v1/visits/${visit.id}/room-tokens`, { participant: { guest: { name: 'Sam Reed' } } })
  const guest = await come(await newBrowser().post('/v1/room-tokens/exchange', token))
  await newBrowser().post('/v1/room-tokens/exchange', token)
  const other = await ask(dana, roomToken, 'POST', `/v1/visits/${visit.id}/room-tokens`, { participant: { guest: { name: 'Bo Marsh' } } })
  await dana.request('DELETE', `/v1/room-tokens/${other.id}`)
  const late = await come(await open(await ask(dana, linkSchema, 'POST', `/v1/visits/${visit.id}/links`, { guest: { name: 'Lou Kent' } })))

  const send = (type: Exclude<RequestType, 'hello'>, body: object = requestBodies[type], by = host) =>
    observer.during(type, () => by.client.codeOf(type, body))
  const of = ({ id: participantId }: typeof ann) => ({ participantId })
  // Two who are let in, and what they do that is about neither of them.
  expect(await send('admit', of(ann))).toBe('ok')
  const join = ({ client, rtpCapabilities }: typeof ann) => observer.during('join', () => client.request('join', { rtpCapabilities }))
  const [, { sendTransport: { id: transportId } }] = [await join(host), await join(ann)]
  expect(await send('transport.connect', { transportId, dtlsParameters }, ann)).toBe('ok')
  expect(await send('transport.restart-ice', { transportId }, ann)).toBe('ok')
  const { producerId } = await observer.during('producer.create', () => ann.client.request('producer.create', microphone(transportId)))
  const { consumer: { id: consumerId } } = await host.client.notified('consumer.added')
  for (const type of ['producer.pause', 'producer.resume'] as const) expect(await send(type, { producerId }, ann)).toBe('ok')
  for (const type of ['consumer.resume', 'consumer.pause'] as const) expect(await send(type, { consumerId })).toBe('ok')
  await send('consumer.prefer-layer', { consumerId, spatialLayer: 0 })
  for (const type of ['ping', 'quality.report'] as const) expect(await send(type)).toBe('ok')
  // Of a visit that has no keys; what they do where it has is nothing that the server can read.
  for (const type of ['mls.register', 'mls.created', 'mls.commit', 'mls.data'] as const) expect(await send(type)).toBe('not-encrypted')
  for (const locked of [true, false]) expect(await send('lock', { locked })).toBe('ok')
  expect(await send('mute', of(ann))).toBe('ok')
  const screen = { ...camera(transportId), source: 'screen', rtpParameters: vp8(1) } as const
  const shared = await observer.during('producer.create', () => ann.client.request('producer.create', screen))
  for (const one of [producerId, shared.producerId]) expect(await send('producer.close', { producerId: one }, ann)).toBe('ok')
  expect(await send('send-back', of(ann))).toBe('ok')
  expect(await send('refuse', of(guest))).toBe('ok')
  expect(await send('admit', of(late))).toBe('ok')
  expect(await send('remove', of(late))).toBe('ok')
  for (const one of [ann, host]) expect(await send('leave', {}, one)).toBe('ok')
  await dana.post(`/v1/visits/${visit.id}/end`)
  await dana.post(`/v1/visits/${visit.id}/tickets`)

  const another = (await plan({})).visit.id
  const alone = await come(await dana.post(`/v1/visits/${another}/tickets`))
  expect(await send('end', {}, alone)).toBe('ok')
})

test('no more was put on record than what operations and requests say, and no less', () => {
  const all = [...declared, ['hello', helloRecords] as const, ...Object.entries(handlers).map(([type, { records }]) => [type, records] as const)]
  const said = all.flatMap(([what, records]) => ('nothing' in records ? [] : records.map((type) => `${what}: ${type}`)))
  const seen = all.flatMap(([what]) => [...observer.seenOf(what)].map((type) => `${what}: ${type}`))
  const isSaid = (one: string) => said.includes(one) || ofAny.some((type) => one.endsWith(`: ${type}`))
  expect({ unsaid: seen.filter((one) => !isSaid(one)), unseen: said.filter((one) => !seen.includes(one)) }).toEqual({ unsaid: [], unseen: [] })
})

test('the targets and facts of all of that are those that the vocabulary says', async () => {
  const events = await curtain.world.query('select type, target, facts from audit_events')
  const kinds: Record<string, string> = Object.fromEntries(Object.entries(idPrefixes).map(([kind, prefix]) => [prefix, kind]))
  const wrong = events.flatMap((event) => {
    const { type, target, facts } = eventRow.parse(event)
    const meaning: AuditEventMeaning = auditEvents[type]
    const kind = target === null ? undefined : kinds[target.slice(0, 3)]
    const isOfKind = kind === undefined || meaning.target === 'any' || meaning.target === kind
    return [...(isOfKind ? [] : [`${type}: ${kind}`]), ...Object.keys(facts).filter((name) => !(name in meaning.facts)).map((name) => `${type}: ${name}`)]
  })
  expect([...new Set(wrong)]).toEqual([])
})

const eventRow = z.object({ type: auditEventType, target: z.string().nullable(), facts: z.record(z.string(), z.unknown()) })
