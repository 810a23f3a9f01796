import { decodeBytes, limits, type MlsGroupId, type MlsNotification } from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import type { Group, OwnCommit } from './group.ts'
import { checkMembers, namedMembers } from './members.ts'
import { Outbox } from './outbox.ts'
import { readRoster, type Roster } from './roster.ts'
import type { Epoch, GroupSessionOptions } from './session-types.ts'
import { verificationCodeOf } from './verification.ts'

/** A notification about a group that one is in. */
export type GroupNotification = Extract<MlsNotification, { epoch: number }>
type NotificationOf<Type extends GroupNotification['type']> = Extract<GroupNotification, { type: Type }>

export interface MembershipOptions extends Omit<GroupSessionOptions, 'onProblem'> {
  /** Runs a task after those before it, unless the membership ended meanwhile; what it throws ends the membership. */
  run(task: () => Promise<void> | void): void
  /** A message was refused; nothing else comes of it. */
  onRefusedMessage(problem: EncryptionError): void
}

/** What the next commit does. */
interface Round {
  notification: NotificationOf<'mls.proposals'>
  roster: Roster
}

/**
 * Being in one group: follows it from epoch to epoch as far as everything is as it must be. Methods that return
 * promises must not overlap, and throw EncryptionError for what must end the membership.
 */
export class Membership {
  readonly #options: MembershipOptions
  readonly #group: Group
  readonly #outbox = new Outbox((bytes) => this.#post(bytes))
  /** Of the present epoch, or of the round that is open. */
  #roster: Roster
  #round: Round | null = null
  /** Sent, but not known to be the one commit of its epoch. */
  #ownCommit: OwnCommit | null = null
  #isOver = false

  constructor(group: Group, roster: Roster, options: MembershipOptions) {
    this.#group = group
    this.#roster = roster
    this.#options = options
  }

  get groupId(): MlsGroupId {
    return this.#group.id
  }

  get epoch(): number {
    return this.#group.epoch
  }

  /** Of the last roster that was accepted. */
  get rosterVersion(): number {
    return this.#roster.version
  }

