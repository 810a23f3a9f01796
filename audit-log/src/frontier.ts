import { emptyRoot, type Hash, hashBytes, leafHash, nodeHash } from './hashing.ts'

/** Takes a node of a log: its level, its place there, its hash. */
type OnNode = (level: number, index: number, hash: Hash) => void

/**
 * The right edge of a log: the roots of the whole trees that it is made of, from the largest down. It is all that is needed
 * to append, at about 32 bytes for each bit of the size.
 */
export class Frontier {
  #size: number
  readonly #roots: Hash[]

  /** @param roots one for each bit of the size that is set, from the highest down. @throws Error where that does not fit */
  constructor(size = 0, roots: readonly Uint8Array[] = []) {
    if (!Number.isSafeInteger(size) || size < 0 || roots.length !== ones(size) || roots.some(({ length }) => length !== hashBytes)) {
      throw new Error('not the right edge of a log of this size')
    }
    this.#size = size
    this.#roots = roots.map((root) => Buffer.from(root))
  }

  get size(): number {
    return this.#size
  }

  /** What a frontier is made of again. */
  get roots(): readonly Hash[] {
    return this.#roots
  }

  /**
   * Appends an entry.
   * @param onNode is told of every node that is whole from now on, leaves included
   * @returns its leaf hash
   */
  append(entry: Uint8Array, onNode?: OnNode): Hash {
    const leaf = leafHash(entry)
    this.appendLeaf(leaf, onNode)
    return leaf
  }

  /** Appends an entry of which only the leaf hash is known. */
  appendLeaf(leaf: Hash, onNode?: OnNode): void {
    let node = leaf
    let level = 0
    let index = this.#size
    onNode?.(level, index, node)
    for (; index % 2 === 1; level++) {
      const left = this.#roots.pop()
      if (left === undefined) throw new Error('the right edge of the log is broken')
      node = nodeHash(left, node)
      index = (index - 1) / 2
      onNode?.(level + 1, index, node)
    }
    this.#roots.push(node)
    this.#size++
  }

  /** Of the whole log as it is now (RFC 6962 §2.1). */
  root(): Hash {
    const last = this.#roots.at(-1)
    if (last === undefined) return emptyRoot
    return this.#roots.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
  }
}

function ones(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
