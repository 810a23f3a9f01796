import type { BaseLogger } from 'pino'
import type { OrganizationId, ParticipantId, RequestResult } from '@curtain/protocol'
import type { Authority } from '@curtain/e2ee/authority'
import type { RoomMedia, RoomMediaEvents } from '../media/room-media.ts'
import type { DeliveryOptions } from './delivery.ts'
import type { Member, RoomLimits } from './member.ts'
import type { VisitRecords } from './ports.ts'
import type { ResumeTokens } from './resume-tokens.ts'
import type { Room } from './room.ts'

/** What every room of a server shares. */
export interface RoomFloor extends Pick<DeliveryOptions, 'readKeyPackage' | 'after' | 'randomBytes'> {
  records: VisitRecords
  openMedia: (events: RoomMediaEvents) => Promise<RoomMedia>
  /** What signs for the groups of an organization's visits. */
  authorityOf: (id: OrganizationId) => Promise<Authority>
  /** The relays a participant may use. */
  iceServers: (id: ParticipantId) => RequestResult<'join'>['iceServers']
  log: BaseLogger
  limits: RoomLimits
  tokens: ResumeTokens<Member>
  /** Unix time in milliseconds. */
  now: () => number
  /** The visit's people or state changed. */
  changed: (room: Room) => void
  /** Nobody is left. */
  emptied: (room: Room) => void
  /** Somebody was put out: whatever ticket of theirs is on its way is worth nothing. */
  putOut: (id: ParticipantId) => void
}
