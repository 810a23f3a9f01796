import { emptyRoot, type Hash, hashBytes, nodeHash } from './hashing.ts'

// Indexes and sizes are JavaScript numbers: a log has fewer than 2^53 entries. Shifts are divisions for the same reason:
// `>>` would cut them to 32 bits.

const half = (value: number) => Math.floor(value / 2)
const isOdd = (value: number) => value % 2 === 1

/** Entries `start` to `end` of a log, `end` not among them; `start` is a multiple of the next power of two at or above its length. */
export interface Subtree {
  start: number
  end: number
}

const areHashes = (...hashes: readonly Hash[]) => hashes.every(({ length }) => length === hashBytes)

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** Whether entries form a subtree of every log that has them all. */
function isSubtree({ start, end }: Subtree): boolean {
  if (!isCount(start) || !isCount(end) || start >= end) return false
  let width = 1
  while (width < end - start) width *= 2
  return start % width === 0
}

/**
 * Whether an entry is in the log of this size and root, at this index (RFC 9162 §2.1.3.2).
 * @param leaf the entry's leaf hash
 */
export function verifyInclusion(index: number, size: number, leaf: Hash, proof: readonly Hash[], root: Hash): boolean {
  return verifySubtreeInclusion(index, { start: 0, end: size }, leaf, proof, root)
}

/** The same for a part of a log whose root is known. */
export function verifySubtreeInclusion(index: number, part: Subtree, leaf: Hash, proof: readonly Hash[], root: Hash): boolean {
  if (!isSubtree(part) || !isCount(index) || index < part.start || index >= part.end) return false
  if (!areHashes(leaf, root, ...proof)) return false
  let node = index - part.start
  let last = part.end - part.start - 1
  let reached = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      reached = nodeHash(sibling, reached)
      // A node at the right edge without a sibling of its own goes up until it has one.
      while (!isOdd(node) && node !== 0) {
        node = half(node)
        last = half(last)
      }
    } else {
      reached = nodeHash(reached, sibling)
    }
    node = half(node)
    last = half(last)
  }
  return last === 0 && reached.equals(root)
}

/**
 * Whether a log of the one size and root is the beginning of one of the other (RFC 9162 §2.1.4.2). That the empty log is
 * the beginning of every other says nothing, and is no proof.
 */
export function verifyConsistency(
  before: { size: number; root: Hash },
  after: { size: number; root: Hash },
  proof: readonly Hash[],
): boolean {
  if (before.size === 0 && (after.size !== 0 || !before.root.equals(after.root))) return false
  return verifySubtreeConsistency({ start: 0, end: before.size, root: before.root }, after, proof)
}

/** Whether a part is the same in a log: entries `start` to `end` of the log have this root together. No entries have the empty one. */
export function verifySubtreeConsistency(
  part: Subtree & { root: Hash },
  log: { size: number; root: Hash },
  proof: readonly Hash[],
): boolean {
  if (!isCount(log.size) || part.end > log.size) return false
  if (part.start === part.end) return isCount(part.start) && proof.length === 0 && part.root.equals(emptyRoot)
  if (!isSubtree(part)) return false
  if (part.start === 0 && part.end === log.size) return proof.length === 0 && part.root.equals(log.root)
  if (!areHashes(part.root, log.root, ...proof)) return false

  let first = part.start
  let second = part.end - 1
  let last = log.size - 1
  if (second === last) {
    // The part reaches the log's right edge: it is a node of the log as it is.
    while (first !== second) {
      first = half(first)
      second = half(second)
      last = half(last)
    }
  } else {
    while (first !== second && isOdd(second)) {
      first = half(first)
      second = half(second)
      last = half(last)
    }
  }
  const [seed, ...rest] = first === second ? [part.root, ...proof] : proof
  if (seed === undefined) return false
  let ofPart = seed
  let ofLog = seed
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(second) || second === last) {
      if (first < second) ofPart = nodeHash(sibling, ofPart)
      ofLog = nodeHash(sibling, ofLog)
      while (!isOdd(second)) {
        first = half(first)
        second = half(second)
        last = half(last)
      }
    } else {
      ofLog = nodeHash(ofLog, sibling)
    }
    first = half(first)
    second = half(second)
    last = half(last)
  }
  return last === 0 && ofPart.equals(part.root) && ofLog.equals(log.root)
}
