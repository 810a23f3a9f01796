import { createAuthority, readKeyPackage, type Authority } from '@curtain/e2ee/authority'
import type { EncryptionErrorCode } from '@curtain/e2ee'
import { EncryptionError, GroupSession, type Delivery, type Epoch } from '@curtain/e2ee/group'
import {
  encodeBytes,
  makeId,
  type MlsGroupId,
  type MlsNotification,
  type ParticipantId,
  type RosterMember,
  type SignedRoster,
  type VisitId,
} from '@curtain/protocol'

/** A notification before it has its number. */
export type Sent = WithoutNumber<MlsNotification>
type WithoutNumber<One extends MlsNotification> = One extends unknown ? Omit<One, 'sequence'> : never
type Lost = { groupId: MlsGroupId; epoch: number } | null

interface Registered {
  message: Uint8Array
  signatureKey: string
}

interface Place extends Registered {
  device: Device
  isLeaving: boolean
}

interface Round {
  removed: number[]
  added: (Registered & { device: Device })[]
  roster: SignedRoster
  asked: Set<Device>
}

/** Somebody's device in a room: a session, and what came of it. */
export class Device implements Disposable {
  readonly participantId: ParticipantId
  readonly name: string
  readonly session: GroupSession
  readonly epochs: Epoch[] = []
  /** Its epochs by number, `left` where it gave a group up, and problems by their codes; in order. */
  readonly course: (number | string)[] = []
  readonly texts: string[] = []
  readonly problems: string[] = []
  readonly registrations: { message: Uint8Array; lost: Lost }[] = []
  isHopeless = false
  /** Registered and not in the group yet. */
  waiting: Registered | null = null

  constructor(room: Room, name: string, participantId: ParticipantId) {
    this.name = name
    this.participantId = participantId
    this.session = new GroupSession({
      visitId: room.visitId,
      participantId,
      rosterKey: room.authority.publicKey,
      delivery: room.deliveryOf(this),
      now: () => room.now,
      onEpoch: (epoch) => {
        this.epochs.push(epoch)
        this.course.push(epoch.epoch)
        room.wake()
      },
      onLeft: () => {
        this.course.push('left')
        room.wake()
      },
      onMessage: ({ participantId: sender, bytes }) => {
        this.texts.push(`${room.nameOf(sender)}: ${new TextDecoder().decode(bytes)}`)
        room.wake()
      },
      onProblem: ({ code }, isHopeless) => {
        this.problems.push(code)
        this.course.push(code)
        this.isHopeless = isHopeless
        room.wake()
      },
    })
  }

  /** The epoch it is in. @throws Error if it never was in one */
  get epoch(): Epoch {
    const epoch = this.epochs.at(-1)
    if (epoch === undefined) throw new Error(`${this.name} is in no group`)
    return epoch
  }

  say(text: string): Promise<void> {
    return this.session.send(new TextEncoder().encode(text))
  }

  [Symbol.dispose](): void {
    this.session.close()
  }
}

/**
 * A small delivery service in memory, which does what docs/e2ee.md says as long as nothing fails, and whatever a test
 * wants it to do instead. It waits for nobody: there are no clocks in it.
 */
export class Room implements Disposable {
  readonly authority: Authority
  readonly visitId: VisitId
  readonly devices: Device[] = []
  /** Everything that was sent, in order. */
  readonly sent: { to: Device; what: Sent }[] = []
  now: number
  groupId: MlsGroupId | null = null
  epoch = 0
  round: Round | null = null
  /** Place in the tree by place. */
  places: (Place | undefined)[] = []
  rosterVersion = 0
  /** What is sent instead of a notification. */
  tamper: (what: Sent, to: Device) => Sent[] | Promise<Sent[]> = (what) => [what]
  /** What becomes of a request: `never` does it and loses the answer, a code refuses it. */
  answer: (request: keyof Delivery, device: Device) => 'as-it-is' | 'never' | EncryptionErrorCode = () => 'as-it-is'
  /** What the server takes for somebody's key package. */
  swap: (registered: Registered, device: Device) => Registered | Promise<Registered> = (registered) => registered
  /** Which of those staying is asked to commit. */
  choose: (staying: Device[]) => Device | undefined = (staying) => staying[0]
  #groups = 0
  #sequence = 0
  #work: Promise<void> = Promise.resolve()
  #waiting: (() => void)[] = []

  static async open(seed = 1, now = Date.now()): Promise<Room> {
    return new Room(await createAuthority(new Uint8Array(32).fill(seed)), seed, now)
  }

  private constructor(authority: Authority, seed: number, now: number) {
    this.authority = authority
    this.now = now
    this.visitId = makeId('visit', this.now, new Uint8Array(10).fill(seed))
  }

