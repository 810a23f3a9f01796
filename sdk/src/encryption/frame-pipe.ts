import { EncryptionError } from '@curtain/e2ee'
import { codecOf, FrameGate, FrameReceiver, FrameSender, UnknownKeyError, type FrameCodec } from '@curtain/e2ee/frame'
import type { KeyRing } from '@curtain/e2ee/frame'
import type { MediaSource } from '@curtain/protocol'
import type { Clock } from '../clock.ts'
import type { FrameTally } from './frame-tally.ts'
import { KeyFrameWish } from './key-frame-wish.ts'
import type { TransformOptions } from './messages.ts'
import type { EncodedFrame, FrameTransformer } from './worker-scope.ts'

export interface FramePipeOptions {
  transformer: Pick<FrameTransformer, 'readable' | 'writable' | 'generateKeyFrame' | 'sendKeyFrameRequest'>
  options: TransformOptions
  ring: KeyRing
  clock: Clock
  tally: FrameTally
}

/**
 * Encrypts or decrypts the frames of one stream, in their order, until it ends. A frame that cannot be is dropped and
 * counted; nothing passes as it came. Never rejects.
 */
export async function pipeFrames(pipe: FramePipeOptions): Promise<void> {
  const change = pipe.options.direction === 'send' ? protector(pipe) : opener(pipe)
  const { transformer, options, clock, tally } = pipe
  const wish = new KeyFrameWish(clock, () =>
    options.direction === 'send' ? transformer.generateKeyFrame?.() : transformer.sendKeyFrameRequest?.(),
  )
  const transform = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, controller) {
      try {
        frame.data = (await change(frame)).buffer
        controller.enqueue(frame)
        tally.passed(options.direction)
        if (isVideo(options.source)) wish.passed(isKey(frame))
      } catch (error) {
        // What is no refusal of ours is of this frame all the same.
        tally.dropped(error instanceof EncryptionError ? error.code : 'bad-frame')
        wish.dropped()
      }
    },
  })
  try {
    await transformer.readable.pipeThrough(transform).pipeTo(transformer.writable)
  } catch {
    // The stream is gone, and its frames with it.
  }
}

type Change = (frame: EncodedFrame) => Promise<Uint8Array<ArrayBuffer>>

function protector({ options, ring }: FramePipeOptions): Change {
  const sender = new FrameSender(ring, options.source)
  return (frame) =>
    sender.protect({
      data: new Uint8Array(frame.data),
      codec: codecOfFrame(frame, options.source),
      isKey: isKey(frame),
    })
}

function opener({ options, ring, clock }: FramePipeOptions): Change {
  const { source, participantId } = options
  const receiver = new FrameReceiver(ring, { participantId, source })
  const gate = new FrameGate(ring)
  return async (frame) => {
    const codec = codecOfFrame(frame, source)
    const data = new Uint8Array(frame.data)
    for (;;) {
      const { version } = ring
      try {
        return await receiver.open({ data, codec })
      } catch (error) {
        if (!(error instanceof UnknownKeyError)) throw error
        // Keys that came in this moment may be the very ones.
        if (ring.version !== version) continue
        const waitMs = gate.waitMs(error, clock.now())
        if (waitMs === 0 || !(await isInTime(ring.changed(), clock, waitMs))) throw error
      }
    }
  }
}

/** Whether keys changed before the time was over. */
async function isInTime(changed: Promise<void>, clock: Clock, waitMs: number): Promise<boolean> {
  const over = Promise.withResolvers<boolean>()
  const cancel = clock.after(waitMs, () => over.resolve(false))
  const isChanged = await Promise.race([changed.then(() => true), over.promise])
  cancel()
  return isChanged
}

function isVideo(source: MediaSource): boolean {
  return source === 'camera' || source === 'screen'
}

function isKey(frame: EncodedFrame): boolean {
  return 'type' in frame && frame.type === 'key'
}

/**
 * What encoded it: as the browser says (WebRTC Encoded Transform §3.4), or, where one does not, what is negotiated in
 * these visits. @throws EncryptionError `unsupported-codec`
 */
function codecOfFrame(frame: EncodedFrame, source: MediaSource): FrameCodec {
  const { mimeType } = frame.getMetadata()
  if (mimeType !== undefined) return codecOf(mimeType)
  return isVideo(source) ? 'vp8' : 'opus'
}
