import { EncryptionError } from '../errors.ts'
import { readKeyId } from './key-ids.ts'
import type { KeyRing } from './key-ring.ts'

/** How long a stream waits for keys that should be here any moment. */
const patienceMs = 1000

/** The key of a frame is not here: not yet, or not any more. A `FrameGate` says how long to wait for it. */
export class UnknownKeyError extends EncryptionError {
  readonly keyId: bigint

  constructor(keyId: bigint) {
    super('unknown-key')
    this.keyId = keyId
  }
}

/**
 * Decides for one stream whether a frame with an unknown key waits for it. Frames of the next epoch can be faster than
 * the epoch; they wait, and those behind them, up to a second from the first one that came since the keys last changed.
 * After that second the stream waits for nothing until they change, so that made-up key ids hold a stream up once, not
 * once each; and it remembers two numbers, whatever comes.
 */
export class FrameGate {
  #ring: KeyRing
  #first: { version: number; at: number } | null = null

  constructor(ring: KeyRing) {
    this.#ring = ring
  }

  /**
   * For how many milliseconds from `now` the frame is worth keeping; try it again when `KeyRing.changed()` resolves.
   * 0: drop it.
   */
  waitMs(error: UnknownKeyError, now: number): number {
    const stream = readKeyId(error.keyId)
    if (stream === null || !this.#ring.mayCome(stream.epochByte)) return 0
    const { version } = this.#ring
    if (this.#first?.version !== version) this.#first = { version, at: now }
    return Math.max(0, this.#first.at + patienceMs - now)
  }
}
