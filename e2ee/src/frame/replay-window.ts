/** How far a frame may come behind the newest: five seconds of a camera with three simulcast layers. */
const windowFrames = 512

/**
 * Which counters of one key were received already: each is taken once, in any order within the last 512, and none from
 * before that. Takes 4 KiB whatever comes; any counter may be the first.
 */
export class ReplayWindow {
  #highest: bigint | null = null
  /**
   * The last counter received in each residue class (at first one of another class, for none). Two counters within the
   * window never share a class, so nothing has to be cleared when the window moves.
   */
  #received = BigUint64Array.from({ length: windowFrames }, (_, index) => BigInt(index + 1))

  /** Whether a counter may still come. Changes nothing: a frame that is not authentic must not move the window. */
  admits(counter: bigint): boolean {
    if (this.#highest === null || counter > this.#highest) return true
    if (this.#highest - counter >= BigInt(windowFrames)) return false
    return this.#received[Number(counter % BigInt(windowFrames))] !== counter
  }

  /** Notes the counter of an authentic frame. False if it came already, or too late. */
  accept(counter: bigint): boolean {
    if (!this.admits(counter)) return false
    if (this.#highest === null || counter > this.#highest) this.#highest = counter
    this.#received[Number(counter % BigInt(windowFrames))] = counter
    return true
  }
}