  /** Somebody comes in and registers. */
  enter(name: string): Device {
    const id = makeId('participant', this.now, new Uint8Array(10).fill(this.devices.length + 1))
    const device = new Device(this, name, id)
    this.devices.push(device)
    device.session.start()
    return device
  }

  /** Waits until these, and only these, are in one epoch together. */
  async together(...devices: Device[]): Promise<Epoch> {
    const names = devices.map(({ name }) => name).toSorted()
    await this.until(
      () =>
        this.#isSettled &&
        devices.every(({ epochs }) => {
          const epoch = epochs.at(-1)
          return (
            epoch?.groupId === this.groupId &&
            epoch?.epoch === this.epoch &&
            String(epoch.members.map((member) => member.displayName).toSorted()) === String(names)
          )
        }),
    )
    const [first] = devices
    if (first === undefined) throw new Error('nobody was named')
    return first.epoch
  }

  /** Somebody is removed, or goes. */
  remove(device: Device): void {
    this.#do(() => {
      device.waiting = null
      this.#markLeaving(device)
      return this.#advance()
    })
  }

  /** Resolves when it is so; it is looked at whenever something happened. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  /** Waits until a device has dealt with everything that it was sent: `teller` says something, and it hears that. */
  async dealtWith(device: Device, teller: Device): Promise<void> {
    const heard = device.texts.length
    await teller.say('…')
    await this.until(() => device.texts.length > heard)
  }

  nameOf(participantId: ParticipantId): string {
    return this.devices.find((device) => device.participantId === participantId)?.name ?? participantId
  }

  /** Sends past `tamper`. */
  tell(to: Device, what: Sent): void {
    this.#sequence += 1
    to.session.receive({ ...what, sequence: this.#sequence })
  }

  deliveryOf(device: Device): Delivery {
    return {
      register: (message, lost) => this.#request('register', device, () => this.#register(device, message, lost)),
      created: (groupId) => this.#request('created', device, () => this.#created(device, groupId)),
      commit: (groupId, epoch, commit, welcome) =>
        this.#request('commit', device, () => this.#commit(device, groupId, epoch, commit, welcome)),
      data: (groupId, epoch, message) =>
        this.#request('data', device, async () => {
          if (groupId !== this.groupId || epoch > this.epoch) throw new EncryptionError('late')
          const { participantId } = device
          const what: Sent = { type: 'mls.data', participantId, groupId, epoch, message: encodeBytes(message) }
          for (const other of this.staying) if (other !== device) await this.#send(other, what)
        }),
    }
  }

  get staying(): Device[] {
    return this.places.flatMap((place) => (place === undefined || place.isLeaving ? [] : [place.device]))
  }

  /** A roster as the server would sign it. */
  roster(members: (Registered & { device: Device })[], version: number, groupId = this.groupId): Promise<SignedRoster> {
    if (groupId === null) throw new Error('there is no group')
    return this.authority.signRoster({ visitId: this.visitId, groupId, version, members: members.map(rosterMember) })
  }

  [Symbol.dispose](): void {
    for (const device of this.devices) device.session.close()
  }

  async #register(device: Device, message: Uint8Array, lost: Lost): Promise<void> {
    const { signatureKey } = await readKeyPackage(message, { participantId: device.participantId, now: this.now })
    device.registrations.push({ message, lost })
    device.waiting = await this.swap({ message, signatureKey: encodeBytes(signatureKey) }, device)
    this.#markLeaving(device)
    this.#do(() => this.#advance())
  }

  async #created(device: Device, groupId: MlsGroupId): Promise<void> {
    if (groupId !== this.groupId || device.waiting === null || this.places.length > 0) throw new EncryptionError('late')
    this.places = [{ ...device.waiting, device, isLeaving: false }]
    device.waiting = null
    this.#do(() => this.#advance())
  }

  async #commit(
    device: Device,
    groupId: MlsGroupId,
    epoch: number,
    commit: Uint8Array,
    welcome: Uint8Array | null,
  ): Promise<void> {
    const round = this.round
    if (groupId !== this.groupId || epoch !== this.epoch || !round?.asked.has(device)) throw new EncryptionError('late')
    const others = this.staying.filter((one) => one !== device)
    this.round = null
    this.epoch += 1
    for (const place of round.removed) this.places[place] = undefined
    for (const { device: newcomer, ...registered } of round.added) {
      const isStillWaiting = newcomer.waiting?.signatureKey === registered.signatureKey
      if (isStillWaiting) newcomer.waiting = null
      const blank = this.places.indexOf(undefined)
      const place = { ...registered, device: newcomer, isLeaving: !isStillWaiting }
      this.places[blank === -1 ? this.places.length : blank] = place
    }
    this.#do(async () => {
      const ending = { groupId, epoch, commit: encodeBytes(commit) }
      for (const other of others) await this.#send(other, { type: 'mls.commit', ...ending })
      for (const { device: newcomer } of round.added) {
        if (welcome === null) continue
        const what = { groupId, epoch: epoch + 1, welcome: encodeBytes(welcome), roster: round.roster }
        await this.#send(newcomer, { type: 'mls.welcome', ...what })
      }
      await this.#advance()
    })
  }

  /** Nothing is to be changed. */
  get #isSettled(): boolean {
    const isNobodyWaiting = this.devices.every(({ waiting }) => waiting === null)
    return this.round === null && isNobodyWaiting && this.places.every((place) => !place?.isLeaving)
  }

  #markLeaving(device: Device): void {
    for (const place of this.places) if (place?.device === device) place.isLeaving = true
  }

  async #advance(): Promise<void> {
    this.wake()
    if (this.places.length > 0 && this.staying.length === 0) {
      this.groupId = null
      this.places = []
      this.round = null
    }
    if (this.groupId === null) return this.#found()
    if (this.places.length > 0) return this.#propose(this.groupId)
  }

  async #found(): Promise<void> {
    const device = this.devices.find(({ waiting }) => waiting !== null)
    if (device?.waiting == null) return
    this.#groups += 1
    const groupId: MlsGroupId = `${this.visitId}.${encodeBytes(new Uint8Array(16).fill(this.#groups))}`
    this.groupId = groupId
    this.epoch = 0
    this.rosterVersion = 1
    const roster = await this.roster([{ ...device.waiting, device }], 1)
    await this.#send(device, { type: 'mls.create', groupId, roster })
  }

  async #propose(groupId: MlsGroupId): Promise<void> {
    const { epoch } = this
    if (this.round === null) {
      const removed = this.places.flatMap((place, at) => (place?.isLeaving === true ? [at] : []))
      const added = this.devices.flatMap((device) => (device.waiting === null ? [] : [{ ...device.waiting, device }]))
      if (removed.length + added.length === 0) return
      const staying = this.places.flatMap((place) => (place === undefined || place.isLeaving ? [] : [place]))
      this.rosterVersion += 1
      const roster = await this.roster([...staying, ...added], this.rosterVersion)
      this.round = { removed, added, roster, asked: new Set() }
      const proposals = [
        ...(await Promise.all(removed.map((place) => this.authority.proposeRemove(groupId, epoch, place)))),
        ...(await Promise.all(added.map(({ message }) => this.authority.proposeAdd(groupId, epoch, message)))),
      ].map(encodeBytes)
      const what: Sent = { type: 'mls.proposals', groupId, epoch, proposals, roster }
      for (const device of this.staying) await this.#send(device, what)
    }
    const round = this.round
    if (this.staying.some((device) => round.asked.has(device))) return
    const committer = this.choose(this.staying)
    if (committer === undefined) return
    round.asked.add(committer)
    await this.#send(committer, { type: 'mls.commit-wanted', groupId, epoch })
  }

  async #send(to: Device, what: Sent): Promise<void> {
    this.sent.push({ to, what })
    for (const one of await this.tamper(what, to)) this.tell(to, one)
    this.wake()
  }

  async #request(request: keyof Delivery, device: Device, work: () => Promise<void>): Promise<void> {
    const answer = this.answer(request, device)
    this.wake()
    if (answer !== 'as-it-is' && answer !== 'never') throw new EncryptionError(answer)
    await this.#ask(work)
    if (answer === 'never') await new Promise(() => {})
  }

  /** One request after the other, each answered before what comes of it. */
  #ask<Result>(request: () => Promise<Result>): Promise<Result> {
    const answer = this.#work.then(request)
    this.#work = answer.then(
      () => undefined,
      () => undefined,
    )
    return answer
  }

  #do(task: () => Promise<void> | void): void {
    void this.#ask(async () => task())
  }
}

function rosterMember({ device, signatureKey }: { device: Device; signatureKey: string }): RosterMember {
  return { participantId: device.participantId, role: 'guest', displayName: device.name, signatureKey }
}

/** The raw media key of an epoch cannot be read out, so two are compared by what is derived from them. */
export async function fingerprintOf({ baseKey }: Pick<Epoch, 'baseKey'>): Promise<string> {
  const parameters = { name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(), info: new Uint8Array() }
  return encodeBytes(new Uint8Array(await crypto.subtle.deriveBits(parameters, baseKey, 256)))
}
