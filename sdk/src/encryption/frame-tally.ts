import type { EncryptionErrorCode } from '@curtain/e2ee'
import type { FrameCounts } from './messages.ts'

/** Counts what became of frames. */
export class FrameTally {
  #encrypted = 0
  #decrypted = 0
  readonly #dropped = new Map<EncryptionErrorCode, number>()

  passed(direction: 'send' | 'receive'): void {
    if (direction === 'send') this.#encrypted += 1
    else this.#decrypted += 1
  }

  dropped(code: EncryptionErrorCode): void {
    this.#dropped.set(code, (this.#dropped.get(code) ?? 0) + 1)
  }

  get counts(): FrameCounts {
    return { encrypted: this.#encrypted, decrypted: this.#decrypted, dropped: Object.fromEntries(this.#dropped) }
  }
}
