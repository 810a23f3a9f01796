import type { FrameTransformer } from '../src/encryption/worker-scope.ts'

/** A frame between encoder and network, as browsers hand it to a transform. */
export class TestFrame implements RTCEncodedVideoFrame {
  data: ArrayBuffer
  readonly timestamp = 0
  readonly type: EncodedVideoChunkType
  readonly #mimeType: string | undefined

  /** @param mimeType undefined: a browser that does not say. */
  constructor(bytes: Uint8Array, { isKey = false, mimeType }: { isKey?: boolean; mimeType?: string | undefined } = {}) {
    this.data = Uint8Array.from(bytes).buffer
    this.type = isKey ? 'key' : 'delta'
    this.#mimeType = mimeType
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.data)
  }

  getMetadata(): RTCEncodedVideoFrameMetadata {
    return this.#mimeType === undefined ? {} : { mimeType: this.#mimeType }
  }
}

/** The worker's end of one sender or receiver, with the browser's part in the test's hand. */
export class TestTransformer implements Omit<FrameTransformer, 'options'> {
  readonly readable: ReadableStream<TestFrame>
  readonly writable: WritableStream<TestFrame>
  keyFramesAsked = 0
  #input: ReadableStreamDefaultController<TestFrame> | undefined
  readonly #output: TestFrame[] = []
  #arrival = Promise.withResolvers<void>()

  constructor() {
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#input = controller
      },
    })
    this.writable = new WritableStream({
      write: (frame) => {
        this.#output.push(frame)
        this.#arrival.resolve()
      },
    })
  }

  put(...frames: TestFrame[]): void {
    for (const frame of frames) this.#input?.enqueue(frame)
  }

  /** No more frames come. */
  end(): void {
    this.#input?.close()
  }

  /** The next frame that came through. */
  async take(): Promise<TestFrame> {
    for (;;) {
      const frame = this.#output.shift()
      if (frame !== undefined) return frame
      this.#arrival = Promise.withResolvers()
      await this.#arrival.promise
    }
  }

  /** What came through and was not taken. */
  get rest(): readonly TestFrame[] {
    return this.#output
  }

  generateKeyFrame(): Promise<void> {
    this.keyFramesAsked += 1
    return Promise.resolve()
  }

  sendKeyFrameRequest(): Promise<void> {
    return this.generateKeyFrame()
  }
}
