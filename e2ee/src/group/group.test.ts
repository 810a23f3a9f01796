import { createAuthority } from '@curtain/e2ee/authority'
import { limits } from '@curtain/protocol'
import { createCommit, createGroup, encodeMlsMessage, proposeExternal, type Extension, type Proposal } from 'ts-mls'
import { beforeEach, describe, expect, test } from 'vitest'
import { GroupWorld, idOf, now } from '../../test-support/group-world.ts'
import { clientConfig } from './client-config.ts'
import { groupExtensions } from './external-sender.ts'
import { Group } from './group.ts'
import { makeKeyPackage, type OwnKeyPackage } from './key-package.ts'
import { readMessage, writeMessage } from './mls-message.ts'

let world: GroupWorld
let anna: Group
beforeEach(async () => {
  world = await GroupWorld.open()
  anna = await world.found()
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
}

const hello = new TextEncoder().encode('hello')

describe('a proposal is refused', () => {
  async function expectRefusal(proposal: Uint8Array, code = 'bad-proposal', at = now) {
    await expect(anna.propose(proposal, at)).rejects.toMatchObject({ code })
    expect(anna.isRoundOpen).toBe(false)
  }

  test('of another epoch or another group', async () => {
    const ben = await world.keyPackage('b')
    await expectRefusal(await world.add(1, ben))
    await expectRefusal(await world.authority.proposeAdd(world.groupId.replace('A', 'B'), 0, ben.message))
  })

  test('of another server', async () => {
    const other = await createAuthority(new Uint8Array(32).fill(2))
    await expectRefusal(await other.proposeAdd(world.groupId, 0, (await world.keyPackage('b')).message))
  })

  test('that is neither an Add nor a Remove', async () => {
    const seed = new Uint8Array(32).fill(1)
    const own = await world.keyPackage('b')
    const { name: cipherSuite } = world.suite
    const others: Proposal[] = [
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } },
      { proposalType: 'reinit', reinit: { groupId: hello, version: 'mls10', cipherSuite, extensions: [] } },
      { proposalType: 'update', update: { leafNode: { ...own.public.leafNode, leafNodeSource: 'update' } } },
      { proposalType: 999, proposalData: hello },
    ]
    for (const proposal of others) {
      const groupContext = {
        version: 'mls10' as const,
        cipherSuite,
        groupId: new TextEncoder().encode(world.groupId),
        epoch: 0n,
        treeHash: new Uint8Array(),
        confirmedTranscriptHash: new Uint8Array(),
        extensions: groupExtensions(world.authority.publicKey),
      }
      const nothing = new Uint8Array()
      const info = { groupContext, extensions: [], confirmationTag: nothing, signer: 0, signature: nothing }
      const { publicKey } = world.authority
      await expectRefusal(writeMessage(await proposeExternal(info, proposal, publicKey, seed, world.suite)))
    }
  })

  test('that adds an invalid or expired key package', async () => {
    const ben = await world.keyPackage('b')
    const broken = { ...ben.public, signature: flipped(ben.public.signature, 5) }
    const message = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: broken })
    await expectRefusal(await world.add(0, { ...ben, message }), 'bad-key-package')
    const aDay = 24 * 60 * 60_000
    await expectRefusal(await world.add(0, ben), 'bad-key-package', now + aDay)
    await expectRefusal(await world.add(0, ben), 'bad-key-package', now - aDay)
    const nobody = await makeKeyPackage(world.suite, 'par_nobody', now)
    await expectRefusal(await world.add(0, nobody), 'bad-key-package')
  })

  test('that removes oneself', async () => {
    await expectRefusal(await world.authority.proposeRemove(world.groupId, 0, 0))
  })

  test('that was changed, cut short or is something else', async () => {
    const proposal = await world.add(0, await world.keyPackage('b'))
    for (let at = 0; at < proposal.length; at += 101) {
      await expect(anna.propose(flipped(proposal, at), now)).rejects.toMatchObject({ name: 'EncryptionError' })
    }
    await expectRefusal(proposal.subarray(0, -1))
    await expectRefusal(new Uint8Array([...proposal, 0]))
    await expectRefusal(new Uint8Array(limits.mlsProposalBytes))
    await expectRefusal((await world.keyPackage('b')).message)
  })

  test('that is there already', async () => {
    const proposal = await world.add(0, await world.keyPackage('b'))
    await anna.propose(proposal, now)
    await expect(anna.propose(proposal, now)).rejects.toMatchObject({ code: 'bad-proposal' })
  })
})

