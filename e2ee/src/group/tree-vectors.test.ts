import { applyUpdatePathSecret } from 'ts-mls/createCommit.js'
import { decodeProposal } from 'ts-mls/proposal.js'
import { getCommitSecret } from 'ts-mls/pathSecrets.js'
import { toPrivateKeyPath, mergePrivateKeyPaths } from 'ts-mls/privateKeyPath.js'
import {
  addLeafNode,
  decodeRatchetTree,
  encodeRatchetTree,
  removeLeafNode,
  resolution,
  updateLeafNode,
} from 'ts-mls/ratchetTree.js'
import { treeHash, treeHashRoot } from 'ts-mls/treeHash.js'
import {
  left,
  nodeWidth,
  parent,
  right,
  root,
  sibling,
  toLeafIndex,
  toNodeIndex,
} from 'ts-mls/treemath.js'
import { applyUpdatePath, createUpdatePath, decodeUpdatePath, type UpdatePath } from 'ts-mls/updatePath.js'
import type { GroupContext, Proposal, RatchetTree } from 'ts-mls'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { casesWithSuites, decoded, hex, sample, suiteOf, uint64 } from '../../test-support/mls-vectors.ts'
import { vectors } from '../../test-support/vectors.ts'
import { findTreeFault } from './ratchet-tree.ts'

const nodes = z.array(z.number().nullable())
const treeMath = vectors(
  'mls/tree-math.json',
  z.array(
    z.object({
      n_leaves: z.number(),
      n_nodes: z.number(),
      root: z.number(),
      left: nodes,
      right: nodes,
      parent: nodes,
      sibling: nodes,
    }),
  ),
)

test.skipIf(treeMath === null).for(treeMath ?? [])('tree math: $n_leaves leaves', (one) => {
  const width = one.n_leaves
  expect(nodeWidth(width)).toBe(one.n_nodes)
  expect(root(width)).toBe(one.root)
  for (let at = 0; at < one.n_nodes; at++) {
    const node = toNodeIndex(at)
    if (one.left[at] !== null) expect(left(node)).toBe(one.left[at])
    if (one.right[at] !== null) expect(right(node)).toBe(one.right[at])
    if (one.parent[at] !== null) expect(parent(node, width)).toBe(one.parent[at])
    if (one.sibling[at] !== null) expect(sibling(node, width)).toBe(one.sibling[at])
  }
})

const treeOperations = vectors(
  'mls/tree-operations.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      proposal: hex,
      proposal_sender: z.number(),
      tree_before: hex,
      tree_after: hex,
      tree_hash_before: hex,
      tree_hash_after: hex,
    }),
  ),
)

test.skipIf(treeOperations === null).for(casesWithSuites(treeOperations))('tree operations: $name', async (one) => {
  const { hash } = await suiteOf(one.cipher_suite)
  const before = decoded(decodeRatchetTree, one.tree_before)
  expect(await treeHashRoot(before, hash)).toEqual(one.tree_hash_before)
  const proposal = decoded(decodeProposal, one.proposal)
  const after = applied(before, proposal, one.proposal_sender)
  expect(await treeHashRoot(after, hash)).toEqual(one.tree_hash_after)
  expect(encodeRatchetTree(after)).toEqual(one.tree_after)
})

function applied(tree: RatchetTree, proposal: Proposal, sender: number): RatchetTree {
  if (proposal.proposalType === 'add') return addLeafNode(tree, proposal.add.keyPackage.leafNode)[0]
  if (proposal.proposalType === 'update') return updateLeafNode(tree, proposal.update.leafNode, toLeafIndex(sender))
  if (proposal.proposalType === 'remove') return removeLeafNode(tree, toLeafIndex(proposal.remove.removed))
  throw new Error('it changes no tree')
}

const validation = vectors(
  'mls/tree-validation.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      tree: hex,
      group_id: hex,
      tree_hashes: z.array(hex),
      resolutions: z.array(z.array(z.number())),
    }),
  ),
)

test.skipIf(validation === null).for(sample(casesWithSuites(validation)))('tree validation: $name', async (one) => {
  const suite = await suiteOf(one.cipher_suite)
  const tree = decoded(decodeRatchetTree, one.tree)
  for (const [at, expected] of one.tree_hashes.entries()) {
    expect(await treeHash(tree, toNodeIndex(at), suite.hash)).toEqual(expected)
    expect(resolution(tree, toNodeIndex(at))).toEqual(one.resolutions[at])
  }
  const context = contextOf(suite.name, one.group_id, 0n, await treeHashRoot(tree, suite.hash))
  expect(await findTreeFault(tree, context, suite)).toBe(null)
})

