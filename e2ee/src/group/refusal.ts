import { EncryptionError, type EncryptionErrorCode } from '../errors.ts'

/**
 * Runs what may throw anything (the library has seven classes of errors, WebCrypto its own) and lets only refusals of
 * ours out; what was thrown stays as their cause.
 * @throws EncryptionError with `code`, or the one that `run` threw itself
 */
export async function refusing<Result>(code: EncryptionErrorCode, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (cause) {
    if (cause instanceof EncryptionError) throw cause
    throw new EncryptionError(code, { cause })
  }
}
