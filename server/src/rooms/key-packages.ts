import { limits, type ParticipantId } from '@curtain/protocol'
import { EncryptionError } from '@curtain/e2ee'
import { AppError } from '../errors.ts'

/** Checks a key package as `readKeyPackage` of `@curtain/e2ee/authority` does. */
export type ReadKeyPackage = (
  message: Uint8Array,
  expected: { participantId: ParticipantId; now: number },
) => Promise<{ signatureKey: Uint8Array; hash: string }>

/** A key package that was checked and is of its participant. */
export interface KeyPackage {
  /** The MLSMessage as it was registered. */
  readonly message: Uint8Array
  /** Raw Ed25519, base64url. */
  readonly signatureKey: string
}

/**
 * How many one participant may register in this time, in whatever number of browsers. Each costs everybody in the visit
 * a change of keys; a client that loses its group again and again gives up before.
 */
const mostInWindow = 8
const windowMs = 60_000
/** No key package is valid for longer (`readKeyPackage`); the seconds are for what is rounded. */
const longestLifetimeMs = 2 * limits.keyPackageLifetimeMs + 5000

/**
 * The key packages that came into one room: each is checked, and good once. What is known of them is forgotten when it
 * decides nothing any more.
 */
export class KeyPackages {
  readonly #read: ReadKeyPackage
  readonly #now: () => number
  /** When each was taken, the oldest first. */
  readonly #seen = new Map<string, number>()
  readonly #windows = new Map<ParticipantId, { from: number; count: number }>()

  /** @param now Unix time in milliseconds */
  constructor(read: ReadKeyPackage, now: () => number) {
    this.#read = read
    this.#now = now
  }

  /** How many things are remembered. */
  get size(): number {
    return this.#seen.size + this.#windows.size
  }

  /**
   * @param text base64url
   * @param counts false for one that the participant was told to register
   * @throws AppError `rate-limited`, `key-package-invalid`, `key-package-reused`
   */
  async accept(participantId: ParticipantId, text: string, counts = true): Promise<KeyPackage> {
    const now = this.#now()
    this.#forget(now)
    if (counts) this.#count(participantId, now)
    const message = new Uint8Array(Buffer.from(text, 'base64url'))
    const { signatureKey, hash } = await this.#check(message, participantId, now)
    if (this.#seen.has(hash)) throw new AppError('key-package-reused')
    this.#seen.set(hash, now)
    return { message, signatureKey: Buffer.from(signatureKey).toString('base64url') }
  }

  async #check(message: Uint8Array, participantId: ParticipantId, now: number): ReturnType<ReadKeyPackage> {
    try {
      return await this.#read(message, { participantId, now })
    } catch (cause) {
      if (cause instanceof EncryptionError) throw new AppError('key-package-invalid', { cause })
      throw cause
    }
  }

  #forget(now: number): void {
    for (const [hash, at] of this.#seen) {
      if (now - at <= longestLifetimeMs) break
      this.#seen.delete(hash)
    }
    for (const [participantId, { from }] of this.#windows) {
      // A clock that was set back ends them as well.
      if (Math.abs(now - from) > windowMs) this.#windows.delete(participantId)
    }
  }

  #count(participantId: ParticipantId, now: number): void {
    const window = this.#windows.get(participantId)
    if (window === undefined) this.#windows.set(participantId, { from: now, count: 1 })
    else if (++window.count > mostInWindow) throw new AppError('rate-limited')
  }
}
