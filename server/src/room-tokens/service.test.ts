import type { RoomTokenInput, Visit } from '@curtain/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../tests/support/database.ts'
import { noMail } from '../../../tests/support/no-mail.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { createOrganization } from '../organizations/service.ts'
import type { SignedInActor } from '../users/schema.ts'
import { createVisitChanges } from '../visits/changes.ts'
import { endParticipantAccess } from '../visits/link-store.ts'
import { createLinks } from '../visits/links.ts'
import { createVisits } from '../visits/service.ts'
import { createTickets } from '../visits/tickets.ts'
import { createRoomTokens } from './service.ts'
import { signingKeyOf } from './signing-key.ts'
import { signRoomToken, verifyRoomToken } from './token.ts'

const issuer = 'https://clinic.example'
const start = new Date('2026-03-02T09:00:00.400Z')

let world: TestDatabase
let actor: SignedInActor
let visit: Visit
let now = start
const ended: string[] = []
const live = { present: () => new Set<never>(), close: () => {}, endSession: (id: string) => void ended.push(id) }

const at = (seconds: number) => {
  now = new Date(start.getTime() + seconds * 1000)
}
const tickets = createTickets()
const parts = () => ({
  database: world.database, keys: world.keys, tickets, live, changes: createVisitChanges(), mail: noMail,
  publicUrl: () => issuer, now: () => now,
})
const tokens = () => createRoomTokens(parts())

async function makeOrganization(name: string): Promise<SignedInActor> {
  const input = { organizationName: name, name: 'Dana', email: `dana@${name}.example`, password: null }
  const { organizationId, userId } = await createOrganization(world, input, now)
  return { kind: 'staff', organizationId, userId, sessionId: newId('session', now), roles: ['owner', 'clinician'] }
}
async function makeVisit(by = actor) {
  const planned = { startsAt: start.toISOString(), durationMinutes: 30, kind: 'consultation', encryption: 'end-to-end', reason: '', send: false } as const
  return (await createVisits(parts()).create(by, { ...planned, patient: { name: 'Ann Lee' } })).visit
}
const patientOf = ({ participants: [patient] }: Visit) => {
  if (patient === undefined) throw new Error('no patient')
  return { participantId: patient.id }
}
function mint(input: Partial<RoomTokenInput> = {}, of = visit, by = actor) {
  return tokens().create(by, of.id, { participant: patientOf(of), validSeconds: 300, ...input })
}
async function refusal(doing: Promise<unknown>): Promise<string> {
  const outcome = await doing.catch((error: unknown) => error)
  return outcome instanceof AppError ? outcome.code : 'none'
}
const exchange = async (token: string) => (await tokens().exchange({ token, remember: false })).admission
const reasons = async () =>
  (await world.query(`select facts->>'reason' as reason from audit_events where type = 'room-token.refused' and target = $1 order by id`, [visit.id])).map(
    ({ reason }) => reason,
  )

beforeAll(async () => {
  world = await createTestDatabase()
  actor = await makeOrganization('harbor')
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  now = start
  visit = await makeVisit()
})
afterEach(() => void ended.splice(0))

test('lets one person into one visit once, and both are on record', async () => {
  const { id, token, participantId, expiresAt } = await mint({ grants: ['subscribe', 'subscribe'] })
  expect(expiresAt).toBe('2026-03-02T09:05:00.000Z')
  at(1)
  const { ticket, participant } = await exchange(token)
  expect(participant).toMatchObject({ id: participantId, role: 'patient', displayName: 'Ann Lee', admission: 'waiting' })
  expect(tickets.redeem(ticket)).toMatchObject({ visitId: visit.id, participantId, session: { kind: 'participant' } })
  at(2)
  expect(await refusal(exchange(token))).toBe('room-token-invalid')
  expect(await reasons()).toEqual(['used'])
  const events = await world.query(`select type, user_id, facts from audit_events where target = $1 and type like 'room-token.%' order by id`, [visit.id])
  expect(events.slice(0, 2)).toEqual([
    { type: 'room-token.created', user_id: actor.userId, facts: { participantId, roomTokenId: id, grants: ['subscribe'] } },
    { type: 'room-token.exchanged', user_id: null, facts: { participantId, roomTokenId: id } },
  ])
  expect(JSON.stringify(await world.query('select * from room_tokens'))).not.toContain(token.split('.')[2])
})

