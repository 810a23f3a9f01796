import { randomBytes as cryptographicRandomBytes } from 'node:crypto'
import type { BaseLogger } from 'pino'
import { limits as protocolLimits, type RequestBody, type VisitId } from '@curtain/protocol'
import { readKeyPackage } from '@curtain/e2ee/authority'
import { afterTimeout } from '../after-timeout.ts'
import { AppError } from '../errors.ts'
import type { RoomMedia, RoomMediaEvents } from '../media/room-media.ts'
import type { RoomFloor } from './floor.ts'
import type { ClientLink, Member, RoomLimits } from './member.ts'
import type { Denial, LiveRooms, VisitRecords } from './ports.ts'
import { ResumeTokens } from './resume-tokens.ts'
import { Room, type Welcome } from './room.ts'

export interface RoomsOptions {
  records: VisitRecords
  /** Opens the media of one room, such as `(events) => openRoomMedia(pool, events)`. */
  openMedia: (events: RoomMediaEvents) => Promise<RoomMedia>
  /** What signs for the groups of an organization's visits. */
  authorityOf: RoomFloor['authorityOf']
  /** The relays a participant may use. */
  iceServers: RoomFloor['iceServers']
  log: BaseLogger
  /** Unix time in milliseconds. */
  now?: () => number
  /** From a cryptographic generator. */
  randomBytes?: (size: number) => Buffer
  /** Runs something in so many milliseconds; returns what calls it off. */
  after?: RoomFloor['after']
  limits?: RoomLimits
}

/** Counts for metrics, and for seeing that nothing is left behind. */
interface RoomsStatus {
  rooms: number
  /** Places, of those who wait and those who are in. */
  members: number
  connected: number
  /** Places kept for somebody who dropped off. */
  kept: number
}

/** All live rooms of this process. */
export interface Rooms extends LiveRooms {
  /**
   * Lets a connection in, by ticket or by resume token. `welcome` is called once, right before the notifications that
   * follow it begin.
   * @throws AppError what `redeemTicket` and `arrived` throw, `ticket-invalid`, `resume-refused`, `visit-full`, `visit-locked`
   */
  hello(body: RequestBody<'hello'>, link: ClientLink, welcome: Welcome): Promise<Member>
  /** Something came over the member's connection: it has its resume token. */
  heard(member: Member): void
  /** A request of the member's was refused; it stays refused whether or not that can be recorded. */
  denied(member: Member, denial: Denial): Promise<void>
  status(): RoomsStatus
  /** Closes every room; visits stay as they are on record and go on after a restart. */
  stop(): void
}

