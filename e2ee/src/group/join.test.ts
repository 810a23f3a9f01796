import type { GroupInfo, RatchetTree, Welcome } from 'ts-mls'
import { deriveSecret } from 'ts-mls/crypto/kdf.js'
import { createConfirmationTag } from 'ts-mls/framedContent.js'
import { extractEpochSecret } from 'ts-mls/groupContext.js'
import { extractWelcomeSecret, signGroupInfo } from 'ts-mls/groupInfo.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import { createUpdatePath } from 'ts-mls/updatePath.js'
import { encryptGroupInfo, encryptGroupSecrets } from 'ts-mls/welcome.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { GroupWorld } from '../../test-support/group-world.ts'
import { groupExtensions } from './external-sender.ts'
import { joinByWelcome } from './join.ts'
import type { OwnKeyPackage } from './key-package.ts'
import { findTreeFault } from './ratchet-tree.ts'

// Anybody who knows key packages, the server above all, can make a welcome. Only what a member signed can be true.

let world: GroupWorld
let anna: OwnKeyPackage
let ben: OwnKeyPackage
let tree: RatchetTree
beforeEach(async () => {
  world = await GroupWorld.open()
  anna = await world.keyPackage('a')
  ben = await world.keyPackage('b')
  tree = [leaf(anna), undefined, leaf(ben)]
})

function leaf(own: OwnKeyPackage) {
  return { nodeType: 'leaf' as const, leaf: own.public.leafNode }
}

async function contextOf(members: RatchetTree) {
  return {
    version: 'mls10' as const,
    cipherSuite: world.suite.name,
    groupId: new TextEncoder().encode(world.groupId),
    epoch: 1n,
    treeHash: await treeHashRoot(members, world.suite.hash),
    confirmedTranscriptHash: new Uint8Array(64).fill(5),
    extensions: groupExtensions(world.authority.publicKey),
  }
}

interface Made {
  signedBy?: OwnKeyPackage
  members?: RatchetTree
  pathSecret?: Uint8Array
  psks?: Parameters<typeof encryptGroupSecrets>[2]['psks']
  change?: (info: GroupInfo) => GroupInfo
}

/** A welcome for Ben into a group of Anna and Ben, with secrets of the maker's choice. */
async function welcomeOf({ signedBy = anna, members = tree, pathSecret, psks = [], change = (info) => info }: Made = {}) {
  const { hash, hpke, kdf, signature } = world.suite
  const [joinerSecret, noPsk] = [new Uint8Array(64).fill(9), new Uint8Array(64)]
  const groupContext = await contextOf(members)
  const epochSecret = await extractEpochSecret(groupContext, joinerSecret, kdf, noPsk)
  const confirmationKey = await deriveSecret(epochSecret, 'confirm', kdf)
  const toSign = {
    groupContext,
    extensions: [{ extensionType: 'ratchet_tree' as const, extensionData: encodeRatchetTree(members) }],
    confirmationTag: await createConfirmationTag(confirmationKey, groupContext.confirmedTranscriptHash, hash),
    signer: 0,
  }
  const changed = change({ ...toSign, signature: new Uint8Array() })
  const info = await signGroupInfo(changed, signedBy.private.signaturePrivateKey, signature)
  const encryptedGroupInfo = await encryptGroupInfo(info, await extractWelcomeSecret(joinerSecret, noPsk, kdf), world.suite)
  const secrets = { joinerSecret, pathSecret, psks }
  const { enc, ct } = await encryptGroupSecrets(
    await hpke.importPublicKey(ben.public.initKey),
    encryptedGroupInfo,
    secrets,
    hpke,
  )
  const newMember = await makeKeyPackageRef(ben.public, hash)
  const encryptedGroupSecrets = { kemOutput: enc, ciphertext: ct }
  return { cipherSuite: world.suite.name, secrets: [{ newMember, encryptedGroupSecrets }], encryptedGroupInfo }
}

async function joining(welcome: Welcome) {
  return joinByWelcome(welcome, structuredClone(ben), world.suite)
}

