import { defaultExtensionTypes, type Capabilities, type RatchetTree } from 'ts-mls'
import type { LeafNode } from 'ts-mls/leafNode.js'
import type { Suite } from './suite.ts'

/** What every leaf of ours can do: one version, one suite, one extension. */
export function capabilities(suite: Suite): Capabilities {
  return {
    versions: ['mls10'],
    ciphersuites: [suite.name],
    extensions: [defaultExtensionTypes.external_senders],
    proposals: [],
    credentials: ['basic'],
  }
}

/** Whether a leaf is like those that devices of ours make: nothing in it is anybody's choice but identity and keys. */
export function isLeafOfOurs(leaf: Pick<LeafNode, 'capabilities' | 'extensions' | 'signaturePublicKey'>, suite: Suite): boolean {
  const expected = capabilities(suite)
  const has = leaf.capabilities
  return (
    leaf.extensions.length === 0 &&
    leaf.signaturePublicKey.length === 32 &&
    sameValues(has.versions, expected.versions) &&
    sameValues(has.ciphersuites, expected.ciphersuites) &&
    sameValues(has.extensions, expected.extensions) &&
    sameValues(has.proposals, expected.proposals) &&
    sameValues(has.credentials, expected.credentials)
  )
}

/** Whether all leaves of a tree are: one that cannot do what the others do would keep everybody from adding anybody. */
export function areLeavesOfOurs(tree: RatchetTree, suite: Suite): boolean {
  return tree.every((node) => node?.nodeType !== 'leaf' || isLeafOfOurs(node.leaf, suite))
}

function sameValues<Value>(one: readonly Value[], other: readonly Value[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}
