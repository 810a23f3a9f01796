import type { AdmissionTicket, VisitId, VisitStatus } from '@curtain/protocol'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import { wasOpenSince } from '../break-glass/store.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import { hashSecret } from '../keys/secrets.ts'
import { readOrganization } from '../organizations/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { findParticipantSession } from './link-store.ts'
import { refuseIfOver, refuseIfShutOut } from './links.ts'
import { mayComeAsHost, mayHostVisits } from './policy.ts'
import { participantDisplayName, type ParticipantRow } from './schema.ts'
import { findHost, findParticipant, findVisit, insertParticipant, lockVisit, visitBond } from './store.ts'
import type { TicketHolder, Tickets } from './tickets.ts'
import { displayNameOf, summarizeVisit } from './view.ts'

export interface AdmissionsOptions {
  database: Database
  keys: Keys
  tickets: Tickets
  now?: () => Date
}

export type Admissions = ReturnType<typeof createAdmissions>

/** Tickets for those who have a session already: staff, and browsers that exchanged a link before. */
export function createAdmissions({ database, keys, tickets, now = () => new Date() }: AdmissionsOptions) {
  async function issue(
    tx: Transaction,
    fields: OrganizationSealer,
    participant: Omit<ParticipantRow, 'user_id' | 'email' | 'created_at'>,
    session: TicketHolder['session'],
  ): Promise<AdmissionTicket | AppError> {
    const visit = await findVisit(tx, participant.visit_id)
    if (visit === undefined) throw new AppError('not-found')
    const refusal = refusalOf(visit.status, participant)
    if (refusal !== null) return refuse(tx, participant, session, refusal)
    const { organization_id: organizationId, visit_id: visitId, id: participantId, role } = participant
    await record(
      tx,
      {
        type: 'ticket.issued', organizationId, participantId, sessionId: session.id, target: visitId,
        userId: session.kind === 'staff' ? session.userId : null, facts: { participantId, role },
      },
      now(),
    )
    return {
      ticket: tickets.issue({ organizationId, visitId, participantId, session }),
      participant: {
        id: participantId,
        role,
        displayName: await displayNameOf(fields, participant),
        admission: participant.admission,
      },
      visit: summarizeVisit(visit, (await readOrganization(tx)).name),
    }
  }

  /** The refusal is an event of its own, kept by the transaction; so it is returned, and thrown after. */
  async function refuse(
    tx: Transaction,
    participant: Pick<ParticipantRow, 'id' | 'organization_id' | 'visit_id'>,
    session: TicketHolder['session'],
    refusal: AppError,
  ): Promise<AppError> {
    const { organization_id: organizationId, visit_id: target, id: participantId } = participant
    const userId = session.kind === 'staff' ? session.userId : null
    const facts = { participantId, reason: refusal.code }
    await record(
      tx,
      {
        type: 'ticket.refused', outcome: 'denied', organizationId, participantId, userId, sessionId: session.id, target,
        facts,
      },
      now(),
    )
    return refusal
  }

  return {
    /**
     * A ticket for a member of staff, who becomes a host of the visit.
     * @throws AppError `forbidden`, also for who has the visit's address from broken glass; `not-found`, `removed`, `visit-ended`, `visit-cancelled`
     */
    async forStaff(actor: SignedInActor, visitId: VisitId): Promise<AdmissionTicket> {
      await demand(database, actor, mayHostVisits(actor), 'visit.host', visitId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      const outcome = await inReach(database, actor, async (tx) => {
        // Held, so that two tabs of one person make one participant.
        const visit = await lockVisit(tx, visitId)
        if (visit === undefined) throw new AppError('not-found')
        const host = await findHost(tx, visitId, userId)
        if (host === undefined) {
          const bond = await visitBond(tx, userId, visitId, now())
          const couldRead = await wasOpenSince(tx, { userId, patientId: visit.patient_id }, visit.created_at)
          demandReach(mayComeAsHost(actor, bond, couldRead), 'visit.host', visitId, 'forbidden')
          // Nobody becomes a host of what is over.
          refuseIfOver(visit.status)
        }
        return issue(tx, fields, host ?? (await addHost(tx, fields, actor, visitId)), { kind: 'staff', id: sessionId, userId })
      })
      if (outcome instanceof AppError) throw outcome
      return outcome
    },

    /**
     * A ticket for a browser that exchanged a link of this visit.
     * @param cookie its participant cookie for this visit
     * @throws AppError `not-signed-in` when the cookie is nobody's; `removed`, `refused`, `visit-ended`, `visit-cancelled`
     */
    async forParticipant(cookie: string, visitId: VisitId): Promise<AdmissionTicket> {
      const found = await database.lookUps.participantSession(hashSecret(cookie))
      if (found === null || found.visitId !== visitId) throw new AppError('not-signed-in')
      const fields = await keys.sealer(found.organizationId)
      const outcome = await database.inOrganization(found.organizationId, async (tx) => {
        const session = await findParticipantSession(tx, found.id, now(), { ended: true })
        const participant = session && (await findParticipant(tx, visitId, session.participant_id))
        if (session === undefined || participant === undefined) throw new AppError('not-signed-in')
        // An ended session says why it ended, to the browser that had it.
        const ticket = await issue(tx, fields, participant, { kind: 'participant', id: session.id })
        if (session.ended_at !== null && !(ticket instanceof AppError)) throw new AppError('not-signed-in')
        return ticket
      })
      if (outcome instanceof AppError) throw outcome
      return outcome
    },
  }

  async function addHost(tx: Transaction, fields: OrganizationSealer, { organizationId, userId }: SignedInActor, visitId: VisitId) {
    const user = await findUser(tx, userId)
    if (user === undefined) throw new AppError('not-signed-in')
    const at = now()
    const id = newId('participant', at)
    const row = {
      id,
      organization_id: organizationId,
      visit_id: visitId,
      role: 'host',
      user_id: userId,
      patient_id: null,
      display_name: fields.seal(participantDisplayName, id, user.name),
      admission: 'admitted',
      created_at: at,
    } as const
    await insertParticipant(tx, row)
    return row
  }
}

function refusalOf(status: VisitStatus, participant: Pick<ParticipantRow, 'admission'>): AppError | null {
  try {
    refuseIfOver(status)
    refuseIfShutOut(participant)
    return null
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
