import type { Encryption, RequestResult, RoomState } from '@curtain/protocol'
import { routerRtpCapabilities } from '../media/codecs.ts'
import type { Member } from './member.ts'
import type { VisitRecord } from './ports.ts'
import type { Streams } from './streams.ts'

/** A room at this moment. */
export interface RoomView {
  record: VisitRecord
  locked: boolean
  members: readonly Member[]
  streams: Streams
  encryption: Encryption
  /** Unix time in milliseconds. */
  now: number
}

/** What a client sees: those who wait see nobody, and only who may admit sees who waits. */
export function stateFor(member: Member, { record, locked, members, streams, now }: RoomView): RoomState {
  const roster = (some: readonly Member[]) => some.map((one) => one.rosterEntry(streams.producersOf(one.id)))
  return {
    status: record.summary.status,
    locked,
    startedAt: record.startedAt === null ? null : record.startedAt.toISOString(),
    now: new Date(now).toISOString(),
    participants: member.admitted ? roster(members.filter((one) => one.admitted)) : [],
    waiting: member.may('admit') ? members.filter((one) => !one.admitted).map((one) => one.waitingEntry()) : [],
  }
}

/** The answer to a `hello`. */
export function welcomeOf(
  member: Member,
  view: RoomView,
  resume: { resumed: boolean; resumeToken: string },
): RequestResult<'hello'> {
  return {
    ...resume,
    sequence: member.outbox.sequence,
    participant: {
      id: member.id,
      role: member.role,
      displayName: member.displayName,
      admission: member.admission,
    },
    grants: [...member.grants],
    visit: view.record.summary,
    room: stateFor(member, view),
    routerRtpCapabilities,
    encryption: view.encryption,
  }
}
