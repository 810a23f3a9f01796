import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyConsistency, verifyInclusion, verifySubtreeConsistency, verifySubtreeInclusion } from './proofs.ts'

const vectorsFolder = resolve(process.env['CURTAIN_VECTORS'] ?? join(import.meta.dirname, '../../../shared/vectors'))
const folder = join(vectorsFolder, 'merkle')
/** They are not part of the project. */
const areThere = existsSync(vectorsFolder)
if (!areThere) process.stderr.write('Skipped: the test vectors merkle are not here; CURTAIN_VECTORS names their folder.\n')
const hash = z.string().nullable().transform((text) => Buffer.from(text ?? '', 'base64'))
const proof = z.array(hash).nullable().transform((hashes) => hashes ?? [])
const common = { desc: z.string(), wantErr: z.boolean(), proof }

function vectors<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  const schema = z.object({ ...common, ...shape })
  return readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => ({ path, ...schema.parse(JSON.parse(readFileSync(join(folder, name, path), 'utf8'))) }))
}
const number = z.number()

describe.skipIf(!areThere)('the vectors of others', () => {
  test('inclusion', () => {
    const all = vectors('inclusion', { leafIdx: number, treeSize: number, root: hash, leafHash: hash })
    expect(all).toHaveLength(98)
    for (const { path, leafIdx, treeSize, leafHash, proof, root, wantErr } of all) {
      expect(verifyInclusion(leafIdx, treeSize, leafHash, proof, root), path).toBe(!wantErr)
    }
  })
  test('consistency', () => {
    const all = vectors('consistency', { size1: number, size2: number, root1: hash, root2: hash })
    expect(all).toHaveLength(98)
    for (const { path, size1, size2, root1, root2, proof, wantErr } of all) {
      expect(verifyConsistency({ size: size1, root: root1 }, { size: size2, root: root2 }, proof), path).toBe(!wantErr)
    }
  })
  test('subtree inclusion', () => {
    const all = vectors('subtreeinclusion', { leafIdx: number, start: number, end: number, root: hash, leafHash: hash })
    expect(all).toHaveLength(204)
    for (const { path, leafIdx, start, end, leafHash, proof, root, wantErr } of all) {
      expect(verifySubtreeInclusion(leafIdx, { start, end }, leafHash, proof, root), path).toBe(!wantErr)
    }
  })
  test('subtree consistency', () => {
    const all = vectors('subtreeconsistency', { start: number, end: number, size: number, root1: hash, root2: hash })
    expect(all).toHaveLength(118)
    for (const { path, start, end, size, root1, root2, proof, wantErr } of all) {
      expect(verifySubtreeConsistency({ start, end, root: root1 }, { size, root: root2 }, proof), path).toBe(!wantErr)
    }
  })
})
