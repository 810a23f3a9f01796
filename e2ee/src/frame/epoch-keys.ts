import type { MediaSource } from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import { keyIdOf } from './key-ids.ts'
import { ReplayWindow } from './replay-window.ts'
import { largestUint64 } from './sframe-header.ts'
import { deriveSecrets, type FrameSecrets } from './sframe-keys.ts'

/** The media keys of one epoch, as they come from the group. */
export interface FrameKeys {
  groupId: string
  epoch: number
  /** A non-extractable HKDF key: `MLS-Exporter("SFrame 1.0 Base Key", "", 32)` of the epoch (RFC 9605 §5.2). */
  baseKey: CryptoKey
  /** Own place in the tree. */
  self: number
  /** Oneself included. */
  members: readonly { leaf: number; participantId: string }[]
}

/** What encrypts one of one's own sources in one epoch. */
export class SendingKey {
  readonly keyId: bigint
  readonly secrets: Promise<FrameSecrets>
  #nextCounter: bigint

  constructor(baseKey: CryptoKey, keyId: bigint, firstCounter: bigint) {
    this.keyId = keyId
    this.secrets = deriveSecrets(baseKey, keyId, 'encrypt')
    this.#nextCounter = firstCounter
  }

  /**
   * A counter that was never taken before. The bound of 2^32 frames for a key (NIST SP 800-38D §8.3) is for random
   * nonces; these are counted (§8.2.1), so the 64 bits of the count are the only bound. Its last value is not used.
   * @throws EncryptionError `counter-exhausted`
   */
  takeCounter(): bigint {
    if (this.#nextCounter >= largestUint64) throw new EncryptionError('counter-exhausted')
    return this.#nextCounter++
  }
}

/** What decrypts one source of one member in one epoch, and what was received of it. */
export interface ReceivingKey {
  readonly secrets: Promise<FrameSecrets>
  readonly window: ReplayWindow
}

/**
 * One epoch in the key ring: makes keys when they are first used, and no more than there are members and sources.
 * @throws RangeError for a leaf past 255: such a member could not be told from another
 */
export class EpochKeys {
  readonly epoch: number
  readonly self: number
  /** When frames are first sent in this epoch, by the ring's clock. */
  readonly sendFrom: number
  /** When the next epoch came, or its group was given up, by the ring's clock; null for the present one. */
  supersededAt: number | null = null
  /** False once its group was given up. */
  maySend = true
  #baseKey: CryptoKey
  #firstCounter: bigint
  #members: ReadonlyMap<number, string>
  #sending = new Map<MediaSource, SendingKey>()
  #receiving = new Map<bigint, ReceivingKey>()

  constructor(keys: FrameKeys, sendFrom: number, firstCounter: bigint) {
    // Refuses leaves that have no key id before anything is kept.
    for (const { leaf } of [...keys.members, { leaf: keys.self }]) keyIdOf('microphone', leaf, keys.epoch)
    this.epoch = keys.epoch
    this.self = keys.self
    this.sendFrom = sendFrom
    this.#baseKey = keys.baseKey
    this.#firstCounter = firstCounter
    this.#members = new Map(keys.members.map(({ leaf, participantId }) => [leaf, participantId]))
  }

  get isAlone(): boolean {
    return this.#members.size === 1 && this.#members.has(this.self)
  }

  /** Who sits at a leaf of this epoch; undefined if nobody does. */
  participantAt(leaf: number): string | undefined {
    return this.#members.get(leaf)
  }

  sendingKey(source: MediaSource): SendingKey {
    let key = this.#sending.get(source)
    if (key === undefined) {
      key = new SendingKey(this.#baseKey, keyIdOf(source, this.self, this.epoch), this.#firstCounter)
      this.#sending.set(source, key)
    }
    return key
  }

  /** Ask only for members (`participantAt`), and not for oneself: a key either encrypts or decrypts. */
  receivingKey(leaf: number, source: MediaSource): ReceivingKey {
    const keyId = keyIdOf(source, leaf, this.epoch)
    let key = this.#receiving.get(keyId)
    if (key === undefined) {
      key = { secrets: deriveSecrets(this.#baseKey, keyId, 'decrypt'), window: new ReplayWindow() }
      this.#receiving.set(keyId, key)
    }
    return key
  }
}
