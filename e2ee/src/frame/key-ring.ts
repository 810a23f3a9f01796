import type { MediaSource } from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import { EpochKeys, type FrameKeys, type SendingKey } from './epoch-keys.ts'
import { epochByteOf } from './key-ids.ts'

/** The others have this long to install an epoch before frames come in it: an old phone on a slow network needs it. */
const switchDelayMs = 250
/** How many epochs ahead of the newest one a key id may be of; the other half of the numbers is behind it. */
const epochsAhead = 127

export interface KeyRingOptions {
  /** Any clock in milliseconds that does not jump. */
  now(): number
  /** How long an epoch's keys are kept after the next epoch came. */
  graceMs: number
  /** Of each sending key: 0, and another only where a test wants to see the end. */
  firstCounter?: bigint
}

/**
 * The media keys of a visit: the newest epoch and, for `graceMs`, those before it. All transforms of a page share one
 * ring, because the counter of a key and its replay window must outlive any stream that uses it.
 */
export class KeyRing {
  #options: KeyRingOptions
  #groupId: string | null = null
  /** In the order they came; the newest is the last. */
  #epochs: EpochKeys[] = []
  /**
   * The last epoch ever installed of each group, past `clear()` too: a second one of the same keys would count from 0
   * again. A visit has a few groups, and the session ends when there are many.
   */
  #lastEpochs = new Map<string, number>()
  #version = 0
  #change = Promise.withResolvers<void>()

  constructor(options: KeyRingOptions) {
    this.#options = options
  }

  /** Counts up with each change. */
  get version(): number {
    return this.#version
  }

  /** Resolves at the next `install` or `clear`. */
  changed(): Promise<void> {
    return this.#change.promise
  }

  /**
   * Adds an epoch. It decrypts from now on; it encrypts from now on if nobody else had the one before, else 250 ms
   * later. An epoch before it with the same last eight bits is dropped (RFC 9605 §5.2); another group drops all.
   * @returns in how many milliseconds the others send what can be read with what is here: whoever comes to several has
   * nothing of the epoch that they still send in
   * @throws EncryptionError `epoch-replayed` for an epoch that was there, or one before it
   * @throws RangeError for a leaf past 255
   */
  install(keys: FrameKeys): number {
    if (keys.epoch <= (this.#lastEpochs.get(keys.groupId) ?? -1)) throw new EncryptionError('epoch-replayed')
    const now = this.#options.now()
    const former = this.#groupId === keys.groupId ? this.#epochs.at(-1) : undefined
    const sendFrom = former === undefined || former.isAlone ? now : now + switchDelayMs
    const epoch = new EpochKeys(keys, sendFrom, this.#options.firstCounter ?? 0n)

    if (former === undefined) this.#epochs = []
    else former.supersededAt ??= now
    this.expire()
    this.#epochs = this.#epochs.filter((other) => epochByteOf(other.epoch) !== epochByteOf(epoch.epoch))
    this.#epochs.push(epoch)
    this.#groupId = keys.groupId
    this.#lastEpochs.set(keys.groupId, keys.epoch)
    this.#notify()
    return former === undefined && keys.members.length > 2 ? switchDelayMs : 0
  }

  /**
   * The group was given up: nothing is encrypted under its keys any more, not even if another epoch of it comes. What
   * others sent in it can be read until the grace of its last epoch is over, or another group comes.
   */
  stopSending(): void {
    const now = this.#options.now()
    for (const epoch of this.#epochs) {
      epoch.maySend = false
      epoch.supersededAt ??= now
    }
  }

  /** Drops all keys: nothing is encrypted or decrypted until the next `install`. */
  clear(): void {
    this.#groupId = null
    this.#epochs = []
    this.#notify()
  }

  /** Drops the keys whose grace is over. Every use of the ring does; call it where there may be none. */
  expire(): void {
    const now = this.#options.now()
    const isOver = ({ supersededAt }: EpochKeys) => supersededAt !== null && now - supersededAt > this.#options.graceMs
    if (this.#epochs.some(isOver)) this.#epochs = this.#epochs.filter((epoch) => !isOver(epoch))
  }

  /**
   * What encrypts a frame of this source at this moment.
   * @throws EncryptionError `no-key` before the first epoch, and from `stopSending` to the next one
   */
  sendingKey(source: MediaSource): SendingKey {
    this.expire()
    const now = this.#options.now()
    const usable = this.#epochs.filter(({ maySend }) => maySend)
    const epoch = usable.findLast(({ sendFrom }) => sendFrom <= now) ?? usable.at(-1)
    if (epoch === undefined) throw new EncryptionError('no-key')
    return epoch.sendingKey(source)
  }

  /** The epoch that key ids with this last byte are of now; null if its keys are not here, or not any more. */
  epochOf(epochByte: number): EpochKeys | null {
    this.expire()
    return this.#epochs.findLast(({ epoch }) => epochByteOf(epoch) === epochByte) ?? null
  }

  /** Whether key ids with this last byte may be of an epoch that is still to come. Without any epoch, all may. */
  mayCome(epochByte: number): boolean {
    const newest = this.#epochs.at(-1)
    if (newest === undefined) return true
    const ahead = (epochByte - epochByteOf(newest.epoch) + 256) % 256
    return ahead >= 1 && ahead <= epochsAhead
  }

  #notify(): void {
    this.#version++
    const { resolve } = this.#change
    this.#change = Promise.withResolvers<void>()
    resolve()
  }
}
