import type { Clock } from '../clock.ts'
import type { EncryptionWorkers, WorkersListener } from './workers.ts'

export interface WorkerKeeperOptions {
  clock: Clock
  /** Null where the browser cannot do it. */
  openWorkers(listener: WorkersListener): EncryptionWorkers | null
  listener: Omit<WorkersListener, 'onBroken'>
  /** What they held is gone; new ones follow. */
  onBroken(): void
  /** New ones are there. */
  onReplaced(): void
  /** They broke again and again. */
  onHopeless(): void
}

/** Workers that break more often than this within a minute will not hold at all. */
const breaksBorne = 5
const breaksWithinMs = 60_000
/** Wait before new ones: 0, then 1 s, 2 s, 4 s, 8 s. Perhaps they could not be loaded. */
const reopenWaitMs = (breaks: number) => (breaks === 1 ? 0 : 500 * 2 ** (breaks - 1))

/** Opens the workers of a visit and replaces them, both together, when one breaks. */
export class WorkerKeeper {
  readonly #options: WorkerKeeperOptions
  #workers: EncryptionWorkers | null = null
  #brokeAt: readonly number[] = []
  #cancelReopening: (() => void) | null = null
  #isClosed = false

  constructor(options: WorkerKeeperOptions) {
    this.#options = options
  }

  get workers(): EncryptionWorkers | null {
    return this.#workers
  }

  /** They broke, and new ones are about to be opened. */
  get isReopening(): boolean {
    return this.#cancelReopening !== null
  }

  /** Opens them if there are none. */
  open(): void {
    if (this.#isClosed || this.#workers !== null) return
    this.#workers = this.#options.openWorkers({ ...this.#options.listener, onBroken: () => this.#broke() })
  }

  /** For good. May be called twice. */
  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  #drop(): void {
    this.#cancelReopening?.()
    this.#cancelReopening = null
    this.#workers?.close()
    this.#workers = null
  }

  #broke(): void {
    const { clock } = this.#options
    this.#drop()
    const now = clock.now()
    this.#brokeAt = [...this.#brokeAt.filter((at) => now - at < breaksWithinMs), now]
    const breaks = this.#brokeAt.length
    if (breaks <= breaksBorne) this.#cancelReopening = clock.after(reopenWaitMs(breaks), () => this.#reopen())
    this.#options.onBroken()
    if (breaks > breaksBorne) this.#options.onHopeless()
  }

  #reopen(): void {
    this.#cancelReopening = null
    this.open()
    this.#options.onReplaced()
  }
}
