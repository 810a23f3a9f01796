import { randomUUID } from 'node:crypto'
import type { AlertDeliveryId, AlertRuleId, BreakGlassId, IdentityProviderId, LegalHoldId, ParticipantId, PatientId, ReviewItemId, Role, SavedSearchId, SignUpId, TeamId, UserId, VisitId } from '@curtain/protocol'
import { z } from 'zod'
import type { ApiKeyId } from '../../server/src/api-keys/schema.ts'
import type { RoomTokenId } from '../../server/src/room-tokens/schema.ts'
import type { PasskeyId } from '../../server/src/protection/schema.ts'
import { type SessionId } from '../../server/src/sessions/schema.ts'
import { Browser } from './server.ts'

/** What a request can be about: a visit, with its patient and clinician, and a member of staff. */
export interface Subject {
  visitId: VisitId
  participantId: ParticipantId
  patientId: PatientId
  clinicianId: UserId
  userId: UserId
  /** A team that the clinician is in. */
  teamId: TeamId
  /** What the clinician opened by breaking the glass, and is over. */
  breakGlassId: BreakGlassId
  /** Something the clinician did that waits for review. */
  reviewItemId: ReviewItemId
  savedSearchId: SavedSearchId
  /** Another session of that member of staff's. */
  sessionId: SessionId
  /** A passkey of theirs. */
  passkeyId: PasskeyId
  apiKeyId: ApiKeyId
  /** Of the participant, unused. */
  roomTokenId: RoomTokenId
  identityProviderId: IdentityProviderId
  /** Somebody who waits for an account. */
  signUpId: SignUpId
  /** About nothing that happens. */
  alertRuleId: AlertRuleId
  /** One of its webhooks, which was given up. */
  alertDeliveryId: AlertDeliveryId
  /** On another patient's events. */
  legalHoldId: LegalHoldId
  /** What role that member of staff has, or is to have. */
  role: Role
}

/** Ids of the right shape that nothing has. */
export const unknownSubject: Subject = {
  visitId: `vis_${'0'.repeat(26)}`,
  participantId: `par_${'0'.repeat(26)}`,
  patientId: `pat_${'0'.repeat(26)}`,
  clinicianId: `usr_${'0'.repeat(26)}`,
  userId: `usr_${'0'.repeat(26)}`,
  teamId: `tea_${'0'.repeat(26)}`,
  breakGlassId: `bgl_${'0'.repeat(26)}`,
  reviewItemId: `rev_${'0'.repeat(26)}`,
  savedSearchId: `ssv_${'0'.repeat(26)}`,
  sessionId: `ses_${'0'.repeat(26)}`,
  passkeyId: `pky_${'0'.repeat(26)}`,
  apiKeyId: `key_${'0'.repeat(26)}`,
  roomTokenId: `rtk_${'0'.repeat(26)}`,
  identityProviderId: `idp_${'0'.repeat(26)}`,
  signUpId: `sgu_${'0'.repeat(26)}`,
  alertRuleId: `alr_${'0'.repeat(26)}`,
  alertDeliveryId: `ald_${'0'.repeat(26)}`,
  legalHoldId: `hld_${'0'.repeat(26)}`,
  role: 'scheduler',
}

interface Example {
  query?: Record<string, string>
  body?: (subject: Subject) => object
  /** What the body has as well where it says why a visit takes place. */
  reason?: { reason: string }
}

const hourMs = 60 * 60_000
const noOrganization = `org_${'0'.repeat(26)}`
const someSecret = 'A'.repeat(43)
const reason = { reason: 'cough' }
/** Of alerts: nothing has this id. */
const ruleAboutNothing = {
  name: 'Nothing', topics: ['log'], types: [], target: noOrganization, mailOfficers: true, mailAddresses: [], webhookUrl: null,
}
const aboutNow = () => new Date().toISOString()

