import { createPublicKey, verify } from 'node:crypto'
import {
  createSigner,
  Frontier,
  type Hash,
  leafHash,
  proveConsistency,
  proveInclusion,
  type ReadNodes,
  signCheckpoint,
  verifyConsistency,
  verifyInclusion,
  writeCheckpoint,
  writeEvent,
  writeHeader,
} from '@curtain/audit-log'
import { RFC9162 } from '@transmute/rfc9162'
import fc from 'fast-check'
import { expect, test } from 'vitest'

// A verifier that nobody here wrote, from npm, says the same as ours of the same logs and proofs, right and wrong ones.
const most = 130
const entries = Array.from({ length: most }, (_, index) => Buffer.from(JSON.stringify({ id: `evt_${index}`, type: 'patient.read' })))
const frontier = new Frontier()
const nodes = new Map<string, Hash>()
const roots = [frontier.root()]
for (const entry of entries) {
  frontier.append(entry, (level, index, hash) => nodes.set(`${level}/${index}`, hash))
  roots.push(frontier.root())
}
const read: ReadNodes = (places) => Promise.resolve(places.map(({ level, index }) => nodes.get(`${level}/${index}`)!))

const theirInclusion = (index: number, size: number, leaf: Hash, path: readonly Hash[], root: Hash) =>
  RFC9162.verifyInclusionProof(root, leaf, { log_id: '', leaf_index: index, tree_size: size, inclusion_path: [...path] })
/** It leaves step 2 of RFC 9162 §2.1.4.2 to who calls it: the earlier root comes first where it is a node of the later tree. */
const theirConsistency = (before: number, size: number, root1: Hash, root2: Hash, path: readonly Hash[]) => {
  const consistency_path = Number.isInteger(Math.log2(before)) ? [root1, ...path] : [...path]
  return RFC9162.verifyConsistencyProof(root1, root2, { log_id: '', tree_size_1: before, tree_size_2: size, consistency_path })
}

const sizes = fc.integer({ min: 1, max: most })
/** What becomes of a proof on its way. */
const harm = fc.constantFrom('none', 'bit', 'shorter', 'longer', 'turned')
function harmed(path: readonly Hash[], how: string): Hash[] {
  const [first, ...rest] = path
  switch (how) {
    case 'bit': return first === undefined ? [] : [Buffer.from(first).fill((first[0] ?? 0) ^ 1, 0, 1), ...rest]
    case 'shorter': return rest
    case 'longer': return [...path, leafHash(Buffer.from('more'))]
    case 'turned': return path.toReversed()
    default: return [...path]
  }
}

test('the root of a log of any size', async () => {
  for (const size of [1, 2, 3, 7, 8, 9, 63, 64, 65, most]) {
    expect(Buffer.from(await RFC9162.treeHead(entries.slice(0, size))).equals(roots[size]!), String(size)).toBe(true)
  }
})

test('that an entry is in a log', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), harm, async (size, at, claimed, how) => {
      const index = at % size
      const path = harmed(await proveInclusion(index, size, read), how)
      const [leaf, root] = [leafHash(entries[index]!), roots[size]!]
      expect(leaf.equals(await RFC9162.leaf(entries[index]!))).toBe(true)
      for (const place of [index, claimed % size]) {
        expect(await theirInclusion(place, size, leaf, path, root)).toBe(verifyInclusion(place, size, leaf, path, root))
      }
      if (how === 'none') expect(verifyInclusion(index, size, leaf, path, root)).toBe(true)
    }),
  )
})

test('that a log begins with what it was', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, sizes, harm, async (one, another, other, how) => {
      const [before, size] = [Math.min(one, another), Math.max(one, another)]
      // That it is the same log needs no proof, and the standard has none.
      fc.pre(before < size)
      const path = harmed(await proveConsistency(before, size, read), how)
      for (const root of [roots[before]!, roots[other]!]) {
        const ours = verifyConsistency({ size: before, root }, { size, root: roots[size]! }, path)
        expect(await theirConsistency(before, size, root, roots[size]!, path)).toBe(ours)
      }
      if (how === 'none') expect(await theirConsistency(before, size, roots[before]!, roots[size]!, path)).toBe(true)
    }),
  )
})

test('an export, by nothing but what docs/audit-log.md says of it', async () => {
  const organizationId = `org_${'0'.repeat(26)}` as const
  const origin = `curtain/${organizationId}`
  const signer = createSigner(origin, Buffer.alloc(32, 7))
  const note = signCheckpoint({ origin, size: most, root: roots[most]! }, signer)
  const written = [
    writeHeader({ organizationId, origin, key: signer.encoded }),
    ...entries.map((entry, index) => writeEvent(index, entry.toString())),
    writeCheckpoint(note),
  ].join('')

  const [first = '', ...lines] = written.trimEnd().split('\n')
  const last = lines.pop() ?? ''
  const hashed = lines.map((line) => Buffer.from(line.slice(line.indexOf('"event":') + '"event":'.length, line.lastIndexOf('}'))))
  const [text = '', signatures = ''] = String(JSON.parse(last).checkpoint).split('\n\n')
  const [said, size, root] = text.split('\n')
  expect([said, Number(size), root]).toEqual([origin, hashed.length, Buffer.from(await RFC9162.treeHead(hashed)).toString('base64')])

  const [, name, typedKey = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(String(JSON.parse(first).key)) ?? []
  const x = Buffer.from(typedKey, 'base64').subarray(1).toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
  const signature = Buffer.from(signatures.trimEnd().split(' ')[2] ?? '', 'base64').subarray(4)
  expect(name).toBe(origin)
  expect(verify(null, Buffer.from(`${text}\n`), key, signature)).toBe(true)
})
