import type { AdmissionTicket, Link, linkExchangeInput, linkInput, ParticipantId, VisitId, VisitStatus } from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import type { StaffActor } from '../users/schema.ts'
import type { VisitChanges } from './changes.ts'
import { isOver } from './lifecycle.ts'
import {
  endEarlierSessions,
  findParticipantSession,
  insertLink,
  insertParticipantSession,
  lockLink,
  revokeUnusedLinks,
  useLink,
} from './link-store.ts'
import { mayPlanVisits, mayReachVisit, visitAccess } from './policy.ts'
import { participantDisplayName, type ParticipantRow } from './schema.ts'
import { findParticipant, findVisit, insertParticipant, lockVisit, setAdmission, visitBond } from './store.ts'
import type { TicketHolder, Tickets } from './tickets.ts'
import { displayNameOf, summarizeVisit } from './view.ts'

const livesAfterStartMs = 24 * 60 * 60_000

/** Links die with the visit, or a day after the time it was to start. */
export function linkExpiry(startsAt: Date): Date {
  return new Date(startsAt.getTime() + livesAfterStartMs)
}

/** Makes a link for a participant, in the transaction of whatever asks for it. Its secret is told here only. */
export async function makeLink(
  tx: Transaction,
  { organizationId, userId, sessionId }: Pick<StaffActor, 'organizationId' | 'userId'> & { sessionId: string | null },
  of: { visitId: VisitId; participantId: ParticipantId; startsAt: Date; publicUrl: string; now: Date },
): Promise<Link> {
  const { visitId, participantId, now } = of
  const { secret, hash } = newSecret()
  const id = newId('link', now)
  // A visit that is made or resumed late still gets a link that works for a day.
  const expiresAt = linkExpiry(of.startsAt > now ? of.startsAt : now)
  await revokeUnusedLinks(tx, participantId, now)
  await insertLink(tx, {
    id,
    organization_id: organizationId,
    visit_id: visitId,
    participant_id: participantId,
    secret_hash: hash,
    created_at: now,
    expires_at: expiresAt,
  })
  const facts = { participantId, linkId: id }
  await record(tx, { type: 'link.created', organizationId, userId, sessionId, target: visitId, facts }, now)
  return { id, participantId, url: `${of.publicUrl}/v/${visitId}#${secret}`, expiresAt: expiresAt.toISOString() }
}

/** Why nobody can come to a visit in this state, if so. @throws AppError `visit-ended`, `visit-cancelled` */
export function refuseIfOver(status: VisitStatus): void {
  if (status === 'cancelled') throw new AppError('visit-cancelled')
  if (isOver(status)) throw new AppError('visit-ended')
}

/** @throws AppError `removed`, `refused` */
export function refuseIfShutOut({ admission }: Pick<ParticipantRow, 'admission'>): void {
  if (admission === 'removed' || admission === 'refused') throw new AppError(admission)
}

export interface LinksOptions {
  database: Database
  keys: Keys
  tickets: Tickets
  changes: VisitChanges
  publicUrl: () => string
  now?: () => Date
}

export type Links = ReturnType<typeof createLinks>

