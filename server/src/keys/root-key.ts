import { frameTexts } from './aead.ts'

/** What a wrapped key is and whose: it is unwrapped for exactly this, and nothing else. */
export type KeyContext = Readonly<Record<string, string>>

/** The key above all others. It may be in a file, or in a service that never gives it out. */
export interface RootKey {
  /** Tells one root key from another, and tells nothing of the key: `file:9f86d081884c7d65`. */
  readonly id: string
  /** @throws RootKeyError */
  wrap(key: Uint8Array, context: KeyContext): Promise<Buffer>
  /** @throws RootKeyError also when it was wrapped by another key, for something else, or changed */
  unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Buffer>
}

/** Why the root key cannot be used; the sentence says what to do, and holds no secret. */
export class RootKeyError extends Error {
  /** `unreachable` may be over in a moment; `refused` needs somebody to do something. */
  readonly reason: 'unreachable' | 'refused'

  constructor(reason: 'unreachable' | 'refused', sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'RootKeyError'
    this.reason = reason
  }
}

/** The same bytes for the same context, in whatever order it was written. */
export function contextBytes(context: KeyContext): Buffer {
  return frameTexts(Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1)).flat())
}
