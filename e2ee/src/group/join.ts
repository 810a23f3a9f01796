import {
  emptyPskIndex,
  type ClientState,
  type KeyPackage,
  type PrivateKeyPackage,
  type PskIndex,
  type RatchetTree,
  type Welcome,
} from 'ts-mls'
import { deriveSecret } from 'ts-mls/crypto/kdf.js'
import { ratchetTreeFromExtension, verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { deriveKeySchedule } from 'ts-mls/keySchedule.js'
import { pathToRoot } from 'ts-mls/pathSecrets.js'
import { accumulatePskSecret } from 'ts-mls/pskIndex.js'
import { findLeafIndex } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { leafToNodeIndex, leafWidth, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { firstCommonAncestor } from 'ts-mls/updatePath.js'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { EncryptionError } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'
import { clientConfig } from './client-config.ts'
import { findTreeFault } from './ratchet-tree.ts'
import type { Suite } from './suite.ts'

/** What a welcome may bring along outside of it; in our groups it never does, in others' test vectors it does. */
export interface Beside {
  tree?: RatchetTree
  psks?: PskIndex
}

/**
 * Joins a group by a welcome (RFC 9420 §12.4.3.1). The library's own joining is not used because of its check of the
 * tree; this one also checks that the path secret belongs to the keys in the tree.
 * @throws EncryptionError `bad-welcome`, and what the library throws
 */
export async function joinByWelcome(
  welcome: Welcome,
  own: { public: KeyPackage; private: PrivateKeyPackage },
  suite: Suite,
  { tree: treeBeside, psks = emptyPskIndex }: Beside = {},
): Promise<ClientState> {
  const reference = await makeKeyPackageRef(own.public, suite.hash)
  const initKey = await suite.hpke.importPrivateKey(own.private.initPrivateKey)
  const secrets = required(await decryptGroupSecrets(initKey, reference, welcome, suite.hpke))
  const [pskSecret] = await accumulatePskSecret(secrets.psks, psks, suite, new Uint8Array(suite.kdf.size))
  const info = required(await decryptGroupInfo(welcome, secrets.joinerSecret, pskSecret, suite))
  const context = info.groupContext
  ensure(context.version === 'mls10' && context.cipherSuite === suite.name && welcome.cipherSuite === suite.name)

  const tree = required(ratchetTreeFromExtension(info) ?? treeBeside)
  const fault = await findTreeFault(tree, context, suite)
  if (fault !== null) throw new EncryptionError('bad-welcome', { cause: new Error(fault) })
  const signer = required(tree[leafToNodeIndex(toLeafIndex(info.signer))])
  ensure(signer.nodeType === 'leaf')
  ensure(await verifyGroupInfoSignature(info, signer.leaf.signaturePublicKey, suite.signature))
  ensure(await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, pskSecret, suite))

  const leafIndex = required(findLeafIndex(tree, own.public.leafNode))
  const privateKeys: Record<number, Uint8Array> = { [leafToNodeIndex(leafIndex)]: own.private.hpkePrivateKey }
  if (secrets.pathSecret !== undefined) {
    const ancestor = firstCommonAncestor(tree, leafIndex, toLeafIndex(info.signer))
    Object.assign(privateKeys, await pathKeys(tree, ancestor, secrets.pathSecret, suite))
  }
  const [keySchedule, encryptionSecret] = await deriveKeySchedule(secrets.joinerSecret, pskSecret, context, suite.kdf)
  const secretTree = await createSecretTree(leafWidth(tree.length), encryptionSecret, suite.kdf)
  for (const secret of [encryptionSecret, secrets.joinerSecret, own.private.initPrivateKey]) secret.fill(0)
  return {
    groupContext: context,
    ratchetTree: tree,
    privatePath: { leafIndex, privateKeys },
    signaturePrivateKey: own.private.signaturePrivateKey,
    confirmationTag: info.confirmationTag,
    unappliedProposals: {},
    keySchedule,
    secretTree,
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig,
  }
}

/** The private keys from a node up to the root, which must be those of the public keys in the tree. */
async function pathKeys(
  tree: RatchetTree,
  from: number,
  secret: Uint8Array,
  suite: Suite,
): Promise<Record<number, Uint8Array>> {
  const keys: Record<number, Uint8Array> = {}
  for (const [at, pathSecret] of Object.entries(await pathToRoot(tree, toNodeIndex(from), secret, suite.kdf))) {
    const node = tree[Number(at)]
    // The root may be blank: then it has no key, and nobody encrypts to it.
    if (node?.nodeType !== 'parent') continue
    const pair = await suite.hpke.deriveKeyPair(await deriveSecret(pathSecret, 'node', suite.kdf))
    ensure(bytesEqual(await suite.hpke.exportPublicKey(pair.publicKey), node.parent.hpkePublicKey))
    keys[Number(at)] = await suite.hpke.exportPrivateKey(pair.privateKey)
  }
  return keys
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new EncryptionError('bad-welcome')
  return value
}

function ensure(isSo: boolean): asserts isSo {
  if (!isSo) throw new EncryptionError('bad-welcome')
}