/** A request for every operation of the API that is sound but for who sends it. */
const examples: Record<string, Example | undefined> = {
  'GET /healthz': {},
  'GET /readyz': {},
  'POST /v1/setup': {
    body: () => ({
      secret: someSecret, organizationName: 'Another', name: 'Sky', email: 's@x.example', password: 'correct horse battery',
    }),
  },
  'POST /v1/sign-in': { body: () => ({ email: 'nobody@harbor.example', password: 'not this one' }) },
  'POST /v1/sign-in/forgotten': { body: () => ({ email: 'nobody@harbor.example' }) },
  'GET /v1/sign-in': {},
  'POST /v1/sign-in/passkey/options': {},
  'POST /v1/sign-in/passkey': { body: () => ({ response: {} }) },
  'POST /v1/sign-in/code': { body: () => ({ code: '000000' }) },
  'POST /v1/sign-in/recovery-code': { body: () => ({ code: '00000-00000-00000-00000' }) },
  'POST /v1/sign-in-links/exchange': { body: () => ({ secret: someSecret }) },
  'POST /v1/links/exchange': { body: ({ visitId }) => ({ visitId, secret: someSecret }) },
  'POST /v1/sign-out': {},
  'GET /v1/me': {},
  'GET /v1/me/protection': {},
  'POST /v1/me/confirmation': { body: () => ({ password: 'not this one' }) },
  'POST /v1/me/confirmation/passkey-options': {},
  'PUT /v1/me/password': { body: () => ({ password: 'four unrelated words of mine' }) },
  'POST /v1/me/passkeys/options': {},
  'POST /v1/me/passkeys': { body: () => ({ response: {}, name: 'Key' }) },
  'PATCH /v1/me/passkeys/{passkeyId}': { body: () => ({ name: 'Another' }) },
  'DELETE /v1/me/passkeys/{passkeyId}': {},
  'POST /v1/me/authenticator': {},
  'POST /v1/me/authenticator/confirmation': { body: () => ({ code: '000000' }) },
  'DELETE /v1/me/authenticator': {},
  'POST /v1/me/recovery-codes': {},
  'POST /v1/me/activity': {},
  'GET /v1/me/sessions': {},
  'DELETE /v1/me/sessions/{sessionId}': {},
  'POST /v1/me/sessions/end-others': {},
  'GET /v1/me/sign-ins': {},
  'GET /v1/sign-ins': {},
  'GET /v1/audit/state': {},
  'GET /v1/organization/settings': {},
  'PUT /v1/organization/settings': { body: () => ({ transportVisits: [], linkCheck: 'none' }) },
  'GET /v1/organization/security': {},
  'PUT /v1/organization/security': {
    body: () => ({
      secondFactor: 'optional', idleMinutes: 15, passwordMaxAgeDays: null, bindSessions: false, addresses: [], roleAddresses: {},
    }),
  },
  'GET /v1/users': {},
  'POST /v1/users': { body: ({ role }) => ({ name: 'Kim Roe', email: `${randomUUID()}@harbor.example`, roles: [role] }) },
  'PATCH /v1/users/{userId}': { body: () => ({ suspended: true }) },
  'POST /v1/users/{userId}/sign-in-links': {},
  'DELETE /v1/users/{userId}/protection': {},
  'GET /v1/sign-ups': {},
  'PUT /v1/sign-ups/settings': { body: () => ({ open: false }) },
  'POST /v1/sign-ups/{signUpId}/approve': { body: ({ role }) => ({ roles: [role] }) },
  'POST /v1/sign-ups/{signUpId}/refuse': {},
  'POST /v1/invitations': { body: () => ({ name: 'Kim Roe', email: `${randomUUID()}@harbor.example`, roles: ['scheduler'] }) },
  'GET /v1/join/{organizationId}': {},
  'POST /v1/sign-ups': { body: () => ({ organizationId: noOrganization, name: 'Kim Roe', email: 'kim@harbor.example', note: '' }) },
  'POST /v1/sign-ups/confirm': { body: () => ({ secret: someSecret }) },
  'GET /v1/identity-providers': {},
  'POST /v1/identity-providers': {
    // Where nothing listens: it is taken up by nobody.
    body: () => ({ name: 'Harbor ID', issuer: 'http://127.0.0.1:9', clientId: 'curtain', clientSecret: 'x', domains: ['harbor.example'] }),
  },
  'PATCH /v1/identity-providers/{identityProviderId}': { body: () => ({ name: 'Another' }) },
  'DELETE /v1/identity-providers/{identityProviderId}': {},
  'POST /v1/sign-in/provider': { body: () => ({ email: 'kim@harbor.example' }) },
  'POST /v1/sign-in/provider/{identityProviderId}/start': { body: () => ({}) },
  'GET /v1/sign-in/provider/callback': { query: { code: 'x', state: 'x' } },
  'GET /v1/me/identity': {},
  'POST /v1/me/identity/link/start': {},
  'GET /v1/api-keys': {},
  'POST /v1/api-keys': { body: () => ({ name: 'Portal', scopes: ['visits:read'] }) },
  'DELETE /v1/api-keys/{apiKeyId}': {},
  'GET /v1/clinicians': {},
  'GET /v1/patients': {},
  'POST /v1/patients': { body: () => ({ name: 'Ann Lee' }) },
  'POST /v1/patients/search': { body: () => ({ name: 'lee an' }) },
  'GET /v1/patients/{patientId}': {},
  'PATCH /v1/patients/{patientId}': { body: () => ({ phone: '555 010 0199' }) },
  'GET /v1/patients/{patientId}/history': {},
  'POST /v1/patients/{patientId}/merge': { body: ({ patientId }) => ({ into: patientId }) },
  'POST /v1/patients/{patientId}/export': {},
  'POST /v1/patients/{patientId}/erase': { body: () => ({ ground: 'made-in-error', name: 'Ann Lee' }) },
  'GET /v1/patients/{patientId}/visits': {},
  'GET /v1/patients/{patientId}/teams': {},
  'PUT /v1/patients/{patientId}/teams/{teamId}': {},
  'DELETE /v1/patients/{patientId}/teams/{teamId}': {},
  'GET /v1/teams': {},
  'POST /v1/teams': { body: () => ({ name: randomUUID() }) },
  'PATCH /v1/teams/{teamId}': { body: () => ({ name: randomUUID() }) },
  'PUT /v1/teams/{teamId}/members/{userId}': {},
  'DELETE /v1/teams/{teamId}/members/{userId}': {},
  'POST /v1/break-glass': { body: ({ patientId }) => ({ patient: { id: patientId }, reason: 'found unconscious' }) },
  'GET /v1/break-glass/open': {},
  'DELETE /v1/break-glass/{breakGlassId}': {},
  'GET /v1/break-glass': {},
  'GET /v1/break-glass/waiting': {},
  'POST /v1/break-glass/{breakGlassId}/review': { body: () => ({ outcome: 'justified', comment: '' }) },
  'POST /v1/audit/search': { body: () => ({}) },
  'GET /v1/audit/news': {},
  'GET /v1/audit/people': {},
  'POST /v1/audit/patients': { body: () => ({ recordNumber: 'nobody’s' }) },
  'POST /v1/audit/export': { body: () => ({ format: 'fhir', filter: { outcome: 'denied' } }) },
  'GET /v1/audit/saved-searches': {},
  'POST /v1/audit/saved-searches': { body: () => ({ name: 'Denied', filter: { outcome: 'denied' } }) },
  'DELETE /v1/audit/saved-searches/{savedSearchId}': {},
  'POST /v1/patients/{patientId}/access-log': { body: () => ({}) },
  'GET /v1/audit/reviews': {},
  'GET /v1/audit/reviews/overview': {},
  'POST /v1/audit/reviews/sign-off': {
    body: ({ reviewItemId }) => ({ items: [{ id: reviewItemId, events: 1 }], outcome: 'justified', comment: '' }),
  },
  'GET /v1/audit/reviews/rules': {},
  'PUT /v1/audit/reviews/rules': {
    body: () => ({
      kinds: ['export'], timeZone: 'America/New_York', night: { from: '21:00', until: '05:30' },
      denials: { count: 3, minutes: 5 }, massReading: { patients: 50, minutes: 30 }, massListing: { patients: 2000, minutes: 45 },
    }),
  },
  'GET /v1/audit/alerts': {},
  'POST /v1/audit/alerts/rules': { body: () => ruleAboutNothing },
  'PUT /v1/audit/alerts/rules/{alertRuleId}': { body: () => ({ ...ruleAboutNothing, name: randomUUID() }) },
  'DELETE /v1/audit/alerts/rules/{alertRuleId}': {},
  'POST /v1/audit/alerts/rules/{alertRuleId}/secret': {},
  'DELETE /v1/audit/alerts/rules/{alertRuleId}/old-secret': {},
  'POST /v1/audit/alerts/rules/{alertRuleId}/test': {},
  'POST /v1/audit/alerts/deliveries/{alertDeliveryId}/send': {},
  'GET /v1/audit/retention': {},
  'PUT /v1/audit/retention': { body: () => ({ years: 7 }) },
  'POST /v1/audit/holds': { body: ({ patientId }) => ({ patientId, reason: 'Roe v. Harbor' }) },
  'DELETE /v1/audit/holds/{legalHoldId}': {},
  'GET /v1/visits': {
    query: {
      from: new Date(Date.now() - hourMs).toISOString(),
      to: new Date(Date.now() + hourMs).toISOString(),
    },
  },
  'POST /v1/visits': {
    body: ({ patientId, clinicianId }) => ({ patient: { id: patientId }, clinicianId, startsAt: aboutNow() }),
    reason,
  },
  'GET /v1/visits/changes': {},
  'GET /v1/visits/{visitId}': {},
  'PATCH /v1/visits/{visitId}': { body: () => ({ durationMinutes: 45 }), reason },
  'POST /v1/visits/{visitId}/cancel': {},
  'POST /v1/visits/{visitId}/no-show': {},
  'POST /v1/visits/{visitId}/end': {},
  'POST /v1/visits/{visitId}/links': { body: ({ participantId }) => ({ participantId }) },
  'POST /v1/visits/{visitId}/tickets': { body: () => ({}) },
  'POST /v1/visits/{visitId}/room-tokens': { body: ({ participantId }) => ({ participant: { participantId } }) },
  'POST /v1/room-tokens/exchange': { body: () => ({ token: 'nobody’s' }) },
  'DELETE /v1/room-tokens/{roomTokenId}': {},
}

