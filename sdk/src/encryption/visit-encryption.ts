import type { EncryptionErrorCode, VerificationCode } from '@curtain/e2ee'
import {
  decodeBytes,
  limits,
  type EncryptionMode,
  type MediaSource,
  type MlsNotification,
  type ParticipantId,
  type VisitId,
} from '@curtain/protocol'
import type { Clock } from '../clock.ts'
import type { Hello } from '../signal-connection.ts'
import type { EncryptionDiagnostics, EncryptionStatus } from '../types.ts'
import { VisitError, type VisitErrorCode } from '../visit-error.ts'
import { Conversation } from './conversation.ts'
import { deliver, type DeliverySignal } from './delivery.ts'
import type { MediaProtection } from './media-protection.ts'
import type {
  FrameCounts,
  FrameWorkerToPage,
  GroupWorkerToPage,
  InstalledKeys,
  PublicEpoch,
  TransformOptions,
} from './messages.ts'
import { Strangers } from './strangers.ts'
import { WorkerKeeper } from './worker-keeper.ts'
import type { EncryptionWorkers, WorkersListener } from './workers.ts'

export interface VisitEncryptionOptions {
  signal: DeliverySignal
  clock: Clock
  /** Milliseconds since 1970, by this device's clock. */
  dateNow(): number
  /** Null where the browser cannot do it. */
  openWorkers(listener: WorkersListener): EncryptionWorkers | null
  /** Whether the browser lacks something that shows only when it is tried. */
  isBrowserLacking(): Promise<boolean>
  /** `status` or what the conversation holds changed. */
  onChange(): void
  /** What can be sent and read changed. */
  onKeys(): void
  /** Senders and receivers that were protected before let nothing through any more: they are to be made anew. */
  onMediaLost(): void
  /** The visit cannot be encrypted as it must be. */
  onFailed(code: VisitErrorCode): void
}

/** Who this is, for a group session. */
interface Identity {
  visitId: VisitId
  participantId: ParticipantId
  rosterKey: Uint8Array
  clockOffsetMs: number
}

/**
 * Keeps one visit encrypted from device to device: starts the workers, carries the group session's requests and the
 * server's notifications, and knows what may be sent and read. In a transport-only visit it starts nothing.
 */
export class VisitEncryption implements MediaProtection {
  readonly conversation: Conversation
  readonly #options: VisitEncryptionOptions
  /** What the first ticket said: how a visit is encrypted is fixed when it is made. */
  #promised: EncryptionMode | null = null
  #mode: EncryptionMode | 'unknown' = 'unknown'
  readonly #keeper: WorkerKeeper
  readonly #strangers: Strangers
  #identity: Identity | null = null
  /** Counts sessions: what comes of one that was given up is dropped. */
  #session = 0
  #epoch: PublicEpoch | null = null
  #code: VerificationCode | null = null
  /** What the frame worker has. The two workers are not in step with each other. */
  #installed: InstalledKeys | null = null
  #lastId = 0
  readonly #sends = new Map<number, (refusal: EncryptionErrorCode | null) => void>()
  readonly #counts = new Map<number, (counts: FrameCounts | null) => void>()

