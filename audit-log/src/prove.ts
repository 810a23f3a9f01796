import { type Hash, nodeHash } from './hashing.ts'

/** Where a node stands in a log: level 0 are the leaves, and a node covers 2^level of them. */
export interface NodePlace {
  level: number
  index: number
}

/** Reads the hashes of whole nodes, in the order in which they are asked for. @throws Error where one is missing */
export type ReadNodes = (places: readonly NodePlace[]) => Promise<readonly Hash[]>

/** The whole nodes that entries `start` to `end` are made of, from left to right; `start` is a multiple of what they span. */
export function placesOf(start: number, end: number): NodePlace[] {
  const places: NodePlace[] = []
  let at = start
  while (at < end) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++
    places.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return places
}

/** The largest power of two below a number of entries (RFC 6962 §2.1). */
function split(count: number): number {
  let width = 1
  while (width * 2 < count) width *= 2
  return width
}

/** Ranges of entries whose roots, in this order, are a proof. */
type Range = readonly [start: number, end: number]

async function rootsOf(ranges: readonly Range[], read: ReadNodes): Promise<Hash[]> {
  const groups = ranges.map(([start, end]) => placesOf(start, end))
  const hashes = [...(await read(groups.flat()))]
  return groups.map((places) => {
    const [last, ...others] = hashes.splice(0, places.length).toReversed()
    if (last === undefined) throw new Error('a node of the log is missing')
    return others.reduce((right, left) => nodeHash(left, right), last)
  })
}

/** The path of an entry in a log of this size (RFC 6962 §2.1.1). @throws RangeError where the log has no such entry */
export async function proveInclusion(index: number, size: number, read: ReadNodes): Promise<Hash[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('the log has no such entry')
  const path = (start: number, end: number): Range[] => {
    if (end - start === 1) return []
    const middle = start + split(end - start)
    return index < middle ? [...path(start, middle), [middle, end]] : [...path(middle, end), [start, middle]]
  }
  return rootsOf(path(0, size), read)
}

/**
 * That a log of this size begins as it did at an earlier size (RFC 6962 §2.1.2).
 * @throws RangeError where there is nothing to prove: the empty log, or one that is larger
 */
export async function proveConsistency(before: number, size: number, read: ReadNodes): Promise<Hash[]> {
  if (!Number.isSafeInteger(before) || before <= 0 || before > size) throw new RangeError('not an earlier size of the log')
  const path = (start: number, end: number, isWhole: boolean): Range[] => {
    if (before === end) return isWhole ? [] : [[start, end]]
    const middle = start + split(end - start)
    return before <= middle
      ? [...path(start, middle, isWhole), [middle, end]]
      : [...path(middle, end, false), [start, middle]]
  }
  return rootsOf(path(0, size, true), read)
}