test('of many who come with one at once, one gets in', async () => {
  const { token } = await mint()
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => refusal(exchange(token))))
  expect(outcomes.toSorted()).toEqual(['none', 'room-token-invalid', 'room-token-invalid', 'room-token-invalid'])
  expect(await world.query('select id from participant_sessions where visit_id = $1', [visit.id])).toHaveLength(1)
})

test('a guest who is named gets a place of their own', async () => {
  const { token, participantId } = await mint({ participant: { guest: { name: 'Sam Reed' } } })
  expect(participantId).not.toBe(patientOf(visit).participantId)
  expect((await exchange(token)).participant).toMatchObject({ id: participantId, role: 'guest', displayName: 'Sam Reed' })
})

test('works until its last second, and from half a minute before it was made', async () => {
  const { token } = await mint({ validSeconds: 20 })
  at(19.6)
  expect(await refusal(exchange(token))).toBe('room-token-invalid')
  at(-30)
  expect(await refusal(exchange(token))).toBe('none')
  at(0)
  const { token: late } = await mint({ validSeconds: 20 })
  at(19.5)
  expect(await refusal(exchange(late))).toBe('none')
  at(0)
  const { token: early } = await mint()
  at(-31.5)
  expect(await refusal(exchange(early))).toBe('room-token-invalid')
})

describe('what was signed is not enough', () => {
  const forge = async (changes: Partial<Parameters<typeof signRoomToken>[0]>, by = actor.organizationId) => {
    const { id, participantId } = await mint()
    const seed = await world.keys.roomTokenSeed(by)
    if (seed === null) throw new Error('no key')
    const issuedAt = Math.floor(now.getTime() / 1000)
    const claims = { id, visitId: visit.id, participantId, grants: null, issuedAt, expiresAt: issuedAt + 300, ...changes }
    return signRoomToken(claims, issuer, signingKeyOf(seed.version, seed.seed))
  }

  test('a token for another visit or another person of the same organization is none', async () => {
    const other = await makeVisit()
    expect(await refusal(exchange(await forge({ visitId: other.id })))).toBe('room-token-invalid')
    expect(await refusal(exchange(await forge(patientOf(other))))).toBe('room-token-invalid')
    expect(await reasons()).toEqual(['not-valid', 'not-valid'])
    expect(await refusal(exchange(await forge({})))).toBe('none')
  })

  test('the key of another organization opens nothing here', async () => {
    const stranger = await makeOrganization('elsewhere')
    expect(await refusal(exchange(await forge({}, stranger.organizationId)))).toBe('room-token-invalid')
    const seeds = await Promise.all([actor, stranger].map(({ organizationId }) => world.keys.roomTokenSeed(organizationId)))
    expect(seeds[0]?.seed).not.toEqual(seeds[1]?.seed)
    expect(seeds[0]?.seed).not.toEqual(await world.keys.rosterSeed(actor.organizationId))
  })

  test('a token that is not on record, or of another address of ours, is none', async () => {
    expect(await refusal(exchange(await forge({ id: newId('roomToken', now) })))).toBe('room-token-invalid')
    const { token } = await mint()
    const moved = createRoomTokens({ ...parts(), publicUrl: () => 'https://moved.example' })
    expect(await refusal(moved.exchange({ token, remember: false }))).toBe('room-token-invalid')
    expect(await refusal(exchange(token))).toBe('none')
  })

  test('a token goes on after the organization’s key is rotated, and the next is signed with the new one', async () => {
    const { token } = await mint()
    await world.keys.rotate(actor.organizationId)
    expect(await refusal(exchange(token))).toBe('none')
    const seed = await world.keys.roomTokenSeed(actor.organizationId)
    if (seed === null) throw new Error('no key')
    expect(seed.version).toBeGreaterThan(1)
    const next = await mint()
    expect(await verifyRoomToken(next.token, issuer, signingKeyOf(seed.version, seed.seed), now.getTime())).toMatchObject({ id: next.id })
    expect(await refusal(exchange(next.token))).toBe('none')
  })
})

