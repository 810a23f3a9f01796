import { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from 'ts-mls'
import { EncryptionError, type EncryptionErrorCode } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'

/**
 * Reads one whole MLSMessage (RFC 9420 §6). Nothing may follow it, and it must be written the one way we would write
 * it: so two different byte strings are never the same message.
 * @throws EncryptionError `code`
 */
export function readMessage(bytes: Uint8Array, code: EncryptionErrorCode): MLSMessage {
  let message: MLSMessage | undefined
  try {
    // A copy: the library's views must not look into a buffer that somebody else may change.
    message = decodeMlsMessage(bytes.slice(), 0)?.[0]
    if (message !== undefined && bytesEqual(encodeMlsMessage(message), bytes)) return message
  } catch (cause) {
    throw new EncryptionError(code, { cause })
  }
  throw new EncryptionError(code)
}

export { encodeMlsMessage as writeMessage }
