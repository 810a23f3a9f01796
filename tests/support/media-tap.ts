import { observer, type types } from 'mediasoup'
import { type EncodedFrame, isKeyFrame, opusFrames, vp8Frames } from './rtp-frames.ts'

/** What runs through a router of this process, as whoever holds the server could read it. */
export interface MediaTap extends Disposable {
  readonly kind: types.MediaKind
  /** Whole frames as they came out of RTP, in order. */
  readonly frames: readonly EncodedFrame[]
  /** Waits until so many more frames came in. */
  more(count: number): Promise<void>
  /** Asks the sender for a picture that needs none before it, until one came in whole. */
  keyFrame(): Promise<void>
}

/** The routers that are opened in this process from now on, oldest first. */
export function watchRouters(): Disposable & { readonly routers: readonly types.Router[] } {
  const routers: types.Router[] = []
  const onWorker = (worker: types.Worker) => {
    worker.observer.on('newrouter', (router) => routers.push(router))
  }
  observer.on('newworker', onWorker)
  return { routers, [Symbol.dispose]: () => void observer.off('newworker', onWorker) }
}

/** The producers on a router, by mediasoup's own account. */
export async function producersOn(router: types.Router): Promise<string[]> {
  const { mapProducerIdConsumerIds } = await router.dump()
  return mapProducerIdConsumerIds.map(({ key }) => key)
}

/** A direct transport answers no feedback: told that it did, the worker would send it next to nothing. */
function withoutBandwidthEstimation({ codecs = [], headerExtensions = [] }: types.RtpCapabilities): types.RtpCapabilities {
  const isFeedback = ({ type }: types.RtcpFeedback) => type === 'transport-cc' || type === 'goog-remb'
  return {
    codecs: codecs.map((codec) => ({ ...codec, rtcpFeedback: (codec.rtcpFeedback ?? []).filter((one) => !isFeedback(one)) })),
    headerExtensions: headerExtensions.filter(({ uri }) => !/abs-send-time|transport-wide-cc/.test(uri)),
  }
}

/** Listens in on a producer: RTP as it is after SRTP was taken off. */
export async function tap(router: types.Router, producerId: string): Promise<MediaTap> {
  const transport = await router.createDirectTransport()
  const rtpCapabilities = withoutBandwidthEstimation(router.rtpCapabilities)
  const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true })
  const frameOf = consumer.kind === 'video' ? vp8Frames() : opusFrames()
  const frames: EncodedFrame[] = []
  let wake = () => {}
  consumer.on('rtp', (packet) => {
    const frame = frameOf(packet)
    if (frame === null) return
    frames.push(frame)
    wake()
  })
  const more = async (count: number) => {
    const wanted = frames.length + count
    while (frames.length < wanted) await new Promise<void>((resolve) => (wake = resolve))
  }
  await consumer.resume()
  if (consumer.kind === 'video') await consumer.requestKeyFrame()
  return {
    kind: consumer.kind,
    frames,
    more,
    async keyFrame() {
      const from = frames.length
      // A direct transport repeats no lost packet: a picture that came in parts is asked for again.
      while (!frames.slice(from).some(isKeyFrame)) {
        await consumer.requestKeyFrame()
        await more(15)
      }
    },
    [Symbol.dispose]: () => transport.close(),
  }
}
