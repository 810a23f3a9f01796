import { createCommit, createGroup, generateKeyPackage, type Capabilities, type ClientState } from 'ts-mls'
import type { LeafNode } from 'ts-mls/leafNode.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { GroupWorld, idOf, now } from '../../test-support/group-world.ts'
import { clientConfig } from './client-config.ts'
import { groupExtensions } from './external-sender.ts'
import type { Group } from './group.ts'
import { credentialOf } from './identity.ts'
import { capabilities } from './leaf-rules.ts'
import { writeMessage } from './mls-message.ts'
import type { Suite } from './suite.ts'

// A member that commits what the server proposed, with a path of new keys that is not as it must be. Anna and Ben follow
// the rules, Rex, at leaf 3, does not; he is asked to remove Cleo, at leaf 2.

let world: GroupWorld
let anna: Group
let ben: Group
let rex: ClientState
beforeEach(async () => {
  world = await GroupWorld.open()
  anna = await world.found()
  ben = await world.admit([anna], 'b')
  const cleo = await world.admit([anna, ben], 'c')
  rex = await world.admitRogue([anna, ben, cleo], 'r')
  const removal = await world.authority.proposeRemove(world.groupId, 3, 2)
  for (const group of [anna, ben]) await group.propose(removal, now)
  rex = await world.heard(rex, [removal])
})

/** Rex's commit; `change` is what he makes of his leaf before. */
async function commitOf(change: (leaf: LeafNode) => LeafNode, hpke: Partial<Suite['hpke']> = {}): Promise<Uint8Array> {
  const ratchetTree = rex.ratchetTree.map((node, at) =>
    at === 6 && node?.nodeType === 'leaf' ? { ...node, leaf: change(node.leaf) } : node,
  )
  const cipherSuite = { ...world.suite, hpke: { ...world.suite.hpke, ...hpke } }
  const { commit } = await createCommit({ state: { ...rex, ratchetTree }, cipherSuite }, { ratchetTreeExtension: true })
  return writeMessage(commit)
}

async function expectRefusal(commit: Uint8Array) {
  for (const group of [anna, ben]) {
    await expect(group.process(commit)).rejects.toMatchObject({ code: 'bad-commit' })
    expect(group.epoch).toBe(3)
  }
  // And everything goes on without it.
  const own = await ben.commit()
  await anna.process(own.message)
  own.accept()
  expect(anna.epochAuthenticator).toEqual(ben.epochAuthenticator)
}

describe('a commit is refused', () => {
  test('whose parents have keys that do not come from its secrets: the next commit would fail', async () => {
    const foreign = await commitOf((leaf) => leaf, { deriveKeyPair: () => world.suite.hpke.generateKeyPair() })
    await expectRefusal(foreign)
  })

  test('whose committer can do less than before: nobody could be added any more', async () => {
    const less = (capability: Partial<LeafNode['capabilities']>) =>
      commitOf((leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, ...capability } }))
    await expectRefusal(await less({ credentials: [] }))
  })

  test('whose committer claims to be able to do more', async () => {
    const more = await commitOf((leaf) => ({
      ...leaf,
      capabilities: { ...leaf.capabilities, credentials: ['basic', 'x509'] },
    }))
    await expectRefusal(more)
  })

  test('whose committer brings something along', async () => {
    const extensions: LeafNode['extensions'] = [{ extensionType: 'application_id', extensionData: new Uint8Array(9) }]
    await expectRefusal(await commitOf((leaf) => ({ ...leaf, extensions })))
  })

  test('whose committer has a key that nobody can encrypt to', async () => {
    const { deriveKeyPair, exportPublicKey } = world.suite.hpke
    let ofLeaf: CryptoKey | null = null
    const broken = await commitOf((leaf) => leaf, {
      deriveKeyPair: async (secret) => {
        const pair = await deriveKeyPair(secret)
        ofLeaf ??= pair.publicKey
        return pair
      },
      exportPublicKey: async (key) => {
        const exported = await exportPublicKey(key)
        // The ML-KEM part of a key holds numbers below 3329 in 12 bits each; these are not.
        return key === ofLeaf ? exported.slice().fill(0xff, 0, 300) : exported
      },
    })
    await expectRefusal(broken)
  })

  test('whose committer takes another name', async () => {
    await expectRefusal(await commitOf((leaf) => ({ ...leaf, credential: credentialOf(idOf('b')) })))
  })
})

describe('a welcome', () => {
  /** Rex makes a group of his own, with a leaf that can do what he likes, and takes Dora in. */
  async function joinedBy(able: Partial<Capabilities>): Promise<Group> {
    const { suite, groupId, authority } = world
    const lifetime = { notBefore: 0n, notAfter: 1n << 62n }
    const own = { ...capabilities(suite), ...able }
    const made = await generateKeyPackage(credentialOf(idOf('r')), own, lifetime, [], suite)
    const id = new TextEncoder().encode(groupId)
    const extensions = groupExtensions(authority.publicKey)
    const state = await createGroup(id, made.publicPackage, made.privatePackage, extensions, suite, clientConfig)
    const dora = await world.keyPackage('d')
    const { welcome } = await createCommit(
      { state, cipherSuite: suite },
      { ratchetTreeExtension: true, extraProposals: [{ proposalType: 'add', add: { keyPackage: dora.public } }] },
    )
    if (welcome === undefined) throw new Error('nobody was added')
    return world.join(writeMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome }), dora, 1)
  }

  test('is taken into a tree of leaves like ours', async () => {
    expect((await joinedBy({})).epoch).toBe(1)
  })

  test('is refused when a leaf in the tree can do more than ours', async () => {
    await expect(joinedBy({ credentials: ['basic', 'x509'] })).rejects.toMatchObject({ code: 'bad-welcome' })
  })
})
