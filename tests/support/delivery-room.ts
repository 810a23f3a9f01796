import { createHash, randomBytes } from 'node:crypto'
import {
  makeId,
  rosterBody,
  type ErrorCode,
  type NotificationBody,
  type ParticipantId,
  type ParticipantRole,
  type RequestInput,
} from '@curtain/protocol'
import { EncryptionError } from '@curtain/e2ee'
import type { Authority } from '@curtain/e2ee/authority'
import { AppError } from '../../server/src/errors.ts'
import { Delivery } from '../../server/src/rooms/delivery.ts'
import type { Party } from '../../server/src/rooms/seats.ts'

type NotificationOf<Type> = Extract<NotificationBody, { type: Type }>

const bytesOf = (text: string) => new TextEncoder().encode(text)
const base64url = (text: string) => Buffer.from(text).toString('base64url')
const textOf = (encoded: string) => Buffer.from(encoded, 'base64url').toString()

/** Signs nothing: its proposals are words, such as `add anna's package`. */
const authority: Authority = {
  publicKey: new Uint8Array(32),
  signRoster: async (body) => ({ body: JSON.stringify(body), signature: '' }),
  proposeAdd: async (_groupId, _epoch, keyPackage) => bytesOf(`add ${Buffer.from(keyPackage).toString()}`),
  proposeRemove: async (_groupId, _epoch, leaf) => bytesOf(`remove ${leaf}`),
}

/** Somebody in the room, who remembers what they were told and answers only when a test says so. */
export class TestParty implements Party {
  readonly id: ParticipantId
  readonly name: string
  readonly role: ParticipantRole = 'guest'
  /** Everything they were told, in order. */
  readonly told: NotificationBody[] = []
  connected = true
  chats = true
  readonly #room: DeliveryRoom
  #read = 0

  constructor(room: DeliveryRoom, name: string, id: ParticipantId) {
    this.#room = room
    this.name = name
    this.id = id
  }

  get displayName(): string {
    return this.name
  }

  tell(body: NotificationBody): void {
    this.told.push(body)
  }

  /** Those of a type that they were told since `news`. */
  all<Type extends NotificationBody['type']>(type: Type, from = this.#read): NotificationOf<Type>[] {
    return this.told.slice(from).filter((body): body is NotificationOf<Type> => body.type === type)
  }

  /** The last of a type. Fails when there was none. */
  last<Type extends NotificationBody['type']>(type: Type): NotificationOf<Type> {
    const found = this.all(type, 0).at(-1)
    if (found === undefined) throw new Error(`${this.name} was not told ${type}`)
    return found
  }

  /** Types of what they were told since this was asked last. */
  news(): string[] {
    const unread = this.told.slice(this.#read)
    this.#read = this.told.length
    return unread.map(({ type }) => type)
  }

  /** @param keyPackage in words; `bad` ones are refused */
  register(keyPackage = this.#room.nextName(this.name), lost: RequestInput<'mls.register'>['lost'] = null) {
    const body = { keyPackage: base64url(keyPackage), lost: lost ?? null }
    return this.#room.ask(() => this.#room.delivery.register(this, body))
  }

  created(groupId = this.last('mls.create').groupId) {
    return this.#room.ask(() => this.#room.delivery.created(this, { groupId }))
  }

  /** Commits as they were asked to last. */
  commit(other: Partial<RequestInput<'mls.commit'>> = {}) {
    const { groupId, epoch, proposals } = this.last('mls.proposals')
    const adds = proposals.some((proposal) => textOf(proposal).startsWith('add'))
    const welcome = adds ? base64url('welcome') : null
    const body = { groupId, epoch, commit: base64url(`commit ${epoch} of ${this.name}`), welcome }
    return this.#room.ask(() => this.#room.delivery.commit(this, { ...body, ...other }))
  }

  send(groupId: RequestInput<'mls.data'>['groupId'], epoch: number, text = 'hello') {
    return this.#room.ask(() => this.#room.delivery.data(this, { groupId, epoch, message: base64url(text) }))
  }

  /** The connection drops, or is back. */
  async connect(connected: boolean): Promise<void> {
    this.connected = connected
    this.#room.delivery.connectionChanged()
    await this.#room.settle()
  }

  async leave(): Promise<void> {
    this.#room.delivery.gone(this)
    await this.#room.settle()
  }
}

/** A delivery service with people of the test's and a clock that stands still until it is moved. */
export class DeliveryRoom {
  static readonly commitMs = 2000
  readonly visitId = makeId('visit', 0, randomBytes(10))
  readonly log: string[] = []
  readonly delivery: Delivery
  /** What fails when it is asked for a signature. */
  failing = false
  #now = 0
  readonly #timers = new Set<{ at: number; run: () => void }>()
  #names = 0

