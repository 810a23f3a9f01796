import { randomBytes, randomUUID } from 'node:crypto'
import type { ApiKeyScope, BreakGlassId, LegalHoldId, OrganizationId, ParticipantId, PatientId, ReviewItemId, Role, SavedSearchId, TeamId, UserId, VisitId } from '@curtain/protocol'
import { patient, visitCreated } from '@curtain/protocol'
import { savedSearchName } from '../../server/src/audit/schema.ts'
import { addFinding } from '../../server/src/audit-reviews/store.ts'
import { legalHoldReason } from '../../server/src/audit-retention/schema.ts'
import { insertHold } from '../../server/src/audit-retention/store.ts'
import { breakGlassReason } from '../../server/src/break-glass/schema.ts'
import { endGlass, insertGlass } from '../../server/src/break-glass/store.ts'
import type { ApiKeyId } from '../../server/src/api-keys/schema.ts'
import { insertApiKey } from '../../server/src/api-keys/store.ts'
import { newId } from '../../server/src/database/new-id.ts'
import { newSecret } from '../../server/src/keys/secrets.ts'
import type { RoomTokenId } from '../../server/src/room-tokens/schema.ts'
import { insertRoomToken } from '../../server/src/room-tokens/store.ts'
import type { PasskeyId } from '../../server/src/protection/schema.ts'
import { insertPasskey } from '../../server/src/protection/store.ts'
import { sessionAddress, type SessionId } from '../../server/src/sessions/schema.ts'
import { insertSession } from '../../server/src/sessions/store.ts'
import { addMember, insertTeam } from '../../server/src/teams/store.ts'
import { insertUser } from '../../server/src/users/store.ts'
import { addAlertRule } from './alerts.ts'
import { addNewcomer } from './newcomers.ts'
import { Browser, type TestServer } from './server.ts'
import type { Subject } from './operations.ts'

const hourMs = 60 * 60_000
const reason = { reason: 'cough' }
const aboutNow = () => new Date().toISOString()

/** Somebody on the staff, with a browser that is signed in as them. */
export interface Colleague {
  id: UserId
  browser: Browser
  organizationId: OrganizationId
  parts: TestServer['server']['parts']
}

/** Somebody on the staff with these roles, and a browser that is signed in as them. */
export async function addStaff(
  { url, server: { parts } }: Pick<TestServer, 'url' | 'server'>,
  organizationId: OrganizationId,
  roles: Role[],
): Promise<Colleague> {
  const { database, sessions } = parts
  const now = new Date()
  const id = newId('user', now)
  const user = { id, organizationId, name: `Sky ${roles.join(' ')}`, email: `${id}@harbor.example`, passwordHash: null, roles, now }
  await database.inOrganization(organizationId, (tx) => insertUser(tx, user))
  const browser = new Browser(url)
  const secret = await sessions.createSignInLink(organizationId, id, { validMs: 60_000 })
  const response = await browser.post('/v1/sign-in-links/exchange', { secret })
  if (!response.ok) throw new Error(`signing in answered ${response.status}`)
  return { id, browser, organizationId, parts }
}

/** A visit of a clinician's with a patient of theirs, and a team of theirs; the member of staff is the clinician themselves. */
export async function makeSubject(clinician: Colleague): Promise<Subject> {
  const body = { patient: { name: 'Ann Lee' }, startsAt: aboutNow(), check: 'none', ...reason }
  const { visit, link } = visitCreated.parse(await (await clinician.browser.post('/v1/visits', body)).json())
  return {
    visitId: visit.id,
    participantId: link.participantId,
    patientId: visit.patient.id,
    clinicianId: clinician.id,
    userId: clinician.id,
    teamId: await addTeam(clinician),
    breakGlassId: await addBrokenGlass(clinician, visit.patient.id),
    reviewItemId: await addReviewItem(clinician),
    savedSearchId: await addSavedSearch(clinician),
    sessionId: await addSession(clinician),
    passkeyId: await addPasskey(clinician),
    apiKeyId: (await addApiKey(clinician, ['visits:read'])).id,
    roomTokenId: await addRoomToken(clinician, visit.id, link.participantId),
    ...(await addNewcomer(clinician)),
    legalHoldId: await addLegalHold(clinician),
    ...(await addAlertRule(clinician)),
    role: 'clinician',
  }
}

/** One patient of each organization whose events are held. */
const held = new Map<OrganizationId, PatientId>()

async function addLegalHold({ id: userId, organizationId, browser, parts }: Colleague): Promise<LegalHoldId> {
  const patientId = held.get(organizationId) ?? patient.parse(await (await browser.post('/v1/patients', { name: 'Bo Marsh' })).json()).id
  held.set(organizationId, patientId)
  const id = newId('legalHold', new Date())
  const fields = await parts.keys.sealer(organizationId)
  await parts.database.inOrganization(organizationId, (tx) =>
    insertHold(tx, { id, organization_id: organizationId, patient_id: patientId, reason: fields.seal(legalHoldReason, id, 'Roe v. Harbor'), set_by: userId }),
  )
  return id
}

