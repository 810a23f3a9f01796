import type { AdmissionTicket, Link, LinkQuestion, linkExchangeInput, linkInput, VisitId, VisitStatus } from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { hashSecret, newSecret } from '../keys/secrets.ts'
import type { Mail } from '../mail/mail.ts'
import { readOrganization, usualLinkCheck } from '../organizations/store.ts'
import type { LiveRooms } from '../rooms/ports.ts'
import type { StaffActor } from '../users/schema.ts'
import type { VisitChanges } from './changes.ts'
import { isOver } from './lifecycle.ts'
import { createLinkChecks } from './link-check.ts'
import { makeLink } from './link-making.ts'
import {
  endEarlierSessions,
  findParticipantSession,
  insertParticipantSession,
  lockLink,
  newestLinks,
  useLink,
} from './link-store.ts'
import { mayInviteAgain, mayPlanVisits, mayReachVisit, visitAccess } from './policy.ts'
import { participantDisplayName, participantEmail, type ParticipantRow, type ParticipantSessionId } from './schema.ts'
import { findParticipant, findVisit, insertParticipant, lockVisit, setAdmission, visitBond } from './store.ts'
import type { TicketHolder, Tickets } from './tickets.ts'
import { displayNameOf, summarizeVisit } from './view.ts'

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
  mail: Mail
  live: Pick<LiveRooms, 'endSession'>
  publicUrl: () => string
  /** What codes are made by. */
  newCode?: () => string
  now?: () => Date
}

export type Links = ReturnType<typeof createLinks>

/** Links for people without an account, and the browser sessions they are exchanged for. */
export function createLinks(options: LinksOptions) {
  const { database, keys, tickets, changes, live, now = () => new Date() } = options
  const checks = createLinkChecks(options)
  return {
    /**
     * A new link for somebody expected, or for a guest. Whoever was removed or refused is invited again by it.
     * @throws AppError `not-found`, `participant-not-found`, `visit-ended`, `visit-cancelled`; `birth-date-missing`,
     *   `email-missing`, `mail-not-set-up` where the link could not ask for what it should, or not be sent
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
        const of = { visitId, startsAt: visit.starts_at, send: input.send === true, now: at }
        if ('participantId' in input) {
          const participant = await findParticipant(tx, visitId, input.participantId)
          // Staff come with their own session; a link would be a way around it.
          if (participant === undefined || participant.role === 'host') throw new AppError('participant-not-found')
          if (participant.admission === 'removed' || participant.admission === 'refused') {
            demandReach(mayInviteAgain(actor), 'link.invite-again', participant.id, 'forbidden')
            await setAdmission(tx, participant.id, 'waiting')
          }
          const before = (await newestLinks(tx, [visitId])).get(participant.id)?.check_kind
          const check = input.check ?? before ?? (participant.role === 'patient' ? await usualLinkCheck(tx) : 'none')
          return makeLink(tx, options, fields, actor, { ...of, participant, check })
        }
        const id = newId('participant', at)
        const { name, email } = input.guest
        const sealed = email === undefined ? null : fields.seal(participantEmail, id, email)
        await insertParticipant(tx, {
          id,
          organization_id: organizationId,
          visit_id: visitId,
          role: 'guest',
          user_id: null,
          patient_id: null,
          display_name: fields.seal(participantDisplayName, id, name),
          email: sealed,
          admission: 'waiting',
          created_at: at,
        })
        const check = input.check ?? (sealed === null ? 'none' : 'mailed-code')
        return makeLink(tx, options, fields, actor, { ...of, participant: { id, patient_id: null, email: sealed }, check })
      })
      changes.publish(organizationId, visitId)
      return link
    },

    /**
     * Exchanges a link for a browser session and a ticket: once, and again only by the browser that did. A link that asks
     * for something more is not used up before that is answered.
     * @param cookie the participant cookie that the browser has for this visit, if any
     * @returns what the link asks for, as long as it does; afterwards with `token`, the value of the cookie to set, when
     *   this is the first time
     * @throws AppError `link-invalid` for unknown, foreign and tampered links alike; `link-used`, `link-expired`;
     *   `link-locked` by the fifth wrong answer, and from then on;
     *   `encryption-needed` for a browser that cannot encrypt: the link stays unused, for another one; `removed`,
     *   `refused`, `visit-ended`, `visit-cancelled`
     */
    async exchange(
      { visitId, secret, encrypts, answer, anotherCode = false }: z.output<typeof linkExchangeInput>,
      cookie: string | undefined,
    ): Promise<{ admission: AdmissionTicket; token: string | null } | { asked: LinkQuestion }> {
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
          facts: { participantId: participant.id, linkId: link.id, check: link.check_kind },
        }
        try {
          refuseIfOver(visit.status)
          refuseIfShutOut(participant)
          if (link.revoked_at !== null || link.expires_at <= at) throw new AppError('link-expired')
          let sessionId = link.used_by
          let token: string | null = null
          let ended: ParticipantSessionId[] = []
          if (sessionId === null) {
            if (encrypts === false && visit.encryption === 'end-to-end') throw new AppError('encryption-needed')
            const asked = await checks.ask(tx, fields, { link, participant, shown: { answer, anotherCode }, at })
            if (asked !== null) return { asked }
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
            ended = await endEarlierSessions(tx, participant.id, sessionId, at)
            await record(tx, { ...event, type: 'link.exchanged', sessionId }, at)
          } else {
            const session = await findParticipantSession(tx, sessionId, at)
            if (session === undefined || cookie === undefined || !session.token_hash.equals(hashSecret(cookie))) {
              throw new AppError('link-used')
            }
            // The same browser again: another ticket, and no other session.
            const facts = { participantId: participant.id, role: participant.role }
            await record(tx, { ...event, type: 'ticket.issued', sessionId, facts }, at)
          }
          const holder: TicketHolder = {
            organizationId,
            visitId,
            participantId: participant.id,
            session: { kind: 'participant', id: sessionId },
          }
          const summary = summarizeVisit(visit, (await readOrganization(tx)).name)
          return { participant, summary, holder, token, ended }
        } catch (error) {
          // The refusal is an event of its own: it is kept though nothing else changes.
          if (!(error instanceof AppError)) throw error
          const facts = { linkId: link.id, reason: error.code }
          await record(tx, { ...event, type: 'link.refused', outcome: 'denied', facts }, at)
          return error
        }
      })
      // Staff are to see that somebody needs their help.
      if (outcome instanceof AppError && outcome.code === 'link-locked') changes.publish(organizationId, visitId)
      if (outcome instanceof AppError) throw outcome
      if (outcome.asked !== undefined) return { asked: outcome.asked }
      const { participant, summary, holder, token, ended } = outcome
      for (const session of ended) live.endSession(session, { replaced: true })
      return {
        token,
        admission: {
          ticket: tickets.issue(holder),
          participant: {
            id: participant.id,
            role: participant.role,
            displayName: await displayNameOf(fields, participant),
            admission: participant.admission,
          },
          visit: summary,
        },
      }
    },
  }
}
