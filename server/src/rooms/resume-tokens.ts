import { createHash } from 'node:crypto'

interface Held {
  current: string
  /** The one before, until its successor is known to have arrived. */
  previous: string | null
}

/**
 * The tokens by which dropped connections are resumed. Only their SHA-256 is in memory. Each resume gives a new one; the
 * one before stops working as soon as anything comes over the new connection, not earlier: the answer that carries the
 * new one may be lost with the connection.
 */
export class ResumeTokens<Holder extends object> {
  readonly #randomBytes: (size: number) => Buffer
  readonly #holders = new Map<string, Holder>()
  readonly #held = new Map<Holder, Held>()

  /** @param randomBytes from a cryptographic generator */
  constructor(randomBytes: (size: number) => Buffer) {
    this.#randomBytes = randomBytes
  }

  get size(): number {
    return this.#held.size
  }

  /** @param used the token that a resume came with; it works until its successor has arrived. */
  issue(holder: Holder, used?: string): string {
    const token = this.#randomBytes(32).toString('base64url')
    const current = hash(token)
    const previous = used === undefined ? null : hash(used)
    const before = this.#held.get(holder)
    for (const old of [before?.current, before?.previous]) {
      if (typeof old === 'string' && old !== previous) this.#holders.delete(old)
    }
    this.#held.set(holder, { current, previous })
    this.#holders.set(current, holder)
    return token
  }

  /** The holder has received the last token. */
  confirm(holder: Holder): void {
    const held = this.#held.get(holder)
    if (held === undefined || held.previous === null) return
    this.#holders.delete(held.previous)
    held.previous = null
  }

  find(token: string): Holder | undefined {
    return this.#holders.get(hash(token))
  }

  revoke(holder: Holder): void {
    this.confirm(holder)
    const held = this.#held.get(holder)
    if (held !== undefined) this.#holders.delete(held.current)
    this.#held.delete(holder)
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