const api = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ security: z.array(z.record(z.string(), z.array(z.string()))).optional() })),
  ),
})

/** Operations by their name, such as `GET /v1/me`, as a running server describes them. */
export async function describedOperations(url: string): Promise<{ name: string; takesSession: boolean; scope: string | null }[]> {
  const { paths } = api.parse(await (await fetch(`${url}/openapi.json`)).json())
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [] }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      takesSession: security.some((scheme) => 'staffSession' in scheme),
      scope: security.flatMap(({ apiKey }) => apiKey ?? [])[0] ?? null,
    })),
  )
}

function exampleOf(operation: string): Example {
  const example = examples[operation]
  if (example === undefined) throw new Error(`no request is known for ${operation}`)
  return example
}

/** Whether a request for it can say why a visit takes place. */
export const givesReason = (operation: string) => exampleOf(operation).reason !== undefined

const idNames = ['visitId', 'participantId', 'patientId', 'clinicianId', 'userId', 'teamId', 'breakGlassId', 'reviewItemId', 'savedSearchId', 'sessionId', 'passkeyId', 'apiKeyId', 'roomTokenId', 'identityProviderId', 'signUpId', 'legalHoldId', 'alertRuleId', 'alertDeliveryId'] as const

/** Which ids a request for it has, in its path or body. */
export function idsIn(operation: string): (typeof idNames)[number][] {
  return idNames.filter((name) => {
    const marked = { ...unknownSubject, [name]: 'marked' }
    const body = JSON.stringify(exampleOf(operation).body?.(marked) ?? {})
    return operation.includes(`{${name}}`) || body.includes('marked')
  })
}

/** Calls an operation about something. */
export async function call(browser: Browser, operation: string, about: Subject, { withReason = false } = {}): Promise<Response> {
  const example = exampleOf(operation)
  const [method = '', pattern = ''] = operation.split(' ')
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(name === 'organizationId' ? noOrganization : Reflect.get(about, name)))
  const query = example.query === undefined ? '' : `?${new URLSearchParams(example.query)}`
  const body = example.body?.(about)
  return browser.request(method, path + query, body && { ...body, ...(withReason ? example.reason : {}) })
}