/** A team that somebody is in, without patients. */
async function addTeam({ id: userId, organizationId, parts }: Colleague): Promise<TeamId> {
  const now = new Date()
  const teamId = newId('team', now)
  await parts.database.inOrganization(organizationId, async (tx) => {
    await insertTeam(tx, { id: teamId, organizationId, name: `Team ${teamId}`, now })
    await addMember(tx, { organizationId, teamId, userId })
  })
  return teamId
}

/** A search of the log that somebody saved while they might. */
async function addSavedSearch({ id: created_by, organizationId: organization_id, parts }: Colleague): Promise<SavedSearchId> {
  const created_at = new Date()
  const id = newId('savedSearch', created_at)
  const name = (await parts.keys.sealer(organization_id)).seal(savedSearchName, id, 'Denied')
  await parts.database.inOrganization(organization_id, (tx) =>
    tx.insertInto('audit_saved_searches').values({ id, organization_id, name, filter: '{}', created_by, created_at }).execute(),
  )
  return id
}

/** Something that somebody did, and waits for review. */
async function addReviewItem({ id: userId, organizationId, parts }: Colleague): Promise<ReviewItemId> {
  const at = new Date()
  return parts.database.inOrganization(organizationId, async (tx) => {
    const key = randomUUID()
    const place = { firstIndex: 0, lastIndex: 0, firstAt: at, lastAt: at, day: at.toISOString().slice(0, 10) }
    await addFinding(tx, organizationId, { kind: 'night', key, userId, patientId: null, events: 1, most: null, ...place }, at)
    return (await tx.selectFrom('review_items').select('id').where('key', '=', key).executeTakeFirstOrThrow()).id
  })
}

/** Another browser that somebody is signed in with. */
export async function addSession({ id: userId, organizationId, parts }: Colleague): Promise<SessionId> {
  const now = new Date()
  const id = newId('session', now)
  const fields = await parts.keys.sealer(organizationId)
  const session = {
    id,
    organizationId,
    userId,
    tokenHash: randomBytes(32),
    now,
    expiresAt: new Date(now.getTime() + hourMs),
    stage: 'whole',
    way: 'link',
    device: { browser: 'Firefox', system: 'Linux' },
    address: fields.seal(sessionAddress, id, '192.0.2.1'),
  } as const
  await parts.database.inOrganization(organizationId, (tx) => insertSession(tx, session))
  return id
}

/** A passkey that somebody has, which no authenticator has. */
export async function addPasskey({ id: userId, organizationId, parts }: Colleague): Promise<PasskeyId> {
  const now = new Date()
  const id = newId('passkey', now)
  const passkey = {
    id,
    organization_id: organizationId,
    user_id: userId,
    name: 'Laptop',
    credential_id: randomBytes(16).toString('base64url'),
    public_key: randomBytes(77),
    counter: 0,
    transports: [],
    synced: false,
    created_at: now,
  }
  await parts.database.inOrganization(organizationId, (tx) => insertPasskey(tx, passkey))
  return id
}

/** What somebody opened by breaking the glass an hour ago, and is over. */
async function addBrokenGlass({ id: userId, organizationId, parts }: Colleague, patientId: PatientId): Promise<BreakGlassId> {
  const at = new Date(Date.now() - hourMs)
  const id = newId('breakGlass', at)
  const fields = await parts.keys.sealer(organizationId)
  const row = {
    id,
    organization_id: organizationId,
    user_id: userId,
    patient_id: patientId,
    reason: fields.seal(breakGlassReason, id, 'found unconscious'),
    broken_at: at,
    expires_at: new Date(at.getTime() + hourMs / 2),
  }
  await parts.database.inOrganization(organizationId, async (tx) => {
    await insertGlass(tx, row)
    await endGlass(tx, id, new Date())
  })
  return id
}

/** A key of somebody's organization, made by them. With no scope it is one that the API does not make. */
export async function addApiKey(
  { id: createdBy, organizationId, parts }: Colleague,
  scopes: ApiKeyScope[],
): Promise<{ id: ApiKeyId; userId: UserId; authorization: string }> {
  const now = new Date()
  const [id, userId] = [newId('apiKey', now), newId('user', now)]
  const { secret, hash } = newSecret()
  const key = {
    id,
    organization_id: organizationId,
    user_id: userId,
    secret_hash: hash,
    scopes,
    addresses: null,
    created_by: createdBy,
    created_at: now,
    expires_at: new Date(now.getTime() + hourMs),
  }
  await parts.database.inOrganization(organizationId, (tx) => insertApiKey(tx, key, { name: 'Portal', roles: ['scheduler'] }))
  return { id, userId, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

async function addRoomToken({ id: userId, organizationId, parts }: Colleague, visitId: VisitId, participantId: ParticipantId): Promise<RoomTokenId> {
  const now = new Date()
  const id = newId('roomToken', now)
  const token = {
    id,
    organization_id: organizationId,
    visit_id: visitId,
    participant_id: participantId,
    created_by: userId,
    created_at: now,
    expires_at: new Date(now.getTime() + 60_000),
  }
  await parts.database.inOrganization(organizationId, (tx) => insertRoomToken(tx, token))
  return id
}
