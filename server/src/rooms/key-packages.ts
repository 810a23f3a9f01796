import type { ParticipantId } from '@curtain/protocol'
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
 * How many one participant may register in this time. Each costs everybody in the visit a change of keys; a client that
 * loses its group again and again gives up long before.
 */
const mostInWindow = 30
const windowMs = 60_000

/** The key packages that came into one room: each is checked, and good once. */
export class KeyPackages {
  readonly #read: ReadKeyPackage
  readonly #now: () => number
  readonly #seen = new Set<string>()
  readonly #windows = new Map<ParticipantId, { from: number; count: number }>()

  /** @param now Unix time in milliseconds */
  constructor(read: ReadKeyPackage, now: () => number) {
    this.#read = read
    this.#now = now
  }

  /**
   * @param text base64url
   * @throws AppError `rate-limited`, `key-package-invalid`, `key-package-reused`
   */
  async accept(participantId: ParticipantId, text: string): Promise<KeyPackage> {
    const now = this.#now()
    this.#count(participantId, now)
    const message = new Uint8Array(Buffer.from(text, 'base64url'))
    const { signatureKey, hash } = await this.#check(message, participantId, now)
    if (this.#seen.has(hash)) throw new AppError('key-package-reused')
    this.#seen.add(hash)
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

  #count(participantId: ParticipantId, now: number): void {
    const window = this.#windows.get(participantId)
    // A clock that was set back begins a new one as well.
    if (window === undefined || Math.abs(now - window.from) > windowMs) {
      this.#windows.set(participantId, { from: now, count: 1 })
    } else if (++window.count > mostInWindow) throw new AppError('rate-limited')
  }
}