describe('a welcome', () => {
  test('leads into the group that it says, with the same keys for everybody', async () => {
    const ben = await world.admit([anna], 'b')
    const cleo = await world.admit([anna, ben], 'c')
    for (const group of [ben, cleo]) {
      expect(group.epochAuthenticator).toEqual(anna.epochAuthenticator)
      expect(group.members()).toEqual(anna.members())
    }
    expect([anna.self, ben.self, cleo.self]).toEqual([0, 1, 2])
  })

  test('is refused into another group, another epoch, or with another server in it', async () => {
    const own = await world.keyPackage('b')
    const welcome = (await world.round([anna], [await world.add(0, own)]))!
    const expected = { id: world.groupId, epoch: 1, rosterKey: world.authority.publicKey }
    const joining = (change: Partial<typeof expected>) =>
      Group.join(world.suite, welcome, structuredClone(own), { ...expected, ...change })
    await expect(joining({ epoch: 2 })).rejects.toMatchObject({ code: 'bad-welcome' })
    await expect(joining({ rosterKey: new Uint8Array(32) })).rejects.toMatchObject({ code: 'bad-welcome' })
    await expect(joining({ id: world.groupId.replace('A', 'B') })).rejects.toMatchObject({ code: 'bad-welcome' })
    expect((await joining({})).epoch).toBe(1)
  })

  test('is refused for somebody else, changed or cut short', async () => {
    const own = await world.keyPackage('b')
    const welcome = (await world.round([anna], [await world.add(0, own)]))!
    await expect(world.join(welcome, await world.keyPackage('b'), 1)).rejects.toMatchObject({ code: 'bad-welcome' })
    for (let at = 0; at < welcome.length; at += 211) {
      await expect(join(flipped(welcome, at), own)).rejects.toMatchObject({ code: 'bad-welcome' })
    }
    await expect(join(welcome.subarray(0, -1), own)).rejects.toMatchObject({ code: 'bad-welcome' })
    await expect(join(new Uint8Array(limits.mlsWelcomeBytes), own)).rejects.toMatchObject({ code: 'bad-welcome' })
  })

  test('is refused into a group with more extensions than the server as external sender', async () => {
    const rosterKey = world.authority.publicKey
    const second = groupExtensions(new Uint8Array(32).fill(3))
    const first = groupExtensions(rosterKey)
    for (const extensions of [[...first, ...second], [...second, ...first], []]) {
      const { welcome, own } = await welcomeInto(extensions)
      await expect(join(welcome, own)).rejects.toMatchObject({ code: 'bad-welcome' })
    }
    const { welcome, own } = await welcomeInto(groupExtensions(rosterKey))
    expect((await join(welcome, own)).epoch).toBe(1)
  })

  /** Somebody adds `b` to a group of their own making. */
  async function welcomeInto(extensions: Extension[]) {
    const [maker, own] = [await world.keyPackage('a'), await world.keyPackage('b')]
    const id = new TextEncoder().encode(world.groupId)
    const state = await createGroup(id, maker.public, maker.private, extensions, world.suite, clientConfig)
    const add: Proposal = { proposalType: 'add', add: { keyPackage: own.public } }
    const options = { ratchetTreeExtension: true, extraProposals: [add] }
    const made = await createCommit({ state, cipherSuite: world.suite }, options)
    return { own, welcome: writeMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome! }) }
  }

  /** Trying to join uses the private keys up, so each trial has a copy. */
  function join(welcome: Uint8Array, own: OwnKeyPackage) {
    return world.join(welcome, structuredClone(own), 1)
  }
})

