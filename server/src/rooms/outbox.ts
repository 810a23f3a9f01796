import type { NotificationBody } from '@curtain/protocol'

/** Numbers one participant's notifications and keeps the last of them for a connection that is resumed. */
export class Outbox {
  readonly #capacity: number
  #kept: string[] = []
  #sequence = 0

  /** @param capacity how many notifications are kept */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The number of the last one; 0 before the first. */
  get sequence(): number {
    return this.#sequence
  }

  /** Gives the next number. Returns the message as it goes out. */
  add(body: NotificationBody): string {
    this.#sequence++
    const message = JSON.stringify({ ...body, sequence: this.#sequence })
    this.#kept.push(message)
    // In batches, since cutting the front of a list copies the rest.
    if (this.#kept.length >= this.#capacity * 2) this.#kept = this.#kept.slice(-this.#capacity)
    return message
  }

  /** What came after `lastSequence`, oldest first; null when some of it is not kept any more or was never sent. */
  since(lastSequence: number): string[] | null {
    const missing = this.#sequence - lastSequence
    if (missing < 0 || missing > Math.min(this.#capacity, this.#kept.length)) return null
    return missing === 0 ? [] : this.#kept.slice(-missing)
  }
}