/** Makes the live rooms. Rooms appear with the first person of a visit and go with the last. */
export function createRooms(options: RoomsOptions): Rooms {
  const { records, log } = options
  const rooms = new Map<VisitId, Room>()
  /** Arrivals on their way into a room: it must not be let go meanwhile. */
  const expected = new Map<Room, number>()
  /** For each ticket being redeemed, the sessions, visits and participants that were ended since. */
  const underWay = new Set<Set<string>>()
  const listeners = new Set<Parameters<LiveRooms['onChange']>[0]>()
  const randomBytes = options.randomBytes ?? cryptographicRandomBytes
  const tokens = new ResumeTokens<Member>(randomBytes)
  const floor: RoomFloor = {
    records,
    openMedia: options.openMedia,
    authorityOf: options.authorityOf,
    readKeyPackage,
    after: options.after ?? afterTimeout,
    randomBytes,
    iceServers: options.iceServers,
    log,
    limits: options.limits ?? protocolLimits,
    tokens,
    now: options.now ?? Date.now,
    changed({ organizationId, visitId }) {
      for (const listener of listeners) listener({ organizationId, visitId })
    },
    emptied: closeIfEmpty,
    putOut(id) {
      for (const revoked of underWay) revoked.add(id)
    },
  }

  function closeIfEmpty(room: Room): void {
    if (room.members.length > 0 || expected.has(room)) return
    room.close()
    if (rooms.get(room.visitId) === room) rooms.delete(room.visitId)
  }

  function expect(room: Room, by: 1 | -1): void {
    const count = (expected.get(room) ?? 0) + by
    if (count > 0) expected.set(room, count)
    else expected.delete(room)
  }

  async function redeem(visitId: VisitId, ticket: string, link: ClientLink, welcome: Welcome): Promise<Member> {
    const revoked = new Set<string>()
    underWay.add(revoked)
    try {
      const arrival = await records.redeemTicket(ticket, link.address)
      if (arrival.visitId !== visitId) throw new AppError('ticket-invalid')
      if (arrival.admission === 'removed' || arrival.admission === 'refused') throw new AppError(arrival.admission)
      const stillValid = () => {
        if (revoked.has(arrival.visitId)) throw new AppError('visit-ended')
        if (revoked.has(arrival.participantId)) throw new AppError('removed')
        if (revoked.has(arrival.sessionId)) throw new AppError('ticket-invalid')
      }
      stillValid()
      const room = rooms.get(visitId) ?? new Room(floor, arrival)
      rooms.set(visitId, room)
      expect(room, 1)
      try {
        return await room.queue.run(() => room.arrive(arrival, link, welcome, stillValid))
      } finally {
        expect(room, -1)
        closeIfEmpty(room)
      }
    } finally {
      underWay.delete(revoked)
    }
  }

  return {
    async hello({ visitId, auth }, link, welcome) {
      if ('ticket' in auth) return redeem(visitId, auth.ticket, link, welcome)
      const find = () => {
        const member = tokens.find(auth.resumeToken)
        if (member === undefined || member.arrival.visitId !== visitId) throw new AppError('resume-refused')
        return member
      }
      const known = find()
      // Asked only of who has moved: most drop off where they are, perhaps while the database is away.
      const hasMoved = known.address !== link.address
      if (hasMoved && !(await records.mayMove(known.arrival, link.address))) throw new AppError('resume-refused')
      const member = find()
      member.room.resume(member, auth, link, welcome)
      return member
    },

    heard: (member) => tokens.confirm(member),

    async denied({ arrival, address }, denial) {
      try {
        await records.denied(arrival, denial, address)
      } catch (error) {
        log.error({ visitId: arrival.visitId, participantId: arrival.participantId, error }, 'a denial could not be recorded')
      }
    },

    present(visitId) {
      const members = rooms.get(visitId)?.members ?? []
      return new Set(members.filter((member) => member.connected).map((member) => member.id))
    },

    isLive: (visitId) => rooms.has(visitId),

    close(visitId, status) {
      for (const revoked of underWay) revoked.add(visitId)
      const room = rooms.get(visitId)
      if (room !== undefined) void room.queue.run(() => room.finish(status))
    },

    endSession(sessionId, { replaced = false } = {}) {
      for (const revoked of underWay) revoked.add(sessionId)
      for (const room of rooms.values()) {
        for (const member of room.members) {
          if (member.arrival.sessionId !== sessionId) continue
          member.revoked = true
          void room.queue.run(() => (replaced ? room.giveUp(member, 'replaced') : room.expel(member)))
        }
      }
    },

    holders() {
      const members: readonly Member[] = [...rooms.values()].flatMap((room) => room.members)
      return members.flatMap(({ arrival: { organizationId, userId, sessionId }, address }) =>
        userId === null ? [] : { organizationId, userId, sessionId, address },
      )
    },

    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    status() {
      const members: readonly Member[] = [...rooms.values()].flatMap((room) => room.members)
      return {
        rooms: rooms.size,
        members: members.length,
        connected: members.filter((member) => member.connected).length,
        kept: members.filter((member) => member.keepTimer !== null).length,
      }
    },

    stop() {
      for (const room of rooms.values()) room.close()
      rooms.clear()
    },
  }
}
