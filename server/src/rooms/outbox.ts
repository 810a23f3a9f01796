import type { NotificationBody } from '@curtain/protocol'

/** Numbers one participant's notifications and keeps the last of them for a connection that is resumed. */
export class Outbox {
  readonly #capacity: number
  readonly #longest: number
  readonly #kept: string[] = []
  #length = 0
  #sequence = 0

  /**
   * @param capacity how many notifications are kept
   * @param longest how long they may be together, in UTF-16 units
   */
  constructor(capacity: number, longest: number) {
    this.#capacity = capacity
    this.#longest = longest
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
    this.#length += message.length
    while (this.#kept.length > this.#capacity || this.#length > this.#longest) {
      this.#length -= this.#kept.shift()?.length ?? 0
    }
    return message
  }

  /** What came after `lastSequence`, oldest first; null when some of it is not kept any more or was never sent. */
  since(lastSequence: number): string[] | null {
    const missing = this.#sequence - lastSequence
    if (missing < 0 || missing > this.#kept.length) return null
    return missing === 0 ? [] : this.#kept.slice(-missing)
  }
}
