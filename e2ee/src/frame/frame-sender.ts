import type { MediaSource } from '@curtain/protocol'
import { encryptFrame } from './frame-cipher.ts'
import { clearBytesOf, type FrameCodec } from './frame-layout.ts'
import type { KeyRing } from './key-ring.ts'

/** Encrypts the frames of one of one's own sources. */
export class FrameSender {
  #ring: KeyRing
  #source: MediaSource

  constructor(ring: KeyRing, source: MediaSource) {
    this.#ring = ring
    this.#source = source
  }

  /**
   * The frame as it travels, 17 … 29 bytes longer: docs/e2ee.md. Several calls may run at a time, and several senders
   * of one source (a stream that is set up anew beside the old one): each frame has a counter of its own.
   * @throws EncryptionError `no-key`, `counter-exhausted`
   */
  async protect(frame: {
    data: Uint8Array<ArrayBuffer>
    codec: FrameCodec
    isKey: boolean
  }): Promise<Uint8Array<ArrayBuffer>> {
    const key = this.#ring.sendingKey(this.#source)
    // Taken before anything is waited for: two calls never see the same one.
    const counter = key.takeCounter()
    const clear = clearBytesOf(frame.codec, frame.isKey)
    return encryptFrame(await key.secrets, { keyId: key.keyId, counter }, clear, frame.data)
  }
}
