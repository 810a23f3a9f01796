import {
  sessionId as sessionIdSchema,
  type AuditEventType,
  type AuditFacts,
  type OrganizationId,
  type ParticipantId,
  type UserId,
  type VisitId,
} from '@curtain/protocol'
import { record } from '../audit/record.ts'
import { runFrom } from '../audit/request-origin.ts'
import type { Database, Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import { readOrganization } from '../organizations/store.ts'
import type { Actor, Arrival, VisitRecord, VisitRecords } from '../rooms/ports.ts'
import type { SessionId } from '../sessions/schema.ts'
import type { Standing } from '../sessions/watch.ts'
import { touchSession } from '../sessions/store.ts'
import { findUser } from '../users/store.ts'
import { nextStatus, type VisitEvent } from './lifecycle.ts'
import { checkOfSession, endParticipantAccess, findParticipantSession } from './link-store.ts'
import { refuseIfOver, refuseIfShutOut } from './links.ts'
import { mayHostVisits } from './policy.ts'
import { findParticipant, findVisit, lockVisit, setAdmission, updateVisit } from './store.ts'
import type { Tickets } from './tickets.ts'
import { displayNameOf, summarizeVisit } from './view.ts'

export interface VisitRecordsOptions {
  database: Database
  keys: Keys
  tickets: Tickets
  /** What has become of a staff session that is used from an address. */
  standingOf: (organizationId: OrganizationId, sessionId: SessionId, address: string) => Promise<Standing>
  now?: () => Date
}

/** The visits on record, as live rooms need them. */
export function createVisitRecords(options: VisitRecordsOptions): VisitRecords {
  const { database, keys, tickets, standingOf, now = () => new Date() } = options

  /**
   * A transaction of somebody who is somewhere. Said each time: what one does in a room leads to what is recorded of others.
   * @param address null for what a room does by itself
   */
  const inOrganization: <Result>(
    of: { organizationId: OrganizationId; address: string | null },
    run: (tx: Transaction) => Promise<Result>,
  ) => Promise<Result> = ({ organizationId, address }, run) =>
    runFrom(address === null ? null : { address, keys }, () => database.inOrganization(organizationId, run))

  async function read(tx: Transaction, visitId: VisitId): Promise<VisitRecord> {
    const visit = await findVisit(tx, visitId)
    if (visit === undefined) throw new AppError('not-found')
    const { name } = await readOrganization(tx)
    return { summary: summarizeVisit(visit, name), locked: visit.locked, startedAt: visit.started_at }
  }

  async function hold(tx: Transaction, visitId: VisitId) {
    const visit = await lockVisit(tx, visitId)
    if (visit === undefined) throw new AppError('not-found')
    return visit
  }

  /** Something a host does in a visit that goes on. */
  function act<Type extends AuditEventType>(
    { organizationId, visitId, participantId, userId, address }: Actor,
    event: { type: Type; facts?: AuditFacts<Type> },
    change: (tx: Transaction, at: Date) => Promise<unknown>,
  ): Promise<void> {
    return inOrganization({ organizationId, address }, async (tx) => {
      refuseIfOver((await hold(tx, visitId)).status)
      const at = now()
      await change(tx, at)
      await record(tx, { ...event, organizationId, participantId, userId, target: visitId }, at)
    })
  }

  function admit(
    actor: Actor,
    participantId: ParticipantId,
    type: 'participant.admitted' | 'participant.refused' | 'participant.removed' | 'participant.sent-back',
    admission: 'admitted' | 'refused' | 'removed' | 'waiting',
  ): Promise<void> {
    return act(actor, { type, facts: { participantId } }, async (tx, at) => {
      const participant = await findParticipant(tx, actor.visitId, participantId)
      if (participant === undefined) throw new AppError('participant-not-found')
      // Removed means removed: only a new invitation changes it.
      refuseIfShutOut(participant)
      await setAdmission(tx, participantId, admission)
      if (admission === 'refused' || admission === 'removed') await endParticipantAccess(tx, { participantId }, at)
    })
  }

  /** A change of the visit's state that the room itself brings about. */
  async function move(
    tx: Transaction,
    visitId: VisitId,
    event: Extract<VisitEvent, 'arrive' | 'start' | 'empty'>,
    at: Date,
    who: { organizationId: OrganizationId; participantId?: ParticipantId; userId?: UserId | null },
  ): Promise<void> {
    const visit = await hold(tx, visitId)
    refuseIfOver(visit.status)
    const status = nextStatus(visit.status, event)
    if (status === null) throw new AppError('visit-state')
    if (status === visit.status) return
    const startedAt = event === 'start' && visit.started_at === null ? { started_at: at } : {}
    await updateVisit(tx, visitId, { status, ...startedAt })
    const type = ({ arrive: 'visit.opened', start: 'visit.started', empty: 'visit.emptied' } as const)[event]
    await record(tx, { ...who, type, target: visitId }, at)
  }

  return {
    async redeemTicket(ticket, address): Promise<Arrival> {
      const holder = tickets.redeem(ticket)
      if (holder === null) throw new AppError('ticket-invalid')
      const { organizationId, visitId, participantId, session } = holder
      const staffSessionEnded = session.kind === 'staff' && (await standingOf(organizationId, session.id, address)) === 'over'
      if (staffSessionEnded) throw new AppError('ticket-invalid')
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        // First: what ends a session commits with the reason, so that whoever sees the end here sees the reason below.
        const came = session.kind === 'staff' ? undefined : await findParticipantSession(tx, session.id, now())
        const participant = await findParticipant(tx, visitId, participantId)
        if (participant === undefined) throw new AppError('ticket-invalid')
        refuseIfShutOut(participant)
        refuseIfOver((await read(tx, visitId)).summary.status)
        if (session.kind === 'participant' && came === undefined) throw new AppError('ticket-invalid')
        // A ticket does not outlive the role that it was given for.
        const user = session.kind === 'staff' ? await findUser(tx, session.userId) : undefined
        if (session.kind === 'staff' && !mayHostVisits({ roles: user?.roles ?? [] })) throw new AppError('ticket-invalid')
        const check = session.kind === 'participant' ? await checkOfSession(tx, session.id) : 'none'
        return {
          organizationId,
          visitId,
          participantId,
          role: participant.role,
          displayName: await displayNameOf(fields, participant),
          admission: participant.admission,
          confirmedBy: check === 'none' ? null : check,
          grants: came?.grants ?? null,
          userId: session.kind === 'staff' ? session.userId : null,
          sessionId: session.id,
        }
      })
    },

    async mayMove({ organizationId, sessionId }, address) {
      // Those who come by link may change networks as they like: their session is bound to the browser.
      const staff = sessionIdSchema.safeParse(sessionId)
      return !staff.success || (await standingOf(organizationId, staff.data, address)) === 'good'
    },

    read: (organizationId, visitId) => database.inOrganization(organizationId, (tx) => read(tx, visitId)),

    arrived: ({ organizationId, visitId, participantId, userId, sessionId, role }, address) =>
      inOrganization({ organizationId, address }, async (tx) => {
        const at = now()
        const who = { organizationId, participantId, userId }
        await move(tx, visitId, 'arrive', at, who)
        const participant = await findParticipant(tx, visitId, participantId)
        if (participant === undefined) throw new AppError('ticket-invalid')
        refuseIfShutOut(participant)
        const facts = { participantId, role }
        await record(tx, { ...who, type: 'participant.arrived', sessionId, target: visitId, facts }, at)
        return { ...(await read(tx, visitId)), admission: participant.admission }
      }),

    departed: ({ organizationId, visitId, participantId, userId, sessionId }, reason, address) =>
      inOrganization({ organizationId, address }, async (tx) => {
        const at = now()
        // Whoever was in a visit was not idle: their session counts from its end.
        if (userId !== null) await touchStaffSession(tx, sessionId, at)
        const facts = { participantId, reason }
        const type = 'participant.departed'
        await record(tx, { type, organizationId, participantId, userId, sessionId, target: visitId, facts }, at)
      }),

    admitted: (actor, participantId) => admit(actor, participantId, 'participant.admitted', 'admitted'),
    refused: (actor, participantId) => admit(actor, participantId, 'participant.refused', 'refused'),
    removed: (actor, participantId) => admit(actor, participantId, 'participant.removed', 'removed'),
    sentBack: (actor, participantId) => admit(actor, participantId, 'participant.sent-back', 'waiting'),
    muted: (actor, participantId) =>
      act(actor, { type: 'participant.muted', facts: { participantId } }, () => Promise.resolve()),
    locked: (actor, locked) =>
      act(actor, { type: locked ? 'visit.locked' : 'visit.unlocked' }, (tx) => updateVisit(tx, actor.visitId, { locked })),
    screenShared: (actor, shared) => act(actor, { type: shared ? 'participant.screen-shared' : 'participant.screen-stopped' }, () => Promise.resolve()),

    denied: ({ organizationId, visitId, participantId, userId, sessionId }, { request, reason, count }, address) =>
      inOrganization({ organizationId, address }, (tx) => {
        const who = { organizationId, participantId, userId, sessionId }
        const facts = { request, reason, count }
        return record(tx, { ...who, type: 'participant.denied', outcome: 'denied', target: visitId, facts }, now())
      }),

    started: (organizationId, visitId) =>
      inOrganization({ organizationId, address: null }, async (tx) => {
        await move(tx, visitId, 'start', now(), { organizationId })
        return read(tx, visitId)
      }),

    emptied: (organizationId, visitId) =>
      inOrganization({ organizationId, address: null }, async (tx) => {
        const { status } = await hold(tx, visitId)
        // The last to leave may be leaving because it is over.
        if (status === 'in-progress') await move(tx, visitId, 'empty', now(), { organizationId })
      }),

    ended: ({ organizationId, visitId, participantId, userId, address }) =>
      inOrganization({ organizationId, address }, async (tx) => {
        const visit = await hold(tx, visitId)
        if (visit.status === 'ended') return
        const status = nextStatus(visit.status, 'end')
        if (status === null) throw new AppError('visit-state')
        const at = now()
        await updateVisit(tx, visitId, { status, ended_at: at })
        await endParticipantAccess(tx, { visitId }, at)
        await record(tx, { type: 'visit.ended', organizationId, participantId, userId, target: visitId }, at)
      }),
  }
}

async function touchStaffSession(tx: Transaction, sessionId: string, at: Date): Promise<void> {
  const parsed = sessionIdSchema.safeParse(sessionId)
  if (parsed.success) await touchSession(tx, parsed.data, at)
}
