import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frontier } from './frontier.ts'
import { type Hash, leafHash, nodeHash } from './hashing.ts'
import { proveConsistency, proveInclusion, type ReadNodes } from './prove.ts'
import { verifyConsistency, verifyInclusion } from './proofs.ts'

/** RFC 6962 §2.1 word for word, slow and plain, to compare with. */
function rootOf(leaves: readonly Hash[]): Hash {
  const [first, ...rest] = leaves
  if (first === undefined) throw new Error('no leaves')
  if (rest.length === 0) return first
  let width = 1
  while (width * 2 < leaves.length) width *= 2
  return nodeHash(rootOf(leaves.slice(0, width)), rootOf(leaves.slice(width)))
}

function logOf(size: number) {
  const frontier = new Frontier()
  const nodes = new Map<string, Hash>()
  const leaves: Hash[] = []
  const roots = [frontier.root()]
  for (let index = 0; index < size; index++) {
    const leaf = leafHash(Buffer.from(`entry ${index}`))
    leaves.push(leaf)
    frontier.appendLeaf(leaf, (level, at, hash) => nodes.set(`${level}/${at}`, hash))
    roots.push(frontier.root())
  }
  const read: ReadNodes = (places) =>
    Promise.resolve(
      places.map(({ level, index }) => {
        const node = nodes.get(`${level}/${index}`)
        if (node === undefined) throw new Error('no such node')
        return node
      }),
    )
  return { frontier, leaves, roots, read }
}

test('the root at every size is what the standard says', () => {
  const { leaves, roots } = logOf(70)
  for (let size = 1; size <= 70; size++) expect(roots[size]).toEqual(rootOf(leaves.slice(0, size)))
})

test('every entry of a log of any size is proven, and no other', async () => {
  const { leaves, roots, read } = logOf(300)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(299), fc.nat(299), async (size, at, other) => {
      const index = at % size
      const proof = await proveInclusion(index, size, read)
      const [leaf, root] = [leaves[index]!, roots[size]!]
      expect(verifyInclusion(index, size, leaf, proof, root)).toBe(true)
      if (other % size !== index) {
        expect(verifyInclusion(other % size, size, leaf, proof, root)).toBe(false)
        expect(verifyInclusion(index, size, leaves[other % size]!, proof, root)).toBe(false)
      }
    }),
  )
})

test('a log of any size is proven to begin with every smaller one, and with no other', async () => {
  const { roots, read } = logOf(300)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), async (one, another) => {
      const [before, size] = [Math.min(one, another), Math.max(one, another)]
      const proof = await proveConsistency(before, size, read)
      const [old, now] = [{ size: before, root: roots[before]! }, { size, root: roots[size]! }]
      expect(verifyConsistency(old, now, proof)).toBe(true)
      if (before !== size) {
        expect(verifyConsistency({ ...old, root: leafHash(Buffer.from('another history')) }, now, proof)).toBe(false)
      }
    }),
  )
})

test('a frontier goes on from what it is made of', () => {
  for (let size = 0; size < 40; size++) {
    const { frontier, roots } = logOf(size)
    const again = new Frontier(frontier.size, frontier.roots)
    expect(again.root()).toEqual(roots[size])
    again.append(Buffer.from(`entry ${size}`))
    expect(again.root()).toEqual(logOf(size + 1).roots[size + 1])
  }
  expect(() => new Frontier(3, [])).toThrow('not the right edge')
})
