import type { ClientState, RatchetTree } from 'ts-mls'
import { leafToNodeIndex, toLeafIndex } from 'ts-mls/treemath.js'
import { EncryptionError } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'
import { checkEncryptionKey, publicKeyOf } from './encryption-keys.ts'
import { isSameIdentity } from './identity.ts'
import { areLeavesOfOurs } from './leaf-rules.ts'
import { keyFault } from './ratchet-tree.ts'
import type { Suite } from './suite.ts'

/**
 * Checks what the library leaves open of a commit that it has processed. Whoever accepted less would be in an epoch in
 * which the next commit fails, for some or for all, and somebody else's would seem to be at fault.
 * @param committer their place in the tree, from 0
 * @throws EncryptionError `bad-commit`
 */
export async function checkCommitted(
  before: ClientState,
  after: ClientState,
  committer: number,
  suite: Suite,
): Promise<void> {
  const tree = after.ratchetTree
  const fault =
    keyFault(tree) ??
    (areLeavesOfOurs(tree, suite) ? null : 'a leaf is not like those of ours') ??
    committerFault(before.ratchetTree, tree, committer) ??
    (await pathFault(after))
  if (fault !== null) throw new EncryptionError('bad-commit', { cause: new Error(fault) })
  const key = leafAt(tree, committer)?.hpkePublicKey ?? new Uint8Array()
  await checkEncryptionKey(suite, key, 'bad-commit')
}

/** A committer's new leaf has a new encryption key, and they are who they were. */
function committerFault(before: RatchetTree, after: RatchetTree, committer: number): string | null {
  const [old, renewed] = [leafAt(before, committer), leafAt(after, committer)]
  const isSame =
    old !== undefined &&
    renewed !== undefined &&
    bytesEqual(old.signaturePublicKey, renewed.signaturePublicKey) &&
    isSameIdentity(old.credential, renewed.credential)
  return isSame ? null : 'the committer became somebody else'
}

/** The keys derived from the path secrets are those that the path has in the tree (RFC 9420 §7.5). */
async function pathFault({ privatePath, ratchetTree }: ClientState): Promise<string | null> {
  for (const [at, privateKey] of Object.entries(privatePath.privateKeys)) {
    const node = ratchetTree[Number(at)]
    // What was above before may be blank now: nobody encrypts to it.
    if (node?.nodeType !== 'parent') continue
    if (!bytesEqual(await publicKeyOf(privateKey), node.parent.hpkePublicKey)) return 'a key is not that of its secret'
  }
  return null
}

function leafAt(tree: RatchetTree, place: number) {
  const node = tree[leafToNodeIndex(toLeafIndex(place))]
  return node?.nodeType === 'leaf' ? node.leaf : undefined
}
