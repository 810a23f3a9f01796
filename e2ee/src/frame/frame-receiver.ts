import type { MediaSource } from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import type { ReceivingKey } from './epoch-keys.ts'
import { decryptFrame } from './frame-cipher.ts'
import { UnknownKeyError } from './frame-gate.ts'
import { readFrame, type FrameCodec } from './frame-layout.ts'
import { readKeyId } from './key-ids.ts'
import type { KeyRing } from './key-ring.ts'

/** Decrypts the frames of one stream: one source of one participant, and of nobody else. */
export class FrameReceiver {
  #ring: KeyRing
  #participantId: string
  #source: MediaSource

  constructor(ring: KeyRing, from: { participantId: string; source: MediaSource }) {
    this.#ring = ring
    this.#participantId = from.participantId
    this.#source = from.source
  }

  /**
   * The frame as it was encoded.
   * @throws EncryptionError `bad-frame`, `wrong-sender`, `unknown-key` (an `UnknownKeyError`), `replayed`,
   * `not-authentic`; the frame is lost then, except that an unknown key may still come
   */
  async open({ data, codec }: { data: Uint8Array<ArrayBuffer>; codec: FrameCodec }): Promise<Uint8Array<ArrayBuffer>> {
    const frame = readFrame(data, codec)
    const key = this.#keyOf(frame.keyId)
    if (!key.window.admits(frame.counter)) throw new EncryptionError('replayed')
    const plaintext = await decryptFrame(await key.secrets, frame)
    // Only now: a forged frame must not shut out the real one. Of two copies decrypted at a time the second ends here.
    if (!key.window.accept(frame.counter)) throw new EncryptionError('replayed')
    return plaintext
  }

  #keyOf(keyId: bigint): ReceivingKey {
    const stream = readKeyId(keyId)
    if (stream?.source !== this.#source) throw new EncryptionError('wrong-sender')
    const epoch = this.#ring.epochOf(stream.epochByte)
    if (epoch === null) throw new UnknownKeyError(keyId)
    const isTheirs = stream.leaf !== epoch.self && epoch.participantAt(stream.leaf) === this.#participantId
    if (!isTheirs) throw new EncryptionError('wrong-sender')
    return epoch.receivingKey(stream.leaf, stream.source)
  }
}