/** Links for people without an account, and the browser sessions they are exchanged for. */
export function createLinks({ database, keys, tickets, changes, publicUrl, now = () => new Date() }: LinksOptions) {
  return {
    /**
     * A new link for somebody expected, or for a guest. Whoever was removed or refused is invited again by it.
     * @throws AppError `not-found`, `participant-not-found`, `visit-ended`, `visit-cancelled`
     */
    async create(actor: StaffActor, visitId: VisitId, input: z.output<typeof linkInput>): Promise<Link> {
      await demand(database, actor, mayPlanVisits(actor), 'link.create', visitId)
      const { organizationId } = actor
      const fields = await keys.sealer(organizationId)
      const link = await inReach(database, actor, async (tx) => {
        const visit = await lockVisit(tx, visitId)
        if (visit === undefined) throw new AppError('not-found')
        const bond = await visitBond(tx, actor.userId, visitId, now())
        demandReach(visitAccess(actor, bond) !== null, 'link.create', visitId)
        demandReach(mayReachVisit(actor, bond), 'link.create', visitId, 'forbidden')
        refuseIfOver(visit.status)
        const at = now()
        const of = { visitId, startsAt: visit.starts_at, publicUrl: publicUrl(), now: at }
        if ('participantId' in input) {
          const participant = await findParticipant(tx, visitId, input.participantId)
          // Staff come with their own session; a link would be a way around it.
          if (participant === undefined || participant.role === 'host') throw new AppError('participant-not-found')
          if (participant.admission === 'removed' || participant.admission === 'refused') {
            await setAdmission(tx, participant.id, 'waiting')
          }
          return makeLink(tx, actor, { ...of, participantId: participant.id })
        }
        const id = newId('participant', at)
        await insertParticipant(tx, {
          id,
          organization_id: organizationId,
          visit_id: visitId,
          role: 'guest',
          user_id: null,
          patient_id: null,
          display_name: fields.seal(participantDisplayName, id, input.guest.name),
          admission: 'waiting',
          created_at: at,
        })
        return makeLink(tx, actor, { ...of, participantId: id })
      })
      changes.publish(organizationId, visitId)
      return link
    },

    /**
     * Exchanges a link for a browser session and a ticket: once, and again only by the browser that did.
     * @param cookie the participant cookie that the browser has for this visit, if any
     * @returns with `token`, the value of the cookie to set, when this is the first time
     * @throws AppError `link-invalid` for unknown, foreign and tampered links alike; `link-used`, `link-expired`;
     *   `encryption-needed` for a browser that cannot encrypt: the link stays unused, for another one; `removed`,
     *   `refused`, `visit-ended`, `visit-cancelled`
     */
    async exchange(
      { visitId, secret, encrypts }: z.output<typeof linkExchangeInput>,
      cookie: string | undefined,
    ): Promise<{ admission: AdmissionTicket; token: string | null }> {
      const found = await database.lookUps.visitLink(hashSecret(secret))
      if (found === null || found.visitId !== visitId) throw new AppError('link-invalid')
      const { organizationId } = found
      const fields = await keys.sealer(organizationId)

      const outcome = await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const link = await lockLink(tx, found.id)
        const visit = await findVisit(tx, visitId)
        const participant = link && (await findParticipant(tx, visitId, link.participant_id))
        if (link === undefined || visit === undefined || participant === undefined) throw new AppError('link-invalid')
        const event = {
          organizationId,
          participantId: participant.id,
          target: visitId,
          facts: { participantId: participant.id, linkId: link.id },
        }
        try {
          refuseIfOver(visit.status)
          refuseIfShutOut(participant)
          if (link.revoked_at !== null || link.expires_at <= at) throw new AppError('link-expired')
          let sessionId = link.used_by
          let token: string | null = null
          if (sessionId === null) {
            if (encrypts === false && visit.encryption === 'end-to-end') throw new AppError('encryption-needed')
            const opened = newSecret()
            token = opened.secret
            sessionId = newId('participantSession', at)
            await insertParticipantSession(tx, {
              id: sessionId,
              organization_id: organizationId,
              visit_id: visitId,
              participant_id: participant.id,
              link_id: link.id,
              token_hash: opened.hash,
              created_at: at,
              expires_at: link.expires_at,
            })
            await useLink(tx, link.id, sessionId)
            // A link may have gone to the wrong person: once the next one is used, that browser is out.
            await endEarlierSessions(tx, participant.id, sessionId, at)
            await record(tx, { ...event, type: 'link.exchanged', sessionId }, at)
          } else {
            const session = await findParticipantSession(tx, sessionId, at)
            if (session === undefined || cookie === undefined || !session.token_hash.equals(hashSecret(cookie))) {
              throw new AppError('link-used')
            }
          }
          const holder: TicketHolder = {
            organizationId,
            visitId,
            participantId: participant.id,
            session: { kind: 'participant', id: sessionId },
          }
          const summary = summarizeVisit(visit, (await readOrganization(tx)).name)
          return { participant, summary, holder, token }
        } catch (error) {
          // The refusal is an event of its own: it is kept though nothing else changes.
          if (!(error instanceof AppError)) throw error
          const facts = { linkId: link.id, reason: error.code }
          await record(tx, { ...event, type: 'link.refused', outcome: 'denied', facts }, at)
          return error
        }
      })
      if (outcome instanceof AppError) throw outcome
      const { participant, summary, holder, token } = outcome
      return {
        token,
        admission: {
          ticket: tickets.issue(holder),
          participant: {
            id: participant.id,
            role: participant.role,
            displayName: displayNameOf(fields, participant),
            admission: participant.admission,
          },
          visit: summary,
        },
      }
    },
  }
}
