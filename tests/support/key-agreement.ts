import { EncryptionError, type Delivery as DeliveryPort, type Epoch } from '@curtain/e2ee'
import { createAuthority, readKeyPackage } from '@curtain/e2ee/authority'
import { GroupSession } from '@curtain/e2ee/group'
import {
  encodeBytes,
  makeId,
  type MlsGroupId,
  type MlsNotification,
  notification,
  type Notification,
  type NotificationBody,
  type ParticipantId,
  type VisitId,
} from '@curtain/protocol'
import { AppError } from '../../server/src/errors.ts'
import { Delivery } from '../../server/src/rooms/delivery.ts'
import type { Party } from '../../server/src/rooms/seats.ts'
import { quiet } from './quiet-crypto.ts'

/** Something on its way, in one direction of one connection. */
type Parcel = () => void

/** A device in the simulation: its end of the connection, and its session in whatever the group is. */
export class Device {
  readonly participantId: ParticipantId
  readonly session: GroupSession
  readonly epochs: Epoch[] = []
  readonly problems: string[] = []
  readonly heard: string[] = []
  isHopeless = false
  isAdmitted = false
  /** False while the connection is away: nothing travels, and everything waits for it. */
  isConnected = true
  /** First in, first out, as a connection is. */
  readonly toServer: Parcel[] = []
  readonly toDevice: Parcel[] = []
  readonly party: Party
  #isGone = false
  readonly #world: KeyAgreement

  constructor(world: KeyAgreement, participantId: ParticipantId, rosterKey: Uint8Array) {
    this.#world = world
    this.participantId = participantId
    const isConnected = () => this.isConnected && !this.#isGone
    this.party = {
      id: participantId,
      role: 'guest',
      displayName: participantId.slice(-4),
      chats: true,
      get connected() {
        return isConnected()
      },
      tell: (body) => void this.toDevice.push(() => this.#receive(body)),
    }
    this.session = new GroupSession({
      visitId: world.visitId,
      participantId,
      rosterKey,
      delivery: this.#delivery(),
      now: () => world.now,
      onEpoch: (epoch) => void this.epochs.push(epoch),
      onLeft: () => {},
      onMessage: ({ participantId: from, bytes }) => void this.heard.push(`${from}: ${new TextDecoder().decode(bytes)}`),
      onProblem: (problem, hopeless) => {
        this.problems.push(problem.code)
        // As the client does: it leaves rather than go on without protection.
        if (hopeless) this.isHopeless = true
      },
    })
  }

  get isGone(): boolean {
    return this.#isGone
  }

  get epoch(): Epoch | undefined {
    return this.epochs.at(-1)
  }

  /** The device is switched off, or its browser replaced: nothing of it travels any more. */
  end(): void {
    this.#isGone = true
    this.toServer.length = 0
    this.toDevice.length = 0
    this.session.close()
  }

  #receive(body: NotificationBody): void {
    const told = notification.parse({ ...body, sequence: 1 })
    if (isMls(told)) this.session.receive(told)
  }

  #ask(perform: (delivery: Delivery) => Promise<void> | void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.toServer.push(() => {
      const { delivery } = this.#world
      void delivery.queue.run(async () => {
        try {
          await perform(delivery)
          this.toDevice.push(resolve)
        } catch (error) {
          this.toDevice.push(() => reject(refusalOf(error)))
        }
      })
    })
    return promise
  }

  #delivery(): DeliveryPort {
    const { party } = this
    return {
      register: (keyPackage, lost) =>
        this.#ask((delivery) => {
          this.#world.takeTimeToRegister(party.id)
          return delivery.register(party, { keyPackage: encodeBytes(keyPackage), lost })
        }),
      created: (groupId) => this.#ask((delivery) => delivery.created(party, { groupId })),
      commit: (groupId, epoch, commit, welcome) =>
        this.#ask((delivery) =>
          delivery.commit(party, {
            groupId,
            epoch,
            commit: encodeBytes(commit),
            welcome: welcome === null ? null : encodeBytes(welcome),
          }),
        ),
      data: (groupId, epoch, message) =>
        this.#ask((delivery) => delivery.data(party, { groupId, epoch, message: encodeBytes(message) })),
    }
  }
}

/**
 * The keys of one visit in memory: the real delivery service and real sessions, over connections on which a test
 * decides what travels when, and a clock that a test moves.
 */
export class KeyAgreement implements Disposable {
  readonly visitId: VisitId = makeId('visit', 1, new Uint8Array(10).fill(7))
  readonly delivery: Delivery
  /** Everybody who ever came, those who are gone included. */
  readonly devices: Device[] = []
  now = Date.now()
  readonly #rosterKey: Uint8Array
  #timers: { at: number; run: () => void }[] = []
  readonly #registrations = new Map<ParticipantId, number>()