  constructor(options: VisitEncryptionOptions) {
    this.#options = options
    this.#keeper = new WorkerKeeper({
      clock: options.clock,
      openWorkers: (listener) => options.openWorkers(listener),
      listener: {
        onGroup: (message) => this.#heardOfGroup(message),
        onFrames: (message) => this.#heardOfFrames(message),
      },
      onBroken: () => {
        this.#forgetGroup()
        this.#forgetCounts()
        options.onChange()
      },
      onReplaced: () => {
        if (this.#identity === null) return
        this.#start()
        options.onMediaLost()
      },
      onHopeless: () => options.onFailed('encryption-failed'),
    })
    this.#strangers = new Strangers(options.clock, () => options.onChange())
    this.conversation = new Conversation({
      send: (bytes) => this.#send(bytes),
      now: () => options.dateNow(),
      onChange: () => options.onChange(),
    })
  }

  get isEndToEnd(): boolean {
    return this.#mode !== 'transport'
  }

  get canSend(): boolean {
    return this.#mode === 'transport' || this.#readable.length > 0
  }

  canRead(participantId: string): boolean {
    return this.#mode === 'transport' || this.#readable.includes(participantId)
  }

  get status(): EncryptionStatus {
    if (this.#mode !== 'end-to-end') return { state: this.#mode }
    const epoch = this.#epoch
    if (epoch === null) return { state: 'securing' }
    const { comparedBy, isChanged } = this.conversation.comparison
    const members = epoch.members.map(({ participantId: id, role, displayName, leaf }) => ({
      id,
      role,
      displayName,
      isSelf: leaf === epoch.self,
      compared: comparedBy.has(id),
    }))
    return {
      state: 'secured',
      epoch: epoch.epoch,
      members,
      strangers: members.filter(({ id, isSelf }) => !isSelf && this.#strangers.has(id)),
      code: this.#code,
      changedSinceCompared: isChanged,
    }
  }

  /** A ticket says how the visit is encrypted: what takes time to load does so while somebody looks at themselves. */
  prepare(mode: EncryptionMode): void {
    this.#promised ??= mode
    if (mode === 'end-to-end') this.#keeper.open()
  }

  /** A new connection: the group of the one before, if there was one, is worth nothing. */
  greeted({ encryption, visit, participant, room }: Hello): void {
    this.prepare(encryption.mode)
    // A server that says something else than before is not followed.
    if (this.#promised !== encryption.mode) {
      this.#options.onFailed('encryption-failed')
      return
    }
    this.#mode = encryption.mode
    if (encryption.mode === 'transport') return
    const clockOffsetMs = Date.parse(room.now) - this.#options.dateNow()
    if (Math.abs(clockOffsetMs) > limits.clockSkewMs) {
      this.#options.onFailed('clock-wrong')
      return
    }
    void this.#checkBrowser()
    const rosterKey = decodeBytes(encryption.rosterKey)
    this.#identity = { visitId: visit.id, participantId: participant.id, rosterKey, clockOffsetMs }
    this.#start()
  }

  /** Back in the waiting room: out of the group, and registered for the next one. */
  sentBack(): void {
    this.#start()
  }

  /** Who is in the visit, as the server lists them. To be called after each change of `status`, too. */
  listed(participantIds: readonly ParticipantId[]): void {
    const holders = this.#epoch?.members.map((member) => member.participantId)
    if (holders !== undefined) this.#strangers.look(holders, participantIds)
  }

  receive(notification: MlsNotification): void {
    this.#workers?.tellGroup({ type: 'notification', notification })
  }

  protectSender(sender: Pick<RTCRtpSender, 'transform'>, source: MediaSource): void {
    if (this.#mode === 'transport') return
    const participantId = this.#identity?.participantId
    if (participantId === undefined) throw new VisitError('encryption-failed')
    this.#protect(sender, { direction: 'send', source, participantId })
  }

  protectReceiver(
    receiver: Pick<RTCRtpReceiver, 'transform'>,
    { participantId, source }: { participantId: string; source: MediaSource },
  ): void {
    if (this.#mode === 'transport') return
    this.#protect(receiver, { direction: 'receive', source, participantId })
  }

  /**
   * This person compared the code that they were shown.
   * @param shown as `status` has it. @throws VisitError `mls-epoch` when it is not the present one any more
   */
  async markCompared(shown: VerificationCode): Promise<void> {
    if (this.#epoch === null || this.#code !== shown) throw new VisitError('mls-epoch')
    await this.conversation.compared(this.#epoch.epoch)
  }

  /** Null where there are no workers. */
  async diagnostics(): Promise<EncryptionDiagnostics | null> {
    const workers = this.#workers
    if (workers === null) return null
    const id = (this.#lastId += 1)
    const counts = await new Promise<FrameCounts | null>((resolve) => {
      this.#counts.set(id, resolve)
      workers.tellFrames({ type: 'count', id })
    })
    return counts === null ? null : { epoch: this.#epoch?.epoch ?? null, ...counts }
  }

  /** Ends the workers, and the keys with them. May be called twice. */
  close(): void {
    this.#mode = 'unknown'
    this.#identity = null
    this.#keeper.close()
    this.#strangers.close()
    this.#forgetGroup()
    this.#forgetCounts()
  }

  /** The frame worker has the keys of the present epoch. */
  get #hasKeys(): boolean {
    const { groupId, epoch } = this.#installed ?? {}
    return this.#epoch !== null && groupId === this.#epoch.groupId && epoch === this.#epoch.epoch
  }

  /** Whose frames can be read now, oneself included. */
  get #readable(): readonly string[] {
    return this.#hasKeys ? (this.#installed?.participantIds ?? []) : []
  }

  get #workers(): EncryptionWorkers | null {
    return this.#keeper.workers
  }

  async #checkBrowser(): Promise<void> {
    if (await this.#options.isBrowserLacking()) this.#options.onFailed('unsupported-browser')
  }

  #start(): void {
    const identity = this.#identity
    if (identity === null) return
    this.#forgetGroup()
    this.#workers?.tellGroup({ type: 'start', session: this.#session, ...identity })
    this.#options.onChange()
  }

  /** What was known of a group, and whoever waits for it. */
  #forgetGroup(): void {
    this.#session += 1
    this.#leaveEpoch()
    for (const settle of this.#sends.values()) settle('disconnected')
    this.#sends.clear()
  }

  /** Without an epoch nothing is sent or shown. */
  #leaveEpoch(): void {
    this.#epoch = null
    this.#code = null
    this.#installed = null
  }

  #forgetCounts(): void {
    for (const settle of this.#counts.values()) settle(null)
    this.#counts.clear()
  }

  #protect(end: Pick<RTCRtpSender | RTCRtpReceiver, 'transform'>, options: TransformOptions): void {
    // Media is set up anew once there are workers again.
    if (this.#keeper.isReopening) throw new VisitError('encryption-failed')
    try {
      if (this.#workers === null) throw new VisitError('unsupported-browser')
      end.transform = this.#workers.transform(options)
    } catch (cause) {
      this.#options.onFailed('unsupported-browser')
      throw cause instanceof VisitError ? cause : new VisitError('unsupported-browser', { cause })
    }
  }

  #heardOfGroup(message: GroupWorkerToPage): void {
    if (message.type === 'sent') {
      this.#sends.get(message.id)?.(message.refusal)
      this.#sends.delete(message.id)
      return
    }
    if (message.session !== this.#session) return
    switch (message.type) {
      case 'request':
        void this.#deliver(message)
        return
      case 'epoch': {
        const { epoch, members, self } = message.epoch
        const me = members.find(({ leaf }) => leaf === self)
        if (me === undefined) return
        this.#epoch = message.epoch
        this.#code = null
        this.conversation.epochChanged(epoch, members, me.participantId)
        if (this.#hasKeys) this.#options.onKeys()
        break
      }
      case 'left':
        this.#leaveEpoch()
        this.#options.onKeys()
        break
      case 'code':
        if (message.groupId !== this.#epoch?.groupId || message.epoch !== this.#epoch.epoch) return
        this.#code = message.code
        break
      case 'message':
        this.conversation.receive(message.participantId, message.bytes)
        return
      case 'problem':
        if (message.isHopeless) this.#options.onFailed('encryption-failed')
        return
    }
    this.#options.onChange()
  }

  #heardOfFrames(message: FrameWorkerToPage): void {
    if (message.type === 'counts') {
      this.#counts.get(message.id)?.(message.counts)
      this.#counts.delete(message.id)
    } else if (message.session === this.#session) {
      this.#installed = message
      if (this.#hasKeys) this.#options.onKeys()
    }
  }

  async #deliver({ id, request }: Extract<GroupWorkerToPage, { type: 'request' }>): Promise<void> {
    const workers = this.#workers
    const refusal = await deliver(this.#options.signal, request)
    if (workers === this.#workers) workers?.tellGroup({ type: 'answer', id, refusal })
  }

  #send(bytes: Uint8Array): Promise<EncryptionErrorCode | null> {
    const workers = this.#workers
    if (workers === null || this.#epoch === null) return Promise.resolve('not-in-group')
    const { groupId } = this.#epoch
    const id = (this.#lastId += 1)
    return new Promise((resolve) => {
      this.#sends.set(id, resolve)
      workers.tellGroup({ type: 'send', id, groupId, bytes })
    })
  }
}