describe('a welcome', () => {
  test('that a member signed is taken', async () => {
    const state = await joining(await welcomeOf())
    expect(state.privatePath.leafIndex).toBe(1)
  })

  test('that somebody else signed in a member’s name is refused', async () => {
    const mallory = await world.keyPackage('m')
    await expect(joining(await welcomeOf({ signedBy: mallory }))).rejects.toMatchObject({ code: 'bad-welcome' })
  })

  test('signed for a place where nobody is is refused', async () => {
    const welcome = await welcomeOf({ change: (info) => ({ ...info, signer: 7 }) })
    await expect(joining(welcome)).rejects.toMatchObject({ code: 'bad-welcome' })
  })

  test('with a confirmation of another epoch is refused', async () => {
    const welcome = await welcomeOf({ change: (info) => ({ ...info, confirmationTag: new Uint8Array(64) }) })
    await expect(joining(welcome)).rejects.toMatchObject({ code: 'bad-welcome' })
  })

  test('with a tree that is not the group’s is refused', async () => {
    const change = (info: GroupInfo) => ({ ...info, groupContext: { ...info.groupContext, treeHash: new Uint8Array(64) } })
    await expect(joining(await welcomeOf({ change }))).rejects.toMatchObject({ code: 'bad-welcome' })
  })

  test('into a group that one is not in is refused', async () => {
    const cleo = await world.keyPackage('c')
    const welcome = await welcomeOf({ members: [leaf(anna), undefined, leaf(cleo)] })
    await expect(joining(welcome)).rejects.toMatchObject({ code: 'bad-welcome' })
  })

  test('that wants a pre-shared key is refused', async () => {
    const psks = [{ psktype: 'external' as const, pskId: new Uint8Array(4), pskNonce: new Uint8Array(64) }]
    await expect(joining(await welcomeOf({ psks }))).rejects.toThrow()
  })

  test('with a path secret is taken if it is that of the keys in the tree', async () => {
    const key = anna.private.signaturePrivateKey
    const [members, , secrets] = await createUpdatePath(tree, toLeafIndex(0), await contextOf(tree), key, world.suite)
    const { secret } = secrets[0]!
    const state = await joining(await welcomeOf({ members, pathSecret: secret }))
    expect(Object.keys(state.privatePath.privateKeys)).toEqual(['1', '2'])
    const welcome = await welcomeOf({ members, pathSecret: secret.map((byte) => byte ^ 1) })
    await expect(joining(welcome)).rejects.toMatchObject({ code: 'bad-welcome' })
  })
})

describe('a tree is at fault', () => {
  async function faultOf(members: RatchetTree, hash?: Uint8Array) {
    const context = await contextOf(hash === undefined ? members : tree)
    return findTreeFault(members, { ...context, treeHash: hash ?? context.treeHash }, world.suite)
  }

  /** Anna has committed: the root has a key. */
  async function withParent() {
    const key = anna.private.signaturePrivateKey
    const [members] = await createUpdatePath(tree, toLeafIndex(0), await contextOf(tree), key, world.suite)
    const root = members[1]
    if (root?.nodeType !== 'parent') throw new Error('there is no parent')
    return { members, root }
  }

  function withUnmerged({ members, root }: Awaited<ReturnType<typeof withParent>>, unmergedLeaves: number[]) {
    const leaves = unmergedLeaves.map((one) => toLeafIndex(one))
    return members.with(1, { ...root, parent: { ...root.parent, unmergedLeaves: leaves } })
  }

  test('not when it is as it must be', async () => {
    expect(await faultOf(tree)).toBeNull()
    expect(await faultOf((await withParent()).members)).toBeNull()
  })

  test('with leaves and parents in each other’s places', async () => {
    const noHash = new Uint8Array()
    const fault = 'a leaf where a parent belongs, or the reverse'
    expect(await faultOf([leaf(anna), leaf(ben), undefined], noHash)).toBe(fault)
    const { members, root } = await withParent()
    expect(await faultOf(members.with(2, root), noHash)).toBe(fault)
  })

  test('with a key that is there twice', async () => {
    expect(await faultOf([leaf(anna), undefined, leaf(anna)])).toBe('a key is there twice')
  })

  test('with unmerged leaves that are not there, not below, or out of order', async () => {
    const parent = await withParent()
    expect(await faultOf(withUnmerged(parent, [1, 1]))).toBe('unmerged leaves out of order')
    expect(await faultOf(withUnmerged(parent, [5]))).toBe('unmerged leaves out of order')
    const blank = withUnmerged(parent, [1]).with(2, undefined)
    expect(await faultOf(blank)).toBe('an unmerged leaf that is not below its node')
    const wide = [...withUnmerged(parent, [2]), undefined, leaf(await world.keyPackage('c')), undefined, undefined]
    expect(await faultOf(wide)).toBe('an unmerged leaf that is not below its node')
  })

  test('with a leaf that its key did not sign', async () => {
    const other = { ...anna.public.leafNode, hpkePublicKey: (await world.keyPackage('x')).public.leafNode.hpkePublicKey }
    expect(await faultOf(tree.with(0, { nodeType: 'leaf', leaf: other }))).toBe('a leaf is not signed by its key')
  })

  test('with a parent that no leaf vouches for', async () => {
    const { members, root } = await withParent()
    const forged = members.with(1, { ...root, parent: { ...root.parent, parentHash: new Uint8Array(64) } })
    expect(await faultOf(forged)).toBe('a parent is not vouched for by a leaf')
    expect(await faultOf(tree.with(1, root))).toBe('a parent is not vouched for by a leaf')
  })

  test('that is another than the group’s, or far too large', async () => {
    expect(await faultOf(tree, new Uint8Array(64))).toBe('the tree is not that of the group')
    const huge: RatchetTree = Array.from({ length: 2 ** 10 - 1 }, () => undefined)
    expect(await faultOf(huge)).toBe('more leaves than a group may have')
  })
})
