import type { GroupContext, RatchetTree } from 'ts-mls'
import { extensionsSupportedByCapabilities } from 'ts-mls/extension.js'
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage, type LeafNode } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { bytesEqual } from './bytes-equal.ts'
import type { Suite } from './suite.ts'

/** More than a room ever holds; media keys name a leaf in one byte. It bounds the work a forged tree can cause. */
const maximumLeaves = 256

/**
 * Checks a tree that came with a welcome (RFC 9420 §12.4.3.1). Ours, and not the library's, which refuses valid trees:
 * it asks that a leaf be listed as unmerged, with the same others, in every node above it rather than in those between.
 * @returns what is wrong, or null
 */
export async function findTreeFault(tree: RatchetTree, context: GroupContext, suite: Suite): Promise<string | null> {
  if (leafWidth(tree.length) > maximumLeaves) return 'more leaves than a group may have'
  const faults = [structureFault(tree), keyFault(tree), unmergedFault(tree), capabilityFault(tree)]
  const fault = faults.find((one) => one !== null)
  if (fault !== undefined) return fault
  for (const [at, node] of tree.entries()) {
    if (node?.nodeType === 'leaf' && !(await isLeafSigned(node.leaf, context.groupId, at / 2, suite))) {
      return 'a leaf is not signed by its key'
    }
  }
  if (!bytesEqual(await treeHashRoot(tree, suite.hash), context.treeHash)) return 'the tree is not that of the group'
  if (!(await verifyParentHashes(tree, suite.hash))) return 'a parent is not vouched for by a leaf'
  return null
}

function structureFault(tree: RatchetTree): string | null {
  const isSound = tree.every((node, at) => node === undefined || (node.nodeType === 'leaf') === (at % 2 === 0))
  return isSound ? null : 'a leaf where a parent belongs, or the reverse'
}

/** Encryption keys are each other's only use, over leaves and parents; signature keys over leaves (§7.3). */
export function keyFault(tree: RatchetTree): string | null {
  const encryption: Uint8Array[] = []
  const signature: Uint8Array[] = []
  for (const node of tree) {
    if (node?.nodeType === 'leaf') {
      encryption.push(node.leaf.hpkePublicKey)
      signature.push(node.leaf.signaturePublicKey)
    } else if (node !== undefined) encryption.push(node.parent.hpkePublicKey)
  }
  return areDistinct(encryption) && areDistinct(signature) ? null : 'a key is there twice'
}

function areDistinct(keys: readonly Uint8Array[]): boolean {
  return new Set(keys.map((key) => key.join())).size === keys.length
}

/** Each unmerged leaf is there, below its node, and known to every node between; they are in order (§7.1, §7.9.2). */
function unmergedFault(tree: RatchetTree): string | null {
  const width = leafWidth(tree.length)
  for (const [at, node] of tree.entries()) {
    if (node?.nodeType !== 'parent') continue
    let last = -1
    for (const leaf of node.parent.unmergedLeaves) {
      if (leaf <= last || leaf >= width) return 'unmerged leaves out of order'
      last = leaf
      const leafNode = leafToNodeIndex(toLeafIndex(leaf))
      const above: number[] = directPath(leafNode, width)
      if (tree[leafNode] === undefined || !above.includes(at)) return 'an unmerged leaf that is not below its node'
      const areTold = above.slice(0, above.indexOf(at)).every((between) => {
        const one = tree[between]
        return one?.nodeType !== 'parent' || one.parent.unmergedLeaves.includes(leaf)
      })
      if (!areTold) return 'an unmerged leaf that a node between does not list'
    }
  }
  return null
}

/** Everybody can do what everybody uses (§7.3). */
function capabilityFault(tree: RatchetTree): string | null {
  const leaves = tree.flatMap((node) => (node?.nodeType === 'leaf' ? [node.leaf] : []))
  const credentials = new Set(leaves.map((leaf) => leaf.credential.credentialType))
  const areCapable = leaves.every(
    (leaf) =>
      [...credentials].every((type) => leaf.capabilities.credentials.includes(type)) &&
      extensionsSupportedByCapabilities(leaf.extensions, leaf.capabilities),
  )
  return areCapable ? null : 'a leaf uses what another one does not support'
}

function isLeafSigned(leaf: LeafNode, groupId: Uint8Array, index: number, suite: Suite): Promise<boolean> {
  return leaf.leafNodeSource === 'key_package'
    ? verifyLeafNodeSignatureKeyPackage(leaf, suite.signature)
    : verifyLeafNodeSignature(leaf, groupId, index, suite.signature)
}
