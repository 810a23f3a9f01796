import type { AdmissionTicket, OrganizationId, RoomToken, roomTokenExchangeInput, roomTokenInput, VisitId } from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import { newSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import type { LiveRooms } from '../rooms/ports.ts'
import type { StaffActor } from '../users/schema.ts'
import type { VisitChanges } from '../visits/changes.ts'
import { endEarlierSessions, endParticipantSession, insertParticipantSession } from '../visits/link-store.ts'
import { linkExpiry } from '../visits/link-making.ts'
import { refuseIfOver, refuseIfShutOut } from '../visits/links.ts'
import { mayPlanVisits, mayReachVisit, visitAccess } from '../visits/policy.ts'
import { participantDisplayName, type ParticipantRow } from '../visits/schema.ts'
import { findParticipant, findVisit, insertParticipant, lockVisit, visitBond } from '../visits/store.ts'
import type { Tickets } from '../visits/tickets.ts'
import { displayNameOf, summarizeVisit } from '../visits/view.ts'
import { mayCarry } from './policy.ts'
import type { RoomTokenId } from './schema.ts'
import { signingKeyOf, type SigningKey } from './signing-key.ts'
import { insertRoomToken, lockRoomToken, revokeRoomToken, useRoomToken } from './store.ts'
import { readUnverified, signRoomToken, verifyRoomToken, type RoomTokenClaims } from './token.ts'

export interface RoomTokensOptions {
  database: Database
  keys: Pick<Keys, 'sealer' | 'roomTokenSeed'>
  tickets: Tickets
  changes: VisitChanges
  live: Pick<LiveRooms, 'endSession'>
  /** The origin people use: the issuer of tokens. */
  publicUrl: () => string
  now?: () => Date
}

export type RoomTokens = ReturnType<typeof createRoomTokens>

type Whom = z.output<typeof roomTokenInput>['participant']

/**
 * Tokens by which an organization's own programs let people into visits. They come by them as by a link, into the waiting
 * room, and all that ends a link and its session ends these.
 */
export function createRoomTokens(options: RoomTokensOptions) {
  const { database, keys, tickets, changes, live, publicUrl, now = () => new Date() } = options

  async function signingKey(organizationId: OrganizationId, version?: number): Promise<SigningKey | null> {
    const found = await keys.roomTokenSeed(organizationId, version)
    return found && signingKeyOf(found.version, found.seed)
  }

  /** Something that is done to a visit within somebody's reach. */
  async function demandVisit(tx: Transaction, actor: StaffActor, visitId: VisitId, action: string) {
    const bond = await visitBond(tx, actor.userId, visitId, now())
    demandReach(visitAccess(actor, bond) !== null, action, visitId)
    demandReach(mayReachVisit(actor, bond), action, visitId, 'forbidden')
  }

  /** Whom a token is for: somebody who is expected already, or a guest who is from now on. */
  async function personFor(
    tx: Transaction,
    fields: OrganizationSealer,
    { organizationId, visitId, who, at }: { organizationId: OrganizationId; visitId: VisitId; who: Whom; at: Date },
  ): Promise<Pick<ParticipantRow, 'id' | 'role'>> {
    if ('participantId' in who) {
      const participant = await findParticipant(tx, visitId, who.participantId)
      // Staff come with their own session; a token would be a way around it.
      if (participant === undefined || participant.role === 'host') throw new AppError('participant-not-found')
      refuseIfShutOut(participant)
      return participant
    }
    const id = newId('participant', at)
    const guest = {
      id,
      organization_id: organizationId,
      visit_id: visitId,
      role: 'guest',
      user_id: null,
      patient_id: null,
      display_name: fields.seal(participantDisplayName, id, who.guest.name),
      email: null,
      admission: 'waiting',
      created_at: at,
    } as const
    await insertParticipant(tx, guest)
    return guest
  }

  return {
    /**
     * A token for somebody expected, or for a guest who is named. Whoever was removed or refused stays out: only people
     * invite again, by a link.
     * @throws AppError `forbidden`, `not-found`, `participant-not-found`, `invalid-input` for grants beyond their role,
     *   `removed`, `refused`, `visit-ended`, `visit-cancelled`
     */
    async create(actor: StaffActor, visitId: VisitId, input: z.output<typeof roomTokenInput>): Promise<RoomToken> {
      const action = 'room-token.create'
      await demand(database, actor, mayPlanVisits(actor), action, visitId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      const key = await signingKey(organizationId)
      if (key === null) throw new AppError('internal')
      const grants = input.grants === undefined ? null : [...new Set(input.grants)]
      const claims = await inReach(database, actor, async (tx): Promise<RoomTokenClaims> => {
        const visit = await lockVisit(tx, visitId)
        if (visit === undefined) throw new AppError('not-found')
        await demandVisit(tx, actor, visitId, action)
        refuseIfOver(visit.status)
        const at = now()
        const { id: participantId, role } = await personFor(tx, fields, { organizationId, visitId, who: input.participant, at })
        if (grants !== null && !mayCarry(role, grants)) throw new AppError('invalid-input', { fields: ['grants'] })
        const id = newId('roomToken', at)
        const issuedAt = Math.floor(at.getTime() / 1000)
        const expiresAt = issuedAt + input.validSeconds
        await insertRoomToken(tx, {
          id,
          organization_id: organizationId,
          visit_id: visitId,
          participant_id: participantId,
          created_by: userId,
          created_at: at,
          expires_at: new Date(expiresAt * 1000),
        })
        const facts = { participantId, roomTokenId: id, ...(grants && { grants }) }
        await record(tx, { type: 'room-token.created', organizationId, userId, sessionId, target: visitId, facts }, at)
        return { id, visitId, participantId, grants, issuedAt, expiresAt }
      })
      changes.publish(organizationId, visitId)
      const { id, participantId, expiresAt } = claims
      const token = await signRoomToken(claims, publicUrl(), key)
      return { id, participantId, token, expiresAt: new Date(expiresAt * 1000).toISOString() }
    },

    /**
     * Exchanges a token for a ticket, once.
     * @returns with `cookie`, the value of the one to set, where the browser is to be known again
     * @throws AppError `room-token-invalid`, whatever is wrong with it; `encryption-needed` for a browser that cannot
     *   encrypt: the token stays unused; `removed`, `refused`, `visit-ended`, `visit-cancelled`
     */
    async exchange({
      token,
      encrypts,
      remember,
    }: z.output<typeof roomTokenExchangeInput>): Promise<{ admission: AdmissionTicket; cookie: string | null }> {
      const read = readUnverified(token)
      const organizationId = read && (await database.lookUps.roomToken(read.id))
      const key = read && organizationId && (await signingKey(organizationId, read.keyVersion))
      if (!read || !organizationId) throw new AppError('room-token-invalid')
      const claims = key && (await verifyRoomToken(token, publicUrl(), key, now().getTime()))
      const fields = await keys.sealer(organizationId)

      const outcome = await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const row = await lockRoomToken(tx, read.id)
        const visit = row && (await findVisit(tx, row.visit_id))
        const participant = row && (await findParticipant(tx, row.visit_id, row.participant_id))
        if (row === undefined || visit === undefined || participant === undefined) throw new AppError('room-token-invalid')
        const event = { organizationId, participantId: participant.id, target: visit.id } as const
        try {
          if (!claims || claims.visitId !== visit.id || claims.participantId !== participant.id) throw new Refused('not-valid')
          if (row.used_by !== null) throw new Refused('used')
          refuseIfOver(visit.status)
          refuseIfShutOut(participant)
          if (row.revoked_at !== null) throw new Refused('revoked')
          if (row.expires_at <= at) throw new Refused('expired')
          if (encrypts === false && visit.encryption === 'end-to-end') throw new AppError('encryption-needed')
          const sessionId = newId('participantSession', at)
          const cookie = newSecret()
          await insertParticipantSession(tx, {
            id: sessionId,
            organization_id: organizationId,
            visit_id: visit.id,
            participant_id: participant.id,
            link_id: null,
            room_token_id: row.id,
            grants: claims.grants === null ? null : [...claims.grants],
            token_hash: cookie.hash,
            created_at: at,
            expires_at: linkExpiry(visit.starts_at > at ? visit.starts_at : at),
          })
          await useRoomToken(tx, row.id, sessionId)
          // As with links: once the next one is used, whoever came by an earlier one is out.
          const ended = await endEarlierSessions(tx, participant.id, sessionId, at)
          const facts = { participantId: participant.id, roomTokenId: row.id }
          await record(tx, { ...event, type: 'room-token.exchanged', sessionId, facts }, at)
          const summary = summarizeVisit(visit, (await readOrganization(tx)).name)
          return { participant, summary, sessionId, ended, cookie: remember ? cookie.secret : null }
        } catch (error) {
          // The refusal is an event of its own: it is kept though nothing else changes.
          if (!(error instanceof AppError)) throw error
          const facts = { roomTokenId: row.id, reason: error instanceof Refused ? error.reason : error.code }
          await record(tx, { ...event, type: 'room-token.refused', outcome: 'denied', facts }, at)
          return error
        }
      })
      if (outcome instanceof AppError) throw outcome
      const { participant, summary, sessionId, ended, cookie } = outcome
      for (const earlier of ended) live.endSession(earlier, { replaced: true })
      const session = { kind: 'participant', id: sessionId } as const
      const admission = {
        ticket: tickets.issue({ organizationId, visitId: summary.id, participantId: participant.id, session }),
        participant: {
          id: participant.id,
          role: participant.role,
          displayName: await displayNameOf(fields, participant),
          admission: participant.admission,
        },
        visit: summary,
      }
      return { admission, cookie }
    },

    /**
     * A token that was not used is worth nothing any more; whoever came with it is out. Twice is fine.
     * @throws AppError `forbidden`, `not-found`
     */
    async revoke(actor: StaffActor, id: RoomTokenId): Promise<void> {
      const action = 'room-token.revoke'
      await demand(database, actor, mayPlanVisits(actor), action, id)
      const { organizationId, userId, sessionId } = actor
      const { visitId, ended } = await inReach(database, actor, async (tx) => {
        const row = await lockRoomToken(tx, id)
        if (row === undefined) throw new AppError('not-found')
        const { visit_id: visit, participant_id: participantId, used_by: usedBy } = row
        await demandVisit(tx, actor, visit, action)
        if (row.revoked_at !== null) return { visitId: visit, ended: usedBy }
        const at = now()
        await revokeRoomToken(tx, id, at)
        if (usedBy !== null) await endParticipantSession(tx, usedBy, at)
        const facts = { participantId, roomTokenId: id }
        await record(tx, { type: 'room-token.revoked', organizationId, userId, sessionId, target: visit, facts }, at)
        return { visitId: visit, ended: usedBy }
      })
      if (ended !== null) live.endSession(ended)
      changes.publish(organizationId, visitId)
    },
  }
}

/** A token that is not accepted. Why is for the audit log alone. */
class Refused extends AppError {
  readonly reason: string

  constructor(reason: 'not-valid' | 'used' | 'revoked' | 'expired') {
    super('room-token-invalid')
    this.reason = reason
  }
}