describe('a message', () => {
  test('is opened by everybody else, and says who sent it', async () => {
    const ben = await world.admit([anna], 'b')
    const sealed = await anna.seal(hello)
    expect(await ben.open(sealed)).toEqual({ participantId: idOf('a'), bytes: hello })
  })

  test('is opened once', async () => {
    const ben = await world.admit([anna], 'b')
    const sealed = await anna.seal(hello)
    await ben.open(sealed)
    await expect(ben.open(sealed)).rejects.toMatchObject({ code: 'not-authentic' })
  })

  test('is opened out of order, and up to four epochs later', async () => {
    const ben = await world.admit([anna], 'b')
    const [first, second, third] = [await anna.seal(hello), await anna.seal(hello), await anna.seal(hello)]
    await ben.open(second)
    for (const letter of ['c', 'd', 'e', 'f']) await world.admit([anna, ben], letter)
    expect(ben.epoch).toBe(5)
    await ben.open(first)
    await expect(ben.open(second)).rejects.toMatchObject({ code: 'not-authentic' })
    await world.admit([anna, ben], 'g')
    await expect(ben.open(third)).rejects.toMatchObject({ code: 'wrong-epoch' })
  })

  test('of before somebody came is closed to them', async () => {
    const ben = await world.admit([anna], 'b')
    const sealed = await anna.seal(hello)
    const cleo = await world.admit([anna, ben], 'c')
    await expect(cleo.open(sealed)).rejects.toMatchObject({ code: 'wrong-epoch' })
    const relabelled = readMessage(sealed, 'bad-message')
    if (relabelled.wireformat !== 'mls_private_message') throw new Error('it is not private')
    const privateMessage = { ...relabelled.privateMessage, epoch: 2n }
    const opening = cleo.open(writeMessage({ ...relabelled, privateMessage }))
    await expect(opening).rejects.toMatchObject({ code: 'not-authentic' })
  })

  test('of after somebody was removed is closed to them', async () => {
    const ben = await world.admit([anna], 'b')
    const cleo = await world.admit([anna, ben], 'c')
    await world.round([anna, cleo], [await world.authority.proposeRemove(world.groupId, 2, ben.self)])
    await expect(ben.open(await anna.seal(hello))).rejects.toMatchObject({ code: 'wrong-epoch' })
    expect(await cleo.open(await anna.seal(hello))).toMatchObject({ bytes: hello })
  })

  test('that was changed, cut short or is something else is refused', async () => {
    const ben = await world.admit([anna], 'b')
    const sealed = await anna.seal(hello)
    for (let at = 0; at < sealed.length; at += 7) {
      await expect(ben.open(flipped(sealed, at))).rejects.toMatchObject({ name: 'EncryptionError' })
    }
    await expect(ben.open(sealed.subarray(0, -1))).rejects.toMatchObject({ code: 'bad-message' })
    await expect(ben.open((await world.keyPackage('b')).message)).rejects.toMatchObject({ code: 'bad-message' })
    expect(await ben.open(sealed)).toMatchObject({ bytes: hello })
  })

  test('that comes while one waits for one’s own commit does not open twice after it', async () => {
    const ben = await world.admit([anna], 'b')
    const [first, second] = [await ben.seal(hello), await ben.seal(hello)]
    await anna.propose(await world.add(1, await world.keyPackage('c')), now)
    const commit = await anna.commit()
    await anna.open(first)
    commit.accept()
    await expect(anna.open(first)).rejects.toMatchObject({ code: 'not-authentic' })
    expect(await anna.open(second)).toMatchObject({ bytes: hello })
  })

  test('cannot be sealed while a round is open', async () => {
    await anna.propose(await world.add(0, await world.keyPackage('b')), now)
    await expect(anna.seal(hello)).rejects.toMatchObject({ code: 'wrong-epoch' })
  })
})

describe('one’s own commit', () => {
  test('that was not the first leaves the group able to follow the one that was', async () => {
    const ben = await world.admit([anna], 'b')
    const add = await world.add(1, await world.keyPackage('c'))
    for (const group of [anna, ben]) await group.propose(add, now)
    const [lost, won] = [await anna.commit(), await ben.commit()]
    lost.discard()
    await anna.process(won.message)
    won.accept()
    expect(anna.epochAuthenticator).toEqual(ben.epochAuthenticator)
  })
})

test('after it is erased a group seals and opens nothing', async () => {
  const ben = await world.admit([anna], 'b')
  const sealed = await anna.seal(hello)
  ben.erase()
  expect(ben.epochAuthenticator).toEqual(new Uint8Array(64))
  await expect(ben.open(sealed)).rejects.toMatchObject({ code: 'not-authentic' })
  await expect(ben.seal(hello)).rejects.toMatchObject({ name: 'EncryptionError' })
})
