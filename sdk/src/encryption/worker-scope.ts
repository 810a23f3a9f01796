import type {
  FrameWorkerToPage,
  GroupWorkerToPage,
  PageToFrameWorker,
  PageToGroupWorker,
  TransformOptions,
} from './messages.ts'

/**
 * What is used here of a dedicated worker's global scope and of WebRTC Encoded Transform (W3C, §4.2 … §4.4): the
 * library of types that describes them cannot be had together with the one that describes a page.
 */
interface WorkerScope<Incoming, Outgoing> {
  postMessage(message: Outgoing, transfer?: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<Incoming>) => void): void
}

export type GroupWorkerScope = WorkerScope<PageToGroupWorker, GroupWorkerToPage>

export interface FrameWorkerScope extends WorkerScope<PageToFrameWorker, FrameWorkerToPage> {
  addEventListener(type: 'message', listener: (event: MessageEvent<PageToFrameWorker>) => void): void
  addEventListener(type: 'rtctransform', listener: (event: { readonly transformer: FrameTransformer }) => void): void
}

export type EncodedFrame = RTCEncodedVideoFrame | RTCEncodedAudioFrame

/** `RTCRtpScriptTransformer`: the worker's end of one sender or receiver. */
export interface FrameTransformer {
  /** What the page gave. */
  readonly options: TransformOptions
  readonly readable: ReadableStream<EncodedFrame>
  readonly writable: WritableStream<EncodedFrame>
  /** Not in every browser. */
  generateKeyFrame?(): Promise<unknown>
  /** Not in every browser. */
  sendKeyFrameRequest?(): Promise<unknown>
}
