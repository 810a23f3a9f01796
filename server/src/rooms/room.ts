import {
  closeCodes,
  type NotificationBody,
  type ParticipantId,
  type RequestBody,
  type RequestResult,
  type RoomState,
  type VisitId,
} from '@curtain/protocol'
import { AppError } from '../errors.ts'
import type { Stream } from '../media/room-media.ts'
import { Delivery } from './delivery.ts'
import type { RoomFloor } from './floor.ts'
import { Member, type ClientLink } from './member.ts'
import { admissionOf, mayActOn, type ActionOnSomebody } from './policy.ts'
import type { Actor, Arrival, VisitRecord } from './ports.ts'
import { createQueue } from './queue.ts'
import { Streams } from './streams.ts'
import { stateFor, welcomeOf, type RoomView } from './view.ts'

/** Answers a `hello`; from then on the member is the connection's. */
export type Welcome = (member: Member, result: RequestResult<'hello'>) => void

/**
 * The live side of one visit: who is in, who waits, who dropped off for a moment. What changes people or streams runs in
 * the room's queue, one after the other; each change is on record before it happens here.
 *
 * The visit is in progress while two people are in: admitted and connected, whether or not their media is up yet, so
 * that a rebuilt media server does not look like the end of a visit. It is open again when the last place is given up.
 */
export class Room {
  readonly organizationId: Arrival['organizationId']
  readonly visitId: VisitId
  readonly queue = createQueue()
  readonly streams: Streams
  readonly #floor: RoomFloor
  readonly #members = new Map<ParticipantId, Member>()
  #record: VisitRecord | null = null
  #delivery: Delivery | null = null
  #locked = false
  #closed = false

  constructor(floor: RoomFloor, arrival: Pick<Arrival, 'organizationId' | 'visitId'>) {
    this.#floor = floor
    this.organizationId = arrival.organizationId
    this.visitId = arrival.visitId
    const people = {
      visitId: arrival.visitId,
      find: (id: ParticipantId) => this.#members.get(id),
      admitted: () => this.#admitted(),
    }
    this.streams = new Streams(people, floor.openMedia, floor.log)
  }

