import { EncryptionError } from '../errors.ts'

interface Letter {
  bytes: Uint8Array
  resolve(): void
  reject(error: EncryptionError): void
}

/**
 * Application messages on their way out: one after the other, so that they arrive in the order they were written, each
 * sealed in the epoch that is the present one when its turn comes. One is for one group.
 */
export class Outbox {
  readonly #post: (bytes: Uint8Array) => Promise<'sent' | 'later'>
  #letters: Letter[] = []
  #isPosting = false
  /** It was asked to flush, perhaps while it was posting. */
  #isDue = false

  /**
   * @param post seals and sends; `later` if that is not possible now: then `flush` is to be called when it is. May
   * throw EncryptionError, which is that letter's.
   */
  constructor(post: (bytes: Uint8Array) => Promise<'sent' | 'later'>) {
    this.#post = post
  }

  /** Resolves when it was sent. @throws EncryptionError what `post` threw, or what `clear` said */
  add(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#letters.push({ bytes, resolve, reject })
      void this.flush()
    })
  }

  /** Sends what can be sent now. */
  async flush(): Promise<void> {
    this.#isDue = true
    if (this.#isPosting) return
    this.#isPosting = true
    while (this.#isDue) {
      this.#isDue = false
      await this.#postAll()
    }
    this.#isPosting = false
  }

  /** Gives up what was not sent. */
  clear(reason: EncryptionError): void {
    const letters = this.#letters
    this.#letters = []
    for (const letter of letters) letter.reject(reason)
  }

  async #postAll(): Promise<void> {
    for (let letter = this.#letters[0]; letter !== undefined; letter = this.#letters[0]) {
      if (!(await this.#postOne(letter))) return
      this.#letters = this.#letters.filter((one) => one !== letter)
    }
  }

  async #postOne(letter: Letter): Promise<boolean> {
    try {
      if ((await this.#post(letter.bytes)) === 'later') return false
      letter.resolve()
    } catch (cause) {
      letter.reject(cause instanceof EncryptionError ? cause : new EncryptionError('bad-message', { cause }))
    }
    return true
  }
}
