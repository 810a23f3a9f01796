import {
  decodeBytes,
  encodeBytes,
  type MlsGroupId,
  type MlsNotification,
  type SignedRoster,
} from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import { Group } from './group.ts'
import { eraseKeyPackage, makeKeyPackage, type OwnKeyPackage } from './key-package.ts'
import { Membership, type MembershipOptions } from './membership.ts'
import { readRoster, type Roster } from './roster.ts'
import { SerialQueue } from './serial-queue.ts'
import type { GroupSessionOptions } from './session-types.ts'
import { ourSuite } from './suite.ts'

type NotificationOf<Type extends MlsNotification['type']> = Extract<MlsNotification, { type: Type }>

/** The group and epoch that could not be followed. */
type Lost = { groupId: MlsGroupId; epoch: number } | null

/** What to do with the answer to a request; `lost` if that is refused. */
interface Answers {
  accepted?: () => Promise<void>
  refused: (problem: EncryptionError) => Promise<void>
  lost?: Lost
}

/** It gives up when more than so many refusals come within this time. */
const refusalsBorne = 4
const refusalsWithinMs = 60_000
/** Key packages of before that a late notification may still be about. */
const formerKeysKept = 16

/**
 * This device's part in the MLS groups of one visit (docs/e2ee.md): registers, makes or joins the group that the server
 * arranges, and follows it. What is not as it must be ends the membership: it registers again with new keys.
 *
 * Everything happens in one queue, in the order it came; nothing of it does input or output but `delivery`.
 */
export class GroupSession {
  readonly #options: GroupSessionOptions
  readonly #queue = new SerialQueue()
  #state: 'new' | 'running' | 'stopped' = 'new'
  /** Tasks of an earlier life are not run any more. */
  #life = 0
  /** Registered and not used yet. */
  #registration: OwnKeyPackage | null = null
  #formerKeys: string[] = []
  /** A group that this device made, until the server says that it is the one. */
  #founded: Membership | null = null
  #membership: Membership | null = null
  /** Of the last group that this device was in. */
  #lastRoster: { groupId: MlsGroupId; version: number } | null = null
  #refusedAt: number[] = []
  /** It told of an epoch of the group that it is in. */
  #hasEpoch = false

  constructor(options: GroupSessionOptions) {
    this.#options = options
  }

