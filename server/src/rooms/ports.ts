import type {
  Admission,
  Grant,
  OrganizationId,
  ParticipantId,
  ParticipantRole,
  RequestType,
  SecondCheck,
  UserId,
  VisitId,
  VisitStatus,
  VisitSummary,
} from '@curtain/protocol'
import type { Holder } from '../sessions/endings.ts'

/** Somebody who proved, by a ticket, that they may connect to a visit. */
export interface Arrival {
  organizationId: OrganizationId
  visitId: VisitId
  participantId: ParticipantId
  role: ParticipantRole
  displayName: string
  admission: Admission
  /** What they answered right to come here, if their link asked for anything. */
  confirmedBy: SecondCheck | null
  /** What a room token lists; null: all that their role may. */
  grants: readonly Grant[] | null
  /** Staff only. */
  userId: UserId | null
  /** The staff or participant session that asked for the ticket; the connection dies with it. */
  sessionId: string
}

/** Who acts on somebody else in a room, and where they are; goes into the audit log. */
export type Actor = Pick<Arrival, 'organizationId' | 'visitId' | 'participantId' | 'userId'> & { address: string }

/** A request that was refused because of who sent it. */
export interface Denial {
  request: RequestType
  reason: 'forbidden' | 'not-admitted'
  count: number
}

export interface VisitRecord {
  summary: VisitSummary
  locked: boolean
  startedAt: Date | null
}

/**
 * What live rooms need of the visits on record. Every method is one transaction with its audit event, and is done
 * before the room changes: what could not be recorded does not happen.
 */
export interface VisitRecords {
  /**
   * @param address where the client is
   * @throws AppError `ticket-invalid`, and `removed`, `refused`, `visit-ended`, `visit-cancelled` as they apply
   */
  redeemTicket(ticket: string, address: string): Promise<Arrival>
  /** Whether somebody who has a place may go on from where they are now. */
  mayMove(arrival: Arrival, address: string): Promise<boolean>
  read(organizationId: OrganizationId, visitId: VisitId): Promise<VisitRecord>

  /**
   * A person connected; a scheduled visit opens. Their admission is as it is now, which may not be what the ticket said.
   * @param address where they are
   * @throws AppError `removed`, `refused`, `visit-ended`, `visit-cancelled`
   */
  arrived(arrival: Arrival, address: string): Promise<VisitRecord & { admission: Admission }>
  /**
   * A person's place was given up, by their own leave or by staying away.
   * @param address where they were last
   */
  departed(arrival: Arrival, reason: 'left' | 'lost' | 'replaced', address: string): Promise<void>

  admitted(actor: Actor, participantId: ParticipantId): Promise<void>
  /** Ends the person's sessions and links as well. */
  refused(actor: Actor, participantId: ParticipantId): Promise<void>
  /** Ends the person's sessions and links as well: removed means removed. */
  removed(actor: Actor, participantId: ParticipantId): Promise<void>
  sentBack(actor: Actor, participantId: ParticipantId): Promise<void>
  muted(actor: Actor, participantId: ParticipantId): Promise<void>
  locked(actor: Actor, locked: boolean): Promise<void>
  /** Somebody began to share their screen, or stopped while they stayed. */
  screenShared(actor: Actor, shared: boolean): Promise<void>

  /** Somebody asked for what they may not, from an address: `count` times since this was recorded last. */
  denied(arrival: Arrival, denial: Denial, address: string): Promise<void>

  /** Two people are in: open → in-progress. `startedAt` is set the first time only. */
  started(organizationId: OrganizationId, visitId: VisitId): Promise<VisitRecord>
  /** Nobody is left: in-progress → open. */
  emptied(organizationId: OrganizationId, visitId: VisitId): Promise<void>
  /** For all and for good; sessions and links of the visit end. */
  ended(actor: Actor): Promise<void>
}

/** What the rest of the server needs of live rooms. */
export interface LiveRooms {
  /** Who is connected now, waiting or in. */
  present(visitId: VisitId): ReadonlySet<ParticipantId>
  /** Whether anybody has a place in it: connected, on their way in, or kept for who dropped off. */
  isLive(visitId: VisitId): boolean
  /** The visit ended or was cancelled on record: everybody is told and let go. Unknown visits are no error. */
  close(visitId: VisitId, status: Extract<VisitStatus, 'ended' | 'cancelled'>): void
  /**
   * A session ended (sign-out, removal): its connections are closed for good.
   * @param how `replaced`: the same person came by something newer, and is told so
   */
  endSession(sessionId: string, how?: { replaced?: boolean }): void
  /** The staff sessions by which somebody has a place. */
  holders(): Holder[]
  /** A visit's people changed; staff pages listen. Returns the function that stops listening. */
  onChange(listener: (change: { organizationId: OrganizationId; visitId: VisitId }) => void): () => void
}