  /** Tells of the epoch one is in. @throws EncryptionError `roster-mismatch` if those in the group are others */
  async begin(): Promise<void> {
    const members = namedMembers(this.#group.members(), this.#roster)
    const baseKey = await this.#group.exportKey()
    if (this.#isOver) return
    const { id: groupId, epoch, self } = this.#group
    const code = codeOnce(this.#group.epochAuthenticator, this.#roster.text)
    this.#options.onEpoch({ groupId, epoch, self, members, baseKey, code })
    void this.#outbox.flush()
  }

  /** @throws EncryptionError if it cannot be followed */
  async receive(notification: GroupNotification): Promise<void> {
    // A word about the next epoch before the answer to one's own commit: it can only be that one that was accepted.
    if (this.#ownCommit !== null && notification.epoch === this.epoch + 1) await this.#acceptOwn(this.#ownCommit)
    // The others are where one has not come: something is missing.
    if (notification.epoch > this.epoch) throw new EncryptionError('wrong-epoch')
    if (notification.type === 'mls.data') return this.#receiveMessage(notification)
    if (notification.epoch < this.epoch) return
    switch (notification.type) {
      case 'mls.proposals':
        return this.#receiveProposals(notification)
      case 'mls.commit-wanted':
        return this.#commit()
      case 'mls.commit':
        return this.#receiveCommit(notification)
      case 'mls.welcome':
        // The one that one came in by.
        return
    }
  }

  /** @throws EncryptionError `disconnected`, `not-in-group` when it ended first */
  send(bytes: Uint8Array): Promise<void> {
    return this.#outbox.add(bytes.slice())
  }

  /** Overwrites its keys. */
  end(): void {
    this.#isOver = true
    this.#outbox.clear(new EncryptionError('not-in-group'))
    this.#ownCommit?.discard()
    this.#ownCommit = null
    this.#group.erase()
  }

  async #receiveProposals(notification: NotificationOf<'mls.proposals'>): Promise<void> {
    if (this.#round !== null) {
      if (isSameRound(this.#round.notification, notification)) return
      throw new EncryptionError('bad-proposal')
    }
    const { visitId, rosterKey, now } = this.#options
    const after = this.#roster.version
    const roster = await readRoster(notification.roster, { visitId, rosterKey, groupId: this.groupId, after })
    for (const proposal of notification.proposals) await this.#group.propose(decodeBytes(proposal), now())
    checkMembers(this.#group.proposedMembers(), roster)
    this.#round = { notification, roster }
  }

  async #commit(): Promise<void> {
    if (this.#round === null) throw new EncryptionError('bad-proposal')
    if (this.#ownCommit !== null) return
    const commit = await this.#group.commit()
    if (this.#isOver) return commit.discard()
    this.#ownCommit = commit
    void this.#deliver(commit)
  }

  async #deliver(commit: OwnCommit): Promise<void> {
    try {
      await this.#options.delivery.commit(this.groupId, this.epoch, commit.message, commit.welcome)
    } catch (error) {
      // Whether it arrived is not known then: it is kept until something else is.
      if (error instanceof EncryptionError && error.code === 'disconnected') return
      this.#options.run(() => this.#discardOwn(commit))
      return
    }
    this.#options.run(() => this.#acceptOwn(commit))
  }

  async #acceptOwn(commit: OwnCommit): Promise<void> {
    if (this.#ownCommit !== commit || this.#round === null) return
    this.#ownCommit = null
    commit.accept()
    await this.#advanced(this.#round.roster)
  }

  #discardOwn(commit: OwnCommit): void {
    if (this.#ownCommit !== commit) return
    this.#ownCommit = null
    commit.discard()
  }

  async #receiveCommit({ commit }: NotificationOf<'mls.commit'>): Promise<void> {
    if (this.#round === null) throw new EncryptionError('bad-commit')
    // Theirs came first.
    if (this.#ownCommit !== null) this.#discardOwn(this.#ownCommit)
    await this.#group.process(decodeBytes(commit))
    await this.#advanced(this.#round.roster)
  }

  async #advanced(roster: Roster): Promise<void> {
    this.#roster = roster
    this.#round = null
    await this.begin()
  }

  /** Any member can send anything, and the server too: what is wrong with a message must not end the membership. */
  async #receiveMessage({ participantId, epoch, message }: NotificationOf<'mls.data'>): Promise<void> {
    try {
      const opened = await this.#group.open(decodeBytes(message))
      if (this.#isOver) return
      if (opened.participantId !== participantId) throw new EncryptionError('wrong-sender')
      this.#options.onMessage(opened)
    } catch (cause) {
      const problem = cause instanceof EncryptionError ? cause : new EncryptionError('bad-message', { cause })
      // Of an epoch that is long over, or that was over before one came.
      if (problem.code === 'wrong-epoch' && epoch < this.epoch) return
      if (!this.#isOver) this.#options.onRefusedMessage(problem)
    }
  }

  async #post(bytes: Uint8Array): Promise<'sent' | 'later'> {
    const sealed = await this.#seal(bytes)
    if (sealed === null) return 'later'
    if (sealed.message.length > limits.mlsDataBytes) throw new EncryptionError('bad-message')
    try {
      await this.#options.delivery.data(this.groupId, sealed.epoch, sealed.message)
      return 'sent'
    } catch (error) {
      // The others are in the next epoch already, and this device will be in a moment.
      if (error instanceof EncryptionError && error.code === 'late') return 'later'
      throw error
    }
  }

  /** Resolves to null while a round is open. */
  #seal(bytes: Uint8Array): Promise<{ epoch: number; message: Uint8Array } | null> {
    return new Promise((resolve, reject) => {
      this.#options.run(async () => {
        try {
          const isPossible = !this.#isOver && !this.#group.isRoundOpen
          resolve(isPossible ? { epoch: this.epoch, message: await this.#group.seal(bytes) } : null)
        } catch (error) {
          reject(error)
        }
      })
    })
  }
}

function isSameRound(one: Round['notification'], other: Round['notification']): boolean {
  return (
    one.roster.body === other.roster.body &&
    one.proposals.length === other.proposals.length &&
    one.proposals.every((proposal, at) => proposal === other.proposals[at])
  )
}

function codeOnce(authenticator: Uint8Array, rosterText: string): Epoch['code'] {
  let code: ReturnType<Epoch['code']> | undefined
  return () => {
    code ??= verificationCodeOf(authenticator, rosterText).finally(() => authenticator.fill(0))
    return code
  }
}
