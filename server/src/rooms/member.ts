import type { Grant, NotificationBody, ParticipantId, RosterEntry, WaitingEntry } from '@curtain/protocol'
import { bestQuality } from '../media/quality.ts'
import { Answers } from './answers.ts'
import { Denials } from './denials.ts'
import { Outbox } from './outbox.ts'
import { admissionOf, grantsOf } from './policy.ts'
import type { Arrival } from './ports.ts'
import type { Room } from './room.ts'
import type { Party } from './seats.ts'

/** The connection to one client, as a room uses it. */
export interface ClientLink {
  /** Where the client is. */
  readonly address: string
  send(message: string): void
  /** Sends what was sent so far, then closes. */
  close(code: number): void
}

/** What a request was answered with; made anew for each sending, as a room goes on in between. */
export type Answer = () => string

/** Bounds of rooms, as in `limits` of the protocol. */
export interface RoomLimits {
  participants: number
  waiting: number
  resumeMs: number
  resumeNotifications: number
  resumeAnswers: number
  commitMs: number
}

/** What is kept of missed notifications, in UTF-16 units: they are a byte each but in names. */
const longestMissed = 1024 * 1024

/** One person's presence in a room or its waiting room. It outlives a dropped connection by `limits.resumeMs`. */
export class Member implements Party {
  readonly arrival: Arrival
  readonly room: Room
  readonly outbox: Outbox
  readonly answers: Answers<Answer>
  readonly denials = new Denials()
  admission: 'admitted' | 'waiting'
  /** Null while the person has dropped off and their place is kept. */
  link: ClientLink | null = null
  /** Where they were when they last connected. */
  address: string
  /** Ends the keeping of the place. */
  keepTimer: NodeJS.Timeout | null = null
  /** Set at once when the session ends or the person is gone; whatever is still on its way then fails. */
  revoked = false
  reportedQuality = bestQuality
  measuredQuality = bestQuality

  constructor(room: Room, arrival: Arrival, address: string, limits: RoomLimits) {
    this.room = room
    this.arrival = arrival
    this.address = address
    this.admission = admissionOf(arrival)
    this.outbox = new Outbox(limits.resumeNotifications, longestMissed)
    this.answers = new Answers(limits.resumeAnswers)
  }

  get id(): ParticipantId {
    return this.arrival.participantId
  }

  get role(): Arrival['role'] {
    return this.arrival.role
  }

  get displayName(): string {
    return this.arrival.displayName
  }

  get connected(): boolean {
    return this.link !== null
  }

  get admitted(): boolean {
    return this.admission === 'admitted'
  }

  get chats(): boolean {
    return this.may('chat')
  }

  get grants(): readonly Grant[] {
    return grantsOf(this, this.arrival.grants)
  }

  may(grant: Grant): boolean {
    return this.grants.includes(grant)
  }

  /** As shown to others: the worse of what the client measures and what the media server sees. */
  get quality(): number {
    return Math.min(this.reportedQuality, this.measuredQuality)
  }

  /** Notifies the client, now or when it resumes. */
  tell(body: NotificationBody): void {
    const message = this.outbox.add(body)
    this.link?.send(message)
  }

  rosterEntry(producers: RosterEntry['producers']): RosterEntry {
    return {
      id: this.id,
      role: this.role,
      displayName: this.displayName,
      admission: this.admission,
      connected: this.connected,
      quality: this.quality,
      producers,
    }
  }

  /** For those who decide whether to let them in. */
  waitingEntry(): WaitingEntry {
    return { ...this.rosterEntry([]), confirmedBy: this.arrival.confirmedBy }
  }
}