  static async open(): Promise<KeyAgreement> {
    const seed = crypto.getRandomValues(new Uint8Array(32))
    return new KeyAgreement(await createAuthority(seed))
  }

  private constructor(authority: Awaited<ReturnType<typeof createAuthority>>) {
    this.#rosterKey = authority.publicKey
    this.delivery = new Delivery({
      visitId: this.visitId,
      authority,
      readKeyPackage,
      commitMs: 2000,
      now: () => this.now,
      after: (ms, run) => {
        const timer = { at: this.now + ms, run }
        this.#timers.push(timer)
        return () => void (this.#timers = this.#timers.filter((other) => other !== timer))
      },
      randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
      log: { warn: () => undefined, error: (detail: unknown) => this.failures.push(detail) },
    })
  }

  /** What the delivery service could not do and should have. */
  readonly failures: unknown[] = []

  /** Those who are here now. */
  get present(): Device[] {
    return this.devices.filter(({ isGone }) => !isGone)
  }

  participant(number: number): ParticipantId {
    return makeId('participant', number + 1, new Uint8Array(10).fill(number + 1))
  }

  /** Somebody opens the page; a device of the same participant that is here is replaced. */
  arrive(number: number): Device {
    const participantId = this.participant(number)
    const before = this.present.find((device) => device.participantId === participantId)
    if (before !== undefined) this.leave(before)
    const device = new Device(this, participantId, this.#rosterKey)
    this.devices.push(device)
    device.session.start()
    if (before?.isAdmitted === true) this.admit(device)
    return device
  }

  admit(device: Device): void {
    device.isAdmitted = true
    this.delivery.admitted(device.party)
  }

  sendBack(device: Device): void {
    device.isAdmitted = false
    this.delivery.sentBack(device.party)
    device.toDevice.push(() => device.session.restart())
  }

  leave(device: Device): void {
    device.end()
    this.delivery.gone(device.party)
  }

  setConnected(device: Device, isConnected: boolean): void {
    device.isConnected = isConnected
    this.delivery.connectionChanged()
  }

  /** Nobody registers more often than the server takes it of one person, 8 times a minute: then a minute went by. */
  takeTimeToRegister(participantId: ParticipantId): void {
    const registrations = (this.#registrations.get(participantId) ?? 0) + 1
    this.#registrations.set(participantId, registrations)
    if (registrations % 8 === 0) this.now += 61_000
  }

  /** Time passes; whatever was to happen by then happens. */
  pass(ms: number): void {
    this.now += ms
    for (const timer of this.#timers.toSorted((a, b) => a.at - b.at)) {
      if (timer.at > this.now || !this.#timers.includes(timer)) continue
      this.#timers = this.#timers.filter((other) => other !== timer)
      timer.run()
    }
  }

  /** All that is on its way to or from a device arrives, and what follows from it. Returns whether there was anything. */
  async catchUp(device: Device): Promise<boolean> {
    let moved = false
    for (;;) {
      const parcel = device.toServer.shift() ?? device.toDevice.shift()
      if (parcel === undefined) return moved
      parcel()
      moved = true
      await quiet()
    }
  }

  /** Lets everything arrive and every timer that is left do its work, until nothing moves any more. */
  async calm(): Promise<void> {
    for (const device of this.present) if (!device.isConnected) this.setConnected(device, true)
    for (let idleRounds = 0; idleRounds < 3; ) {
      let moved = false
      for (const device of this.present) {
        if (device.isHopeless) this.leave(device)
        if (await this.catchUp(device)) moved = true
      }
      await quiet()
      if (moved) idleRounds = 0
      else {
        idleRounds++
        this.pass(20_000)
        await quiet()
      }
    }
  }

  [Symbol.dispose](): void {
    for (const device of this.present) device.end()
    this.delivery.close()
  }
}

/** The media key of an epoch as something that can be compared: one key derived from it. */
export async function fingerprintOf({ baseKey }: Epoch): Promise<string> {
  const info = new TextEncoder().encode('a test')
  const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(), info }, baseKey, 256)
  return Buffer.from(bits).toString('hex')
}

export function nameOf({ groupId, epoch }: { groupId: MlsGroupId; epoch: number }): string {
  return `${groupId} ${epoch}`
}

function isMls(told: Notification): told is MlsNotification {
  return told.type.startsWith('mls.')
}

function refusalOf(error: unknown): EncryptionError {
  const code = error instanceof AppError ? error.code : 'internal'
  if (code === 'mls-epoch' || code === 'mls-not-asked') return new EncryptionError('late')
  return new EncryptionError(code === 'key-package-reused' || code === 'key-package-invalid' ? 'bad-key-package' : 'disconnected')
}