  /** Makes a key package and registers it. */
  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'running'
    this.#run(() => this.#register(null))
  }

  /** Takes a notification; it is dealt with after those before it. Never throws. */
  receive(notification: MlsNotification): void {
    if (this.#state !== 'running') return
    const place = notification.type === 'mls.welcome' ? placeBefore(notification) : undefined
    this.#run(() => this.#follow(notification), place)
  }

  /**
   * Sends an application message to the others. It waits while the group is between two epochs.
   * @throws EncryptionError `not-in-group`, `disconnected`, `bad-message` if it is too long
   */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.#membership === null) throw new EncryptionError('not-in-group')
    return this.#membership.send(bytes)
  }

  /** Sent back, or a new connection: the group of before is worth nothing, and it registers again. */
  restart(): void {
    if (this.#state === 'stopped') return
    this.#state = 'running'
    this.#life += 1
    this.#run(() => {
      this.#leave()
      return this.#register(null)
    })
  }

  /** Overwrites its keys. Nothing comes of it any more. Twice is fine. */
  close(): void {
    this.#stop()
    this.#queue.add(() => this.#leave())
  }

  #stop(): void {
    this.#state = 'stopped'
    this.#life += 1
  }

  /** @param lost what to say if the task is refused; by default where it began */
  #run(task: () => Promise<void> | void, lost?: Lost): void {
    const life = this.#life
    this.#queue.add(async () => {
      if (life !== this.#life) return
      const place = lost === undefined ? this.#presentPlace() : lost
      try {
        await task()
      } catch (cause) {
        if (life === this.#life) await this.#refuse(asProblem(cause), place)
      }
    })
  }

  #presentPlace(): Lost {
    return this.#membership === null ? null : { groupId: this.#membership.groupId, epoch: this.#membership.epoch }
  }

  async #follow(notification: MlsNotification): Promise<void> {
    switch (notification.type) {
      case 'mls.reset':
        this.#leave()
        return this.#register(null)
      case 'mls.create':
        return this.#found(notification)
      case 'mls.welcome':
        return this.#join(notification)
      case 'mls.proposals':
      case 'mls.commit-wanted':
      case 'mls.commit':
      case 'mls.data':
        // A word about a group that one has just made: so it is the one.
        if (this.#founded?.groupId === notification.groupId) await this.#enter(this.#founded)
        if (this.#membership?.groupId === notification.groupId) await this.#membership.receive(notification)
        else if (notification.type === 'mls.proposals') await this.#noticeLostWelcome(notification)
        // What else is about another group is late.
    }
  }

  /** Members alone hear of proposals: a roster with the keys registered last means that a welcome did not come. */
  async #noticeLostWelcome({ groupId, roster: signed }: NotificationOf<'mls.proposals'>): Promise<void> {
    const own = this.#registration
    if (own === null || this.#founded !== null) return
    const { rosterKey, visitId } = this.#options
    const { members } = await readRoster(signed, { rosterKey, visitId, groupId, after: 0 })
    const isIn = members.some(({ signatureKey }) => signatureKey === signatureKeyOf(own))
    if (isIn) throw new EncryptionError('not-in-group')
  }

  async #register(lost: Lost): Promise<void> {
    const life = this.#life
    this.#forgetRegistration()
    const { participantId, delivery } = this.#options
    const own = await makeKeyPackage(await ourSuite(), participantId, this.#options.now())
    if (life !== this.#life) return eraseKeyPackage(own)
    this.#registration = own
    void this.#answerTo(delivery.register(own.message, lost), {
      refused: async (problem) => {
        if (this.#registration === own) throw problem
      },
      lost,
    })
  }

  async #found({ groupId, roster: signed }: NotificationOf<'mls.create'>): Promise<void> {
    const found = await this.#takeRegistration(groupId, signed)
    if (found === null) return
    const { own, roster } = found
    const group = await Group.create(await ourSuite(), groupId, own, this.#options.rosterKey)
    const founded = new Membership(group, roster, this.#membershipOptions())
    this.#founded = founded
    void this.#answerTo(this.#options.delivery.created(groupId), {
      accepted: () => this.#enter(founded),
      refused: async () => {
        if (this.#founded !== founded) return
        this.#leave()
        await this.#register(null)
      },
    })
  }

  async #enter(founded: Membership): Promise<void> {
    if (this.#founded !== founded) return
    this.#founded = null
    this.#membership = founded
    await founded.begin()
  }

  async #join({ groupId: id, epoch, welcome, roster: signed }: NotificationOf<'mls.welcome'>): Promise<void> {
    const found = await this.#takeRegistration(id, signed)
    if (found === null) return
    const { own, roster } = found
    const { rosterKey } = this.#options
    const joining = Group.join(await ourSuite(), decodeBytes(welcome), own, { id, epoch, rosterKey })
    const group = await joining.catch((cause: unknown) => {
      eraseKeyPackage(own)
      throw cause
    })
    this.#membership = new Membership(group, roster, this.#membershipOptions())
    await this.#membership.begin()
  }

  /**
   * The key package that a roster has this device in with. Null if it is one of before: then the notification is late.
   * @throws EncryptionError `bad-roster`; `roster-mismatch` if there is another key under this participant's name
   */
  async #takeRegistration(
    groupId: MlsGroupId,
    signed: SignedRoster,
  ): Promise<{ own: OwnKeyPackage; roster: Roster } | null> {
    const { rosterKey, visitId, participantId } = this.#options
    const roster = await readRoster(signed, { rosterKey, visitId, groupId, after: 0 })
    const self = roster.members.find((member) => member.participantId === participantId)
    if (self !== undefined && this.#formerKeys.includes(self.signatureKey)) return null
    const after = this.#lastRoster?.groupId === groupId ? this.#lastRoster.version : 0
    if (roster.version <= after) throw new EncryptionError('bad-roster')
    const own = this.#registration
    if (own === null || self?.signatureKey !== signatureKeyOf(own)) throw new EncryptionError('roster-mismatch')
    this.#remember(own)
    this.#registration = null
    return { own, roster }
  }

  #membershipOptions(): MembershipOptions {
    const life = this.#life
    const isPresent = () => life === this.#life
    return {
      ...this.#options,
      run: (task) => this.#run(task),
      onEpoch: (epoch) => {
        if (!isPresent()) return
        this.#hasEpoch = true
        this.#options.onEpoch(epoch)
      },
      onMessage: (message) => {
        if (isPresent()) this.#options.onMessage(message)
      },
      onRefusedMessage: (problem) => {
        if (isPresent()) this.#options.onProblem(problem, false)
      },
    }
  }

  /** Gives everything up and registers again, unless that was of no use too often. */
  async #refuse(problem: EncryptionError, lost: Lost): Promise<void> {
    this.#leave()
    const now = this.#options.now()
    this.#refusedAt = [...this.#refusedAt.filter((at) => Math.abs(now - at) < refusalsWithinMs), now]
    const isHopeless = this.#refusedAt.length > refusalsBorne
    if (isHopeless) this.#stop()
    const life = this.#life
    this.#options.onProblem(problem, isHopeless)
    if (!isHopeless && life === this.#life) await this.#register(lost)
  }

  #leave(): void {
    const membership = this.#membership ?? this.#founded
    if (membership !== null) {
      this.#lastRoster = { groupId: membership.groupId, version: membership.rosterVersion }
      membership.end()
    }
    this.#membership = null
    this.#founded = null
    this.#forgetRegistration()
    if (!this.#hasEpoch) return
    this.#hasEpoch = false
    if (this.#state === 'running') this.#options.onLeft()
  }

  #forgetRegistration(): void {
    if (this.#registration === null) return
    eraseKeyPackage(this.#registration)
    this.#remember(this.#registration)
    this.#registration = null
  }

  #remember(used: OwnKeyPackage): void {
    this.#formerKeys = [signatureKeyOf(used), ...this.#formerKeys].slice(0, formerKeysKept)
  }

  /** Waits for an answer outside of the queue, and deals with it inside. Without one nothing happens. */
  async #answerTo(answer: Promise<void>, { accepted, refused, lost }: Answers): Promise<void> {
    const life = this.#life
    const run = (task: () => Promise<void>) => {
      if (life === this.#life) this.#run(task, lost)
    }
    try {
      await answer
    } catch (cause) {
      const problem = asProblem(cause)
      if (problem.code !== 'disconnected') run(() => refused(problem))
      return
    }
    if (accepted !== undefined) run(accepted)
  }
}

function asProblem(cause: unknown): EncryptionError {
  return cause instanceof EncryptionError ? cause : new EncryptionError('bad-message', { cause })
}

/** Whoever cannot follow a welcome cannot follow the commit that it came with. */
function placeBefore({ groupId, epoch }: NotificationOf<'mls.welcome'>): Lost {
  return epoch === 0 ? null : { groupId, epoch: epoch - 1 }
}

function signatureKeyOf(own: OwnKeyPackage): string {
  return encodeBytes(own.public.leafNode.signaturePublicKey)
}
