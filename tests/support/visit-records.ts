import { randomBytes } from 'node:crypto'
import {
  makeId,
  type Admission,
  type EncryptionMode,
  type IdKind,
  type ParticipantId,
  type ParticipantRole,
  type VisitId,
} from '@curtain/protocol'
import { AppError } from '../../server/src/errors.ts'
import type { Arrival, Denial, LiveRooms, VisitRecord, VisitRecords } from '../../server/src/rooms/ports.ts'

function id<Kind extends IdKind>(kind: Kind) {
  return makeId(kind, Date.now(), randomBytes(10))
}

interface Person {
  arrival: Arrival
  admission: Admission
}

/** Visits on record in memory, with a memory of what was recorded: the unit-level stand-in for the database. */
export class MemoryVisitRecords implements VisitRecords {
  readonly organizationId = id('organization')
  readonly #visits = new Map<VisitId, VisitRecord>()
  readonly #people = new Map<ParticipantId, Person>()
  readonly #tickets = new Map<string, ParticipantId>()
  readonly #failing = new Set<keyof VisitRecords>()
  /** What was recorded, in order: `admitted`, `departed lost`. */
  readonly journal: string[] = []
  /** Told of sessions that end with a removal, as the data side does. */
  live: Pick<LiveRooms, 'endSession'> | null = null

  addVisit(encryption: EncryptionMode = 'end-to-end'): VisitId {
    const visitId = id('visit')
    this.#visits.set(visitId, {
      summary: {
        id: visitId,
        kind: 'consultation',
        encryption,
        status: 'scheduled',
        startsAt: new Date(0).toISOString(),
        organizationName: 'Clinic',
        clinicianName: 'Clinician',
      },
      locked: false,
      startedAt: null,
    })
    return visitId
  }

  addPerson(visitId: VisitId, role: ParticipantRole): ParticipantId {
    const participantId = id('participant')
    const arrival: Arrival = {
      organizationId: this.organizationId,
      visitId,
      participantId,
      role,
      displayName: `A ${role}`,
      admission: role === 'host' ? 'admitted' : 'waiting',
      confirmedBy: null,
      grants: null,
      userId: role === 'host' ? id('user') : null,
      sessionId: id('participantSession'),
    }
    this.#people.set(participantId, { arrival, admission: arrival.admission })
    return participantId
  }

  sessionOf(participantId: ParticipantId): string {
    return this.#person(participantId).arrival.sessionId
  }

  ticket(participantId: ParticipantId): string {
    const ticket = randomBytes(32).toString('base64url')
    this.#tickets.set(ticket, participantId)
    return ticket
  }

  status(visitId: VisitId) {
    return this.#visit(visitId).summary.status
  }

  /** The next call of a method fails. */
  failNext(method: keyof VisitRecords): void {
    this.#failing.add(method)
  }

  async redeemTicket(ticket: string): Promise<Arrival> {
    await this.#write('redeemTicket')
    const participantId = this.#tickets.get(ticket)
    if (participantId === undefined) throw new AppError('ticket-invalid')
    this.#tickets.delete(ticket)
    const { arrival, admission } = this.#person(participantId)
    if (admission === 'removed' || admission === 'refused') throw new AppError(admission)
    const { status } = this.#visit(arrival.visitId).summary
    if (status === 'ended') throw new AppError('visit-ended')
    if (status === 'cancelled') throw new AppError('visit-cancelled')
    return { ...arrival, admission }
  }

  async mayMove(): Promise<boolean> {
    return true
  }

  async read(_organizationId: Arrival['organizationId'], visitId: VisitId): Promise<VisitRecord> {
    return this.#visit(visitId)
  }

  async arrived(arrival: Arrival): Promise<VisitRecord & { admission: Admission }> {
    await this.#write('arrived')
    const { status } = this.#visit(arrival.visitId).summary
    if (status === 'ended') throw new AppError('visit-ended')
    const { admission } = this.#person(arrival.participantId)
    if (admission === 'removed' || admission === 'refused') throw new AppError(admission)
    const visit = status === 'scheduled' ? this.#setStatus(arrival.visitId, 'open') : this.#visit(arrival.visitId)
    return { ...visit, admission }
  }

  async departed(_arrival: Arrival, reason: 'left' | 'lost' | 'replaced'): Promise<void> {
    await this.#write('departed', `departed ${reason}`)
  }

  async admitted(_actor: unknown, participantId: ParticipantId): Promise<void> {
    await this.#write('admitted')
    this.#person(participantId).admission = 'admitted'
  }

  async refused(_actor: unknown, participantId: ParticipantId): Promise<void> {
    await this.#write('refused')
    this.#person(participantId).admission = 'refused'
    this.live?.endSession(this.sessionOf(participantId))
  }

  async removed(_actor: unknown, participantId: ParticipantId): Promise<void> {
    await this.#write('removed')
    this.#person(participantId).admission = 'removed'
    this.live?.endSession(this.sessionOf(participantId))
  }

  async sentBack(_actor: unknown, participantId: ParticipantId): Promise<void> {
    await this.#write('sentBack')
    this.#person(participantId).admission = 'waiting'
  }

  async muted(): Promise<void> {
    await this.#write('muted')
  }

  async screenShared(_actor: unknown, shared: boolean): Promise<void> {
    await this.#write('screenShared', shared ? 'screen shared' : 'screen stopped')
  }

  async locked(actor: { visitId: VisitId }, locked: boolean): Promise<void> {
    await this.#write('locked')
    this.#visits.set(actor.visitId, { ...this.#visit(actor.visitId), locked })
  }

  async denied(_arrival: Arrival, { request, reason, count }: Denial): Promise<void> {
    await this.#write('denied', `denied ${request} ${reason} ${count}`)
  }

  async started(_organizationId: Arrival['organizationId'], visitId: VisitId): Promise<VisitRecord> {
    await this.#write('started')
    const visit = this.#visit(visitId)
    this.#visits.set(visitId, { ...visit, startedAt: visit.startedAt ?? new Date() })
    return this.#setStatus(visitId, 'in-progress')
  }

  async emptied(_organizationId: Arrival['organizationId'], visitId: VisitId): Promise<void> {
    await this.#write('emptied')
    this.#setStatus(visitId, 'open')
  }

  async ended(actor: { visitId: VisitId }): Promise<void> {
    await this.#write('ended')
    this.#setStatus(actor.visitId, 'ended')
  }

  /** Takes a moment, as a database does, so that what should wait for it is seen to. */
  async #write(method: keyof VisitRecords, entry: string = method): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#failing.delete(method)) throw new Error('the database is gone')
    this.journal.push(entry)
  }

  #setStatus(visitId: VisitId, status: VisitRecord['summary']['status']): VisitRecord {
    const visit = this.#visit(visitId)
    const changed = { ...visit, summary: { ...visit.summary, status } }
    this.#visits.set(visitId, changed)
    return changed
  }

  #visit(visitId: VisitId): VisitRecord {
    const visit = this.#visits.get(visitId)
    if (visit === undefined) throw new AppError('not-found')
    return visit
  }

  #person(participantId: ParticipantId): Person {
    const person = this.#people.get(participantId)
    if (person === undefined) throw new AppError('participant-not-found')
    return person
  }
}