const treeKem = vectors(
  'mls/treekem.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      group_id: hex,
      epoch: uint64,
      confirmed_transcript_hash: hex,
      ratchet_tree: hex,
      leaves_private: z.array(
        z.object({
          index: z.number(),
          encryption_priv: hex,
          signature_priv: hex,
          path_secrets: z.array(z.object({ node: z.number(), path_secret: hex })),
        }),
      ),
      update_paths: z.array(
        z.object({
          sender: z.number(),
          update_path: hex,
          path_secrets: z.array(hex.nullable()),
          commit_secret: hex,
          tree_hash_after: hex,
        }),
      ),
    }),
  ),
)

test.skipIf(treeKem === null).for(sample(casesWithSuites(treeKem)))('TreeKEM: $name', async (one) => {
  const suite = await suiteOf(one.cipher_suite)
  const tree = decoded(decodeRatchetTree, one.ratchet_tree)
  const context = contextOf(suite.name, one.group_id, one.epoch, await treeHashRoot(tree, suite.hash))
  context.confirmedTranscriptHash = one.confirmed_transcript_hash
  expect(await findTreeFault(tree, context, suite)).toBe(null)
  const privates = new Map(
    await Promise.all(
      one.leaves_private.map(async (leaf) => {
        const own = { leafIndex: leaf.index, privateKeys: { [2 * leaf.index]: leaf.encryption_priv } }
        const secrets = Object.fromEntries(leaf.path_secrets.map(({ node, path_secret: secret }) => [node, secret]))
        return [leaf.index, mergePrivateKeyPaths(own, await toPrivateKeyPath(secrets, leaf.index, suite))] as const
      }),
    ),
  )

  /** What everybody but the sender makes of a path. */
  async function follow(
    sender: number,
    path: UpdatePath,
    check: (leaf: number, pathSecret: Uint8Array, commitSecret: Uint8Array) => void,
  ) {
    const after = await applyUpdatePath(tree, toLeafIndex(sender), path, suite.hash)
    const treeHashAfter = await treeHashRoot(after, suite.hash)
    const pathContext = { ...context, treeHash: treeHashAfter }
    for (const [leaf, own] of privates) {
      if (leaf === sender) continue
      const found = await applyUpdatePathSecret(after, own, toLeafIndex(sender), pathContext, path, [], suite)
      const { nodeIndex, pathSecret } = found
      check(leaf, pathSecret, await getCommitSecret(after, toNodeIndex(nodeIndex), pathSecret, suite.kdf))
    }
    return treeHashAfter
  }

  for (const expected of one.update_paths) {
    const path = decoded(decodeUpdatePath, expected.update_path)
    const after = await follow(expected.sender, path, (leaf, pathSecret, commitSecret) => {
      expect(pathSecret).toEqual(expected.path_secrets[leaf])
      expect(commitSecret).toEqual(expected.commit_secret)
    })
    expect(after).toEqual(expected.tree_hash_after)

    // And one that we make; the library wants to be told of the epoch before.
    const before = { ...context, epoch: context.epoch - 1n }
    const signatureKey = one.leaves_private.find(({ index }) => index === expected.sender)!.signature_priv
    const sender = toLeafIndex(expected.sender)
    const [made, ownPath, secrets] = await createUpdatePath(tree, sender, before, signatureKey, suite)
    const last = secrets.at(-1)!
    const own = await getCommitSecret(made, toNodeIndex(last.nodeIndex), last.secret, suite.kdf)
    await follow(expected.sender, ownPath, (_leaf, _secret, commitSecret) => expect(commitSecret).toEqual(own))
  }
})

function contextOf(
  cipherSuite: GroupContext['cipherSuite'],
  groupId: Uint8Array,
  epoch: bigint,
  hash: Uint8Array,
): GroupContext {
  return {
    version: 'mls10',
    cipherSuite,
    groupId,
    epoch,
    treeHash: hash,
    confirmedTranscriptHash: new Uint8Array(),
    extensions: [],
  }
}