  constructor() {
    const note = (fields: unknown, message: string) => void this.log.push(`${message} ${JSON.stringify(fields)}`)
    this.delivery = new Delivery({
      visitId: this.visitId,
      authority: {
        ...authority,
        signRoster: async (body) => {
          if (this.failing) throw new Error('no signature')
          return authority.signRoster(body)
        },
      },
      readKeyPackage: async (message, { participantId }) => {
        const text = Buffer.from(message).toString()
        if (text.startsWith('bad')) throw new EncryptionError('bad-key-package')
        return { signatureKey: createHash('sha256').update(participantId + text).digest(), hash: text }
      },
      commitMs: DeliveryRoom.commitMs,
      now: () => this.#now,
      after: (ms, run) => {
        const timer = { at: this.#now + ms, run }
        this.#timers.add(timer)
        return () => this.#timers.delete(timer)
      },
      randomBytes,
      log: { warn: note, error: note },
    })
  }

  get timers(): number {
    return this.#timers.size
  }

  nextName(of: string): string {
    return `${of}'s package ${++this.#names}`
  }

  /** Somebody new, or another browser of somebody. */
  person(name: string, id = makeId('participant', 0, randomBytes(10))): TestParty {
    return new TestParty(this, name, id)
  }

  /** Somebody who is in the visit and registered. */
  async arrive(name: string, id?: ParticipantId): Promise<TestParty> {
    const party = this.person(name, id)
    this.delivery.admitted(party)
    await party.register()
    return party
  }

  /** A group of these, who came in this order. What they were told so far is forgotten. */
  async group<const Names extends readonly string[]>(...names: Names): Promise<{ [Place in keyof Names]: TestParty }>
  async group(...names: string[]): Promise<TestParty[]> {
    const [first = '', ...others] = names
    const founder = await this.arrive(first)
    await founder.created()
    const parties = [founder]
    for (const name of others) {
      parties.push(await this.arrive(name))
      await founder.commit()
    }
    for (const party of parties) party.news()
    return parties
  }

  /** Makes a request. @returns the code it is refused with, or `ok` */
  async ask(request: () => Promise<void> | void): Promise<ErrorCode | 'ok'> {
    const code = await this.delivery.queue.run(request).then(
      () => 'ok' as const,
      (error: unknown) => {
        if (error instanceof AppError) return error.code
        throw error
      },
    )
    await this.settle()
    return code
  }

  /** Until nothing is left to do but wait. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await this.delivery.queue.run(() => undefined)
  }

  async pass(ms: number): Promise<void> {
    this.#now += ms
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue
      this.#timers.delete(timer)
      timer.run()
    }
    await this.settle()
  }
}

/** What the proposals of a round say, in words: key packages without their number. */
export function proposalsOf(body: NotificationOf<'mls.proposals'>): string[] {
  return body.proposals.map((proposal) => textOf(proposal).replace(/package \d+$/, 'package'))
}

/** Who is on a roster, by name. */
export function namesOf({ roster }: { roster: { body: string } }): string[] {
  return rosterBody.parse(JSON.parse(roster.body)).members.map(({ displayName }) => displayName)
}
