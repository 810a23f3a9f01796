import { EncryptionError } from '../errors.ts'
import { decodeHeader, type FrameHeader } from './sframe-header.ts'

/** The codecs whose frames have an encrypted layout. */
export type FrameCodec = 'opus' | 'vp8' | 'vp9'

/** The bytes before the SFrame header, that the media server reads and nobody can change. */
const clearBytes: Record<FrameCodec, number> = { opus: 0, vp8: 1, vp9: 0 }

const tagBytes = 16

/** A frame as it travels: `[clear][SFrame header][ciphertext and tag]`. The parts are views of the whole. */
export interface ProtectedFrame extends FrameHeader {
  clear: Uint8Array<ArrayBuffer>
  header: Uint8Array<ArrayBuffer>
  /** With the tag of 16 bytes at its end. */
  ciphertext: Uint8Array<ArrayBuffer>
}

/**
 * The codec of a media type such as `video/VP8`, as encoded frames and RTP parameters name it.
 * @throws EncryptionError `unsupported-codec`
 */
export function codecOf(mimeType: string): FrameCodec {
  switch (mimeType.toLowerCase()) {
    case 'audio/opus':
      return 'opus'
    case 'video/vp8':
      return 'vp8'
    case 'video/vp9':
      return 'vp9'
    default:
      throw new EncryptionError('unsupported-codec')
  }
}

/**
 * The clear bytes of a frame. For VP8 one that is not of the frame: where a real one says whether it is a key frame
 * (RFC 6386 §9.1, the inverse of its first bit), which is what the media server needs to switch simulcast layers.
 */
export function clearBytesOf(codec: FrameCodec, isKey: boolean): Uint8Array<ArrayBuffer> {
  const clear = new Uint8Array(clearBytes[codec])
  if (codec === 'vp8') clear[0] = isKey ? 0x00 : 0x01
  return clear
}

/** What AES-GCM authenticates beside the frame: the header, then the clear bytes (RFC 9605 §4.4.3, its metadata). */
export function authenticatedBytesOf(header: Uint8Array, clear: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(header.length + clear.length)
  bytes.set(header)
  bytes.set(clear, header.length)
  return bytes
}

/**
 * Takes a protected frame apart; nothing in it is proven yet.
 * @throws EncryptionError `bad-frame` if it is too short for what it should hold, or its header is not valid
 */
export function readFrame(data: Uint8Array<ArrayBuffer>, codec: FrameCodec): ProtectedFrame {
  const headerStart = clearBytes[codec]
  const { keyId, counter, sizeBytes } = decodeHeader(data.subarray(headerStart))
  const headerEnd = headerStart + sizeBytes
  const ciphertext = data.subarray(headerEnd)
  if (ciphertext.length < tagBytes) throw new EncryptionError('bad-frame')
  const clear = data.subarray(0, headerStart)
  return { keyId, counter, clear, header: data.subarray(headerStart, headerEnd), ciphertext }
}
