import { createCommit, type ClientState, type CreateCommitOptions, type Proposal } from 'ts-mls'
import { beforeEach, describe, expect, test } from 'vitest'
import { GroupWorld, idOf, now } from '../../test-support/group-world.ts'
import type { Group } from './group.ts'
import type { OwnKeyPackage } from './key-package.ts'
import { readMessage, writeMessage } from './mls-message.ts'

// A member that commits something else than the server proposed. Anna follows the rules, Rex does not.

let world: GroupWorld
let anna: Group
let rex: ClientState
let cleo: OwnKeyPackage
let dora: OwnKeyPackage
let proposals: Uint8Array[]
beforeEach(async () => {
  world = await GroupWorld.open()
  anna = await world.found()
  rex = await world.admitRogue([anna], 'r')
  cleo = await world.keyPackage('c')
  dora = await world.keyPackage('d')
  proposals = [await world.add(1, cleo), await world.add(1, dora)]
  for (const proposal of proposals) await anna.propose(proposal, now)
})

async function commitOf(state: ClientState, options: CreateCommitOptions = {}): Promise<Uint8Array> {
  const made = await createCommit({ state, cipherSuite: world.suite }, { ratchetTreeExtension: true, ...options })
  return writeMessage(made.commit)
}

/** Anna refuses it, is where she was, and takes the right one all the same. */
async function expectRefusal(commit: Uint8Array) {
  const before = anna.epochAuthenticator
  await expect(anna.process(commit)).rejects.toMatchObject({ code: 'bad-commit' })
  expect(anna.epoch).toBe(1)
  expect(anna.epochAuthenticator).toEqual(before)
  await anna.process(await commitOf(await world.heard(rex, proposals)))
  expect(anna.epoch).toBe(2)
  expect(anna.members().map(({ participantId }) => participantId)).toEqual(['a', 'r', 'c', 'd'].map(idOf))
}

function addOf(own: OwnKeyPackage): Proposal {
  return { proposalType: 'add', add: { keyPackage: own.public } }
}

describe('a commit is refused', () => {
  test('that leaves a proposal out', async () => {
    await expectRefusal(await commitOf(await world.heard(rex, proposals.slice(0, 1))))
  })

  test('of nothing at all', async () => {
    await expectRefusal(await commitOf(rex))
  })

  test('that has the proposals in another order', async () => {
    await expectRefusal(await commitOf(await world.heard(rex, proposals.toReversed())))
  })

  test('that adds somebody of its own', async () => {
    const ghost = await world.keyPackage('g')
    await expectRefusal(await commitOf(await world.heard(rex, proposals), { extraProposals: [addOf(ghost)] }))
  })

  test('that adds whom the server proposed, but by itself', async () => {
    const heard = await world.heard(rex, proposals.slice(0, 1))
    await expectRefusal(await commitOf(heard, { extraProposals: [addOf(dora)] }))
  })

  test('that removes somebody of its own', async () => {
    const removal: Proposal = { proposalType: 'remove', remove: { removed: 0 } }
    await expectRefusal(await commitOf(await world.heard(rex, proposals), { extraProposals: [removal] }))
  })

  test('that changes what the server may do', async () => {
    const change: Proposal = { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } }
    await expectRefusal(await commitOf(await world.heard(rex, proposals), { extraProposals: [change] }))
  })

  test('that everybody on the way could read', async () => {
    await expectRefusal(await commitOf(await world.heard(rex, proposals), { wireAsPublicMessage: true }))
  })

  test('that was changed on its way, cut short, or is something else', async () => {
    const commit = await commitOf(await world.heard(rex, proposals))
    for (const at of [0, 3, 40, 120, commit.length - 1]) {
      const changed = commit.map((byte, index) => (index === at ? byte ^ 1 : byte))
      await expect(anna.process(changed)).rejects.toMatchObject({ code: 'bad-commit' })
      await expect(anna.process(commit.subarray(0, at))).rejects.toMatchObject({ code: 'bad-commit' })
    }
    await expect(anna.process(cleo.message)).rejects.toMatchObject({ code: 'bad-commit' })
    await expectRefusal(proposals[0]!)
  })

  test('that is received again', async () => {
    const commit = await commitOf(await world.heard(rex, proposals))
    await anna.process(commit)
    await expect(anna.process(commit)).rejects.toMatchObject({ code: 'bad-commit' })
    expect(anna.epoch).toBe(2)
  })

  test('that claims an epoch to come', async () => {
    const message = readMessage(await commitOf(await world.heard(rex, proposals)), 'bad-message')
    if (message.wireformat !== 'mls_private_message') throw new Error('it is not private')
    const privateMessage = { ...message.privateMessage, epoch: 2n }
    await expectRefusal(writeMessage({ ...message, privateMessage }))
  })
})

test('nobody commits or follows when a newcomer has copied another’s encryption key', async () => {
  const group = await world.found()
  const rogue = await world.admitRogue([group], 'r')
  const node = rogue.ratchetTree[0]
  if (node?.nodeType !== 'leaf') throw new Error('there is no leaf')
  const copy = await world.add(1, await world.copycat('c', node.leaf.hpkePublicKey))
  await group.propose(copy, now)
  await expect(group.commit()).rejects.toMatchObject({ code: 'bad-commit' })
  const theirs = await commitOf(await world.heard(rogue, [copy]))
  await expect(group.process(theirs)).rejects.toMatchObject({ code: 'bad-commit' })
})
