/** A key frame that the server asks for is there sooner than this, over any network that carries pictures at all. */
const firstFrameMs = 2000
/** A camera may stand still for a moment on its own, on a busy device. */
const nextFrameMs = 5000

/**
 * Tells when pictures of one stream stay away. The media server forwards nothing before a key frame, for which it asks the
 * sender no more than twice within two seconds. Where both are lost, over a bad network or on a device that stood still for a
 * moment, nobody else would ask again: a browser does so only while something comes in.
 */
export class FrameWatch {
  #frames = 0
  #since: number

  /** @param now in milliseconds, when they begin to be expected */
  constructor(now: number) {
    this.#since = now
  }

  /**
   * @param frames that came so far
   * @returns whether to ask for a key frame, now and each time that it was waited in vain for another
   */
  look(frames: number, now: number): boolean {
    const isMissing = frames === this.#frames
    if (isMissing && now - this.#since < (frames === 0 ? firstFrameMs : nextFrameMs)) return false
    this.#frames = frames
    this.#since = now
    return isMissing
  }
}
