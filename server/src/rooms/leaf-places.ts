/**
 * Who sits where in the ratchet tree of an MLS group, followed without reading a single commit: a Remove blanks a leaf,
 * an Add takes the leftmost blank one, or a new one at the right when there is none (RFC 9420 §12.1.1, §12.1.3). That a
 * tree is cut shorter when its right half is blank changes nothing of this.
 */
export class LeafPlaces<Holder> {
  readonly #places: (Holder | null)[] = []

  get holders(): Holder[] {
    return this.#places.filter((holder) => holder !== null)
  }

  /** @param holderOf makes the holder of the place it gets, counted from 0 */
  take(holderOf: (place: number) => Holder): Holder {
    const blank = this.#places.indexOf(null)
    const place = blank === -1 ? this.#places.length : blank
    const holder = holderOf(place)
    this.#places[place] = holder
    return holder
  }

  blank(place: number): void {
    this.#places[place] = null
  }
}