  get members(): readonly Member[] {
    return [...this.#members.values()]
  }

  /** Of a visit that is end-to-end encrypted. */
  get delivery(): Delivery | null {
    return this.#delivery
  }

  /** What a client sees. */
  stateFor(member: Member): RoomState {
    return stateFor(member, this.#view())
  }

  iceServersFor(member: Member): RequestResult<'join'>['iceServers'] {
    return this.#floor.iceServers(member.id)
  }

  /** Takes a stream; the others are told once the answer to its sender is out, of a screen once it is on record. */
  async produce(member: Member, body: RequestBody<'producer.create'>): Promise<Stream> {
    const stream = await this.streams.produce(member, body)
    if (stream.source === 'screen') {
      await this.#floor.records.screenShared(this.#actor(member), true).catch((error: unknown) => {
        this.streams.of(member).closeProducer(stream.id)
        throw error
      })
    }
    const announced = this.queue.run(() => this.streams.announce(stream))
    announced.catch((error: unknown) => this.#logFailure(error, 'a stream could not be offered to everybody'))
    return stream
  }

  /** What somebody stops to send is not sent any more, recorded or not. */
  async closeProducer(member: Member, producerId: string): Promise<void> {
    const source = this.streams.of(member).streams.find(({ id }) => id === producerId)?.source
    this.streams.closeProducer(member, producerId)
    if (source !== 'screen') return
    const recorded = this.#floor.records.screenShared(this.#actor(member), false)
    await recorded.catch((error: unknown) => this.#logFailure(error, 'the end of a shared screen could not be recorded'))
  }

  /**
   * Takes somebody in, or in place of their own presence. In the queue.
   * @param stillValid throws when what the ticket proved was revoked in the meantime
   * @throws AppError `visit-full`, `visit-locked`, and what `arrived` and `stillValid` throw
   */
  async arrive(arrival: Arrival, link: ClientLink, welcome: Welcome, stillValid: () => void): Promise<Member> {
    const before = this.#members.get(arrival.participantId)
    if (before === undefined) this.#checkSpace(admissionOf(arrival))
    const record = await this.#floor.records.arrived(arrival, link.address)
    try {
      await this.#prepareEncryption(record)
      stillValid()
    } catch (error) {
      await this.#recordDeparture({ arrival, address: link.address }, 'lost')
      throw error
    }
    if (this.#record === null) this.#locked = record.locked
    this.#record = record
    // The record knows better than the ticket, which is older.
    const member = new Member(this, { ...arrival, admission: record.admission }, link.address, this.#floor.limits)
    if (before !== undefined) {
      await this.#recordDeparture(before, before.connected ? 'replaced' : 'lost')
      this.streams.leave(before)
      this.#forget(before, { type: 'replaced' })
    }
    this.#members.set(member.id, member)
    this.streams.prepare()
    welcome(member, welcomeOf(member, this.#view(), { resumed: false, resumeToken: this.#floor.tokens.issue(member) }))
    member.link = link
    if (before !== undefined) this.#tellConnected(member)
    else if (member.admitted) this.#tellOthers(member, { type: 'participant.joined', participant: member.rosterEntry([]) })
    // Also of who waits already: they may have come by another link, and be confirmed by it.
    if (!member.admitted) this.#tellAdmitters({ type: 'waiting.added', participant: member.waitingEntry() })
    if (member.admitted) this.#delivery?.admitted(member)
    await this.#startIfTwoAreIn()
    this.#floor.changed(this)
    return member
  }

  /** Takes up a connection that dropped; what was missed follows. @throws AppError `resume-refused` */
  resume(member: Member, auth: { resumeToken: string; lastSequence: number }, link: ClientLink, welcome: Welcome): void {
    const missed = member.outbox.since(auth.lastSequence)
    if (missed === null || member.revoked || this.#members.get(member.id) !== member) throw new AppError('resume-refused')
    const stale = member.link
    this.#endKeeping(member)
    const resumeToken = this.#floor.tokens.issue(member, auth.resumeToken)
    welcome(member, welcomeOf(member, this.#view(), { resumed: true, resumeToken }))
    member.link = link
    member.address = link.address
    stale?.close(closeCodes.superseded)
    for (const message of missed) link.send(message)
    if (member.admitted && stale === null) {
      member.tell({ type: 'speaking', participantIds: [...this.streams.speaking] })
    }
    if (stale === null) this.#tellConnected(member)
    void this.queue.run(() => this.#startIfTwoAreIn())
    this.#floor.changed(this)
  }

  /** A connection is gone: the place is kept for a while. Nothing happens when another connection took over. */
  dropped(member: Member, link: ClientLink): void {
    if (member.link !== link || this.#members.get(member.id) !== member) return
    member.link = null
    member.keepTimer = setTimeout(() => {
      member.keepTimer = null
      void this.queue.run(() => (member.connected ? undefined : this.giveUp(member, 'lost')))
    }, this.#floor.limits.resumeMs)
    this.#tellConnected(member)
    this.#floor.changed(this)
  }

  /** Gives a place up. In the queue. */
  async giveUp(member: Member, reason: 'left' | 'lost' | 'replaced'): Promise<void> {
    if (this.#members.get(member.id) !== member) return
    member.revoked = true
    await this.#recordDeparture(member, reason)
    await (reason === 'replaced' ? this.#remove(member, { type: reason }) : this.#remove(member))
  }

  /** The person's session ended. In the queue. */
  async expel(member: Member): Promise<void> {
    if (this.#members.get(member.id) !== member) return
    const link = member.link
    await this.giveUp(member, 'left')
    const { code, message } = new AppError('not-signed-in')
    link?.send(JSON.stringify({ type: 'error', code, sentence: message }))
    link?.close(closeCodes.final)
  }

  /** In the queue, as are all below. @throws AppError `participant-not-found`, `forbidden`, `visit-full` */
  async admit(actor: Member, id: ParticipantId): Promise<void> {
    const target = this.#target('admit', actor, id)
    if (target.admitted) return
    this.#checkSpace('admitted')
    await this.#floor.records.admitted(this.#actor(actor), id)
    target.admission = 'admitted'
    this.#tellAdmitters({ type: 'waiting.removed', participantId: id })
    this.#tellOthers(target, { type: 'participant.joined', participant: target.rosterEntry([]) })
    target.tell({ type: 'admitted', grants: [...target.grants], room: this.stateFor(target) })
    this.#delivery?.admitted(target)
    await this.#startIfTwoAreIn()
    this.#floor.changed(this)
  }

  /** @throws AppError `participant-not-found`, `forbidden`, `visit-state` for somebody who is in already */
  async refuse(actor: Member, id: ParticipantId): Promise<void> {
    const target = this.#target('refuse', actor, id)
    if (target.admitted) throw new AppError('visit-state')
    await this.#floor.records.refused(this.#actor(actor), id)
    this.#floor.putOut(id)
    await this.#remove(target, { type: 'refused' })
  }

  /** @throws AppError `participant-not-found`, `forbidden` */
  async remove(actor: Member, id: ParticipantId): Promise<void> {
    const target = this.#target('remove', actor, id)
    await this.#floor.records.removed(this.#actor(actor), id)
    this.#floor.putOut(id)
    await this.#remove(target, { type: 'removed' })
  }

  /** @throws AppError `participant-not-found`, `forbidden` */
  async sendBack(actor: Member, id: ParticipantId): Promise<void> {
    const target = this.#target('send-back', actor, id)
    if (!target.admitted) return
    await this.#floor.records.sentBack(this.#actor(actor), id)
    this.streams.leave(target)
    target.admission = 'waiting'
    target.tell({ type: 'sent-back' })
    this.#delivery?.sentBack(target)
    this.#tellOthers(target, { type: 'participant.left', participantId: id })
    this.#tellAdmitters({ type: 'waiting.added', participant: target.waitingEntry() })
    this.#floor.changed(this)
  }

  /** Switches somebody's microphone off; switching it on again is theirs. @throws as `sendBack` */
  async mute(actor: Member, id: ParticipantId): Promise<void> {
    const target = this.#target('mute', actor, id)
    const microphones = this.streams.liveMicrophones(target)
    if (microphones.length === 0) return
    await this.#floor.records.muted(this.#actor(actor), id)
    for (const { id: producerId } of microphones) {
      await this.streams.setProducerPaused(target, producerId, true)
      target.tell({ type: 'muted', producerId })
    }
  }

  async lock(actor: Member, locked: boolean): Promise<void> {
    if (locked === this.#locked) return
    await this.#floor.records.locked(this.#actor(actor), locked)
    this.#locked = locked
    for (const member of this.#admitted()) member.tell({ type: 'room.locked', locked })
  }

  /** Ends the visit on record; everybody is told once the answer is out. */
  async end(actor: Member): Promise<void> {
    await this.#floor.records.ended(this.#actor(actor))
    void this.queue.run(() => this.finish('ended'))
  }

  /** Lets everybody go: the visit is over. */
  finish(status: 'ended' | 'cancelled'): void {
    for (const member of this.members) this.#forget(member, { type: status })
    this.#floor.changed(this)
    this.#floor.emptied(this)
  }

  /** Closes media, timers and connections without a word to the records: the visit goes on after a restart. Twice is fine. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const member of this.members) this.#forget(member)
    this.#delivery?.close()
    this.streams.close()
  }

  /** Nobody is let in before it is clear how the visit is encrypted: unless it says otherwise, end to end. */
  async #prepareEncryption({ summary }: VisitRecord): Promise<void> {
    if (summary.encryption === 'transport' || this.#delivery !== null) return
    const { log, limits, now, after, randomBytes, readKeyPackage, authorityOf } = this.#floor
    const authority = await authorityOf(this.organizationId)
    if (this.#closed) throw new AppError('not-ready')
    const { visitId } = this
    const { commitMs } = limits
    this.#delivery = new Delivery({ visitId, authority, readKeyPackage, commitMs, now, after, randomBytes, log })
  }

  #view(): RoomView {
    return {
      record: this.#known(),
      locked: this.#locked,
      members: this.members,
      streams: this.streams,
      encryption: this.#delivery === null ? { mode: 'transport' } : { mode: 'end-to-end', rosterKey: this.#delivery.rosterKey },
      now: this.#floor.now(),
    }
  }

  async #startIfTwoAreIn(): Promise<void> {
    const status = this.#known().summary.status
    if (status !== 'open' && status !== 'scheduled') return
    if (this.#admitted().filter((member) => member.connected).length < 2) return
    try {
      this.#record = await this.#floor.records.started(this.organizationId, this.visitId)
    } catch (error) {
      // Nobody asked for this by a request; it is tried again with the next who comes.
      return this.#logFailure(error, 'the start of a visit could not be recorded')
    }
    for (const member of this.members) member.tell({ type: 'room.started', room: this.stateFor(member) })
    this.#floor.changed(this)
  }

  /** What follows when somebody is gone for good. */
  async #remove(member: Member, farewell?: NotificationBody): Promise<void> {
    this.streams.leave(member)
    this.#forget(member, farewell)
    if (member.admitted) this.#tellOthers(member, { type: 'participant.left', participantId: member.id })
    else this.#tellAdmitters({ type: 'waiting.removed', participantId: member.id })
    const record = this.#known()
    if (record.summary.status === 'in-progress' && this.#admitted().length === 0) {
      try {
        await this.#floor.records.emptied(this.organizationId, this.visitId)
        this.#record = { ...record, summary: { ...record.summary, status: 'open' } }
      } catch (error) {
        this.#logFailure(error, 'the emptying of a visit could not be recorded')
      }
    }
    this.#floor.changed(this)
    if (this.#members.size === 0) this.#floor.emptied(this)
  }

  /** Takes a member out; with a farewell their connection is told so and closed for good. */
  #forget(member: Member, farewell?: NotificationBody): void {
    member.revoked = true
    this.#endKeeping(member)
    this.#floor.tokens.revoke(member)
    if (this.#members.get(member.id) === member) this.#members.delete(member.id)
    this.#delivery?.gone(member)
    if (farewell === undefined) return
    member.tell(farewell)
    member.link?.close(closeCodes.final)
    member.link = null
  }

  /** A person who is gone is gone, recorded or not: a failure is logged and does not hold them. */
  async #recordDeparture(of: Pick<Member, 'arrival' | 'address'>, reason: 'left' | 'lost' | 'replaced'): Promise<void> {
    try {
      await this.#floor.records.departed(of.arrival, reason, of.address)
    } catch (error) {
      this.#logFailure(error, 'a departure could not be recorded')
    }
  }

  #checkSpace(admission: 'admitted' | 'waiting'): void {
    const { limits } = this.#floor
    const there = this.members.filter((member) => member.admission === admission).length
    if (there >= (admission === 'admitted' ? limits.participants : limits.waiting)) throw new AppError('visit-full')
    if (admission === 'waiting' && this.#locked) throw new AppError('visit-locked')
  }

  #target(action: ActionOnSomebody, actor: Member, id: ParticipantId): Member {
    const target = this.#members.get(id)
    if (target === undefined) throw new AppError('participant-not-found')
    if (!mayActOn(action, actor, target)) throw new AppError('forbidden')
    return target
  }

  #actor(member: Member): Actor {
    const { organizationId, visitId, participantId, userId } = member.arrival
    return { organizationId, visitId, participantId, userId, address: member.address }
  }

  #known(): VisitRecord {
    if (this.#record === null) throw new AppError('internal')
    return this.#record
  }

  #admitted(): Member[] {
    return this.members.filter((member) => member.admitted)
  }

  #tellOthers(about: Member, body: NotificationBody): void {
    for (const member of this.#admitted()) if (member !== about) member.tell(body)
  }

  #tellAdmitters(body: NotificationBody): void {
    for (const member of this.#admitted()) if (member.may('admit')) member.tell(body)
  }

  #tellConnected(member: Member): void {
    const body: NotificationBody = { type: 'participant.connected', participantId: member.id, connected: member.connected }
    if (member.admitted) this.#tellOthers(member, body)
    else this.#tellAdmitters(body)
    this.#delivery?.connectionChanged()
  }

  #endKeeping(member: Member): void {
    if (member.keepTimer !== null) clearTimeout(member.keepTimer)
    member.keepTimer = null
  }

  #logFailure(error: unknown, message: string): void {
    this.#floor.log.error({ visitId: this.visitId, error }, message)
  }
}