describe('taken back', () => {
  test('an unused token is worth nothing', async () => {
    const { id, token } = await mint()
    await tokens().revoke(actor, id)
    await tokens().revoke(actor, id)
    expect(await refusal(exchange(token))).toBe('room-token-invalid')
    expect(await reasons()).toEqual(['revoked'])
    expect(ended).toEqual([])
    expect(await world.query(`select outcome from audit_events where type = 'room-token.revoked' and target = $1`, [visit.id])).toHaveLength(1)
  })

  test('a used one takes the session of whoever came with it', async () => {
    const { id, token } = await mint()
    await exchange(token)
    await tokens().revoke(actor, id)
    const [session] = await world.query('select id, ended_at from participant_sessions where room_token_id = $1', [id])
    expect(session).toMatchObject({ ended_at: now })
    expect(ended).toEqual([session?.['id']])
  })

  test('is whatever ends links: being put out, and the end of the visit', async () => {
    const [one, other] = [await mint(), await mint({ participant: { guest: { name: 'Sam Reed' } } })]
    const { participantId } = one
    await world.database.inOrganization(actor.organizationId, (tx) => endParticipantAccess(tx, { participantId }, now))
    expect(await refusal(exchange(one.token))).toBe('room-token-invalid')
    await createVisits(parts()).cancel(actor, visit.id)
    expect(await refusal(exchange(other.token))).toBe('visit-cancelled')
    expect(await refusal(mint())).toBe('visit-cancelled')
  })
})

describe('not made', () => {
  test('for staff, or for anybody who is not of the visit', async () => {
    const other = await makeVisit()
    expect(await refusal(mint({ participant: patientOf(other) }))).toBe('participant-not-found')
  })

  test('with grants beyond what a patient or guest may', async () => {
    for (const grant of ['admit', 'moderate', 'end'] as const) {
      expect(await refusal(mint({ grants: ['subscribe', grant] }))).toBe('invalid-input')
      expect(await refusal(mint({ grants: [grant], participant: { guest: { name: 'Sam Reed' } } }))).toBe('invalid-input')
    }
    expect(await world.query('select id from participants where visit_id = $1', [visit.id])).toHaveLength(1)
  })

  test.each(['removed', 'refused'] as const)('for whoever was %s, until a person invites them again', async (admission) => {
    const { token } = await mint()
    const { participantId } = patientOf(visit)
    await world.query('update participants set admission = $1 where id = $2', [admission, participantId])
    expect(await refusal(exchange(token))).toBe(admission)
    expect(await refusal(mint())).toBe(admission)
    const links = createLinks(parts())
    const service = { ...actor, kind: 'service', sessionId: newId('apiKey', now), roles: ['scheduler'], scopes: ['room-tokens:write'] } as const
    const again = { participantId, send: false }
    expect(await refusal(links.create(service, visit.id, again))).toBe('forbidden')
    await links.create(actor, visit.id, again)
    expect(await refusal(exchange((await mint()).token))).toBe('none')
  })
})

test('a browser that cannot encrypt leaves the token for another one', async () => {
  const { token } = await mint()
  expect(await refusal(tokens().exchange({ token, encrypts: false, remember: true }))).toBe('encryption-needed')
  expect(await refusal(exchange(token))).toBe('none')
})

test('whoever comes by a newer one takes the place of whoever came before, and the other way about', async () => {
  // A second apart, so that their ids tell who came when.
  await exchange((await mint()).token)
  at(1)
  const links = createLinks(parts())
  const { url } = await links.create(actor, visit.id, { ...patientOf(visit), send: false })
  await links.exchange({ visitId: visit.id, secret: new URL(url).hash.slice(1) }, undefined)
  at(2)
  await exchange((await mint()).token)
  const sessions = await world.query('select ended_at, link_id from participant_sessions where visit_id = $1 order by id', [visit.id])
  expect(sessions.map(({ ended_at: over, link_id: link }) => [over === null, link === null])).toEqual([
    [false, true],
    [false, false],
    [true, true],
  ])
})
