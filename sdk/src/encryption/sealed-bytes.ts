import { sealedMessage, type SealedMessage } from '@curtain/protocol'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** A message for the others in the group, as it goes into the encryption. */
export function encodeSealed(message: SealedMessage): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message))
}

/** What another member's message says; null if it is nothing that this version understands. */
export function decodeSealed(bytes: Uint8Array): SealedMessage | null {
  try {
    const parsed = sealedMessage.safeParse(JSON.parse(decoder.decode(bytes)))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
