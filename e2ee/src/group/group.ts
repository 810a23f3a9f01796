import type { MlsGroupId, ParticipantId } from '@curtain/protocol'
import {
  createApplicationMessage,
  createCommit,
  createGroup,
  emptyPskIndex,
  processPrivateMessage,
  processPublicMessage,
  type ClientState,
  type Proposal,
} from 'ts-mls'
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import type { PrivateMessage } from 'ts-mls/privateMessage.js'
import { EncryptionError, type EncryptionErrorCode } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'
import { clientConfig } from './client-config.ts'
import { checkCommitted } from './commit-check.ts'
import { erase, erasePast, eraseState, eraseUnborn } from './erase.ts'
import { areGroupExtensions, groupExtensions } from './external-sender.ts'
import { participantOf } from './identity.ts'
import { joinByWelcome } from './join.ts'
import { checkKeyPackage, type OwnKeyPackage } from './key-package.ts'
import { areLeavesOfOurs } from './leaf-rules.ts'
import { importMediaKey } from './media-key.ts'
import { readMessage, writeMessage } from './mls-message.ts'
import { keyFault } from './ratchet-tree.ts'
import { refusing } from './refusal.ts'
import type { Suite } from './suite.ts'

/** Somebody in the tree. */
export interface Leaf {
  /** Place in the tree, from 0. */
  leaf: number
  participantId: ParticipantId
  /** Raw Ed25519, 32 bytes. */
  signatureKey: Uint8Array
}

/** A commit of one's own that nobody has accepted yet: the group is still in the epoch before. */
export interface OwnCommit {
  /** MLSMessages; the welcome is there if somebody is added. */
  message: Uint8Array
  welcome: Uint8Array | null
  /** It was accepted: the group goes on in the next epoch. */
  accept(): void
  /** Another one was: its secrets are overwritten. */
  discard(): void
}

/**
 * One MLS group (RFC 9420) of ours: the server proposes, a member commits. What does not fit that is refused and
 * changes nothing. Calls must not overlap. Its state is secret and is never written anywhere.
 */
export class Group {
  readonly id: MlsGroupId
  readonly #suite: Suite
  #state: ClientState
  /** In the order of their delivery; a commit must have the same objects. */
  #proposals: Proposal[] = []

  private constructor(id: MlsGroupId, suite: Suite, state: ClientState) {
    this.id = id
    this.#suite = suite
    this.#state = state
  }

  /** A new group at epoch 0, with oneself alone in it. @param rosterKey the server's, raw Ed25519 */
  static async create(suite: Suite, id: MlsGroupId, own: OwnKeyPackage, rosterKey: Uint8Array): Promise<Group> {
    const groupId = new TextEncoder().encode(id)
    const extensions = groupExtensions(rosterKey)
    // It is for those who are welcomed.
    own.private.initPrivateKey.fill(0)
    return new Group(id, suite, await createGroup(groupId, own.public, own.private, extensions, suite, clientConfig))
  }

  /**
   * Joins by a welcome, an MLSMessage.
   * @param expected the group and the epoch that it must lead into, and the key of its external sender
   * @throws EncryptionError `bad-welcome`
   */
  static async join(
    suite: Suite,
    welcome: Uint8Array,
    own: OwnKeyPackage,
    expected: { id: MlsGroupId; epoch: number; rosterKey: Uint8Array },
  ): Promise<Group> {
    const message = readMessage(welcome, 'bad-welcome')
    if (message.wireformat !== 'mls_welcome') throw new EncryptionError('bad-welcome')
    const state = await refusing('bad-welcome', () => joinByWelcome(message.welcome, own, suite))
    const context = state.groupContext
    const isExpected =
      bytesEqual(context.groupId, new TextEncoder().encode(expected.id)) &&
      context.epoch === BigInt(expected.epoch) &&
      areGroupExtensions(context.extensions, expected.rosterKey) &&
      areLeavesOfOurs(state.ratchetTree, suite)
    if (isExpected) return new Group(expected.id, suite, state)
    eraseState(state)
    throw new EncryptionError('bad-welcome')
  }

  get epoch(): number {
    return Number(this.#state.groupContext.epoch)
  }

  /** Own place in the tree. */
  get self(): number {
    return this.#state.privatePath.leafIndex
  }

  /** RFC 9420 §8.7: the same for everybody in the epoch, and for nobody else. A copy. */
  get epochAuthenticator(): Uint8Array {
    return this.#state.keySchedule.epochAuthenticator.slice()
  }

  /** Whether there are proposals that wait for their commit. Until then nothing can be sealed. */
  get isRoundOpen(): boolean {
    return this.#proposals.length > 0
  }

  /** Those in the group, by their leaves. @throws EncryptionError `roster-mismatch` if a leaf is nobody's */
  members(): Leaf[] {
    return leavesOf(this.#state.ratchetTree)
  }

  /**
   * Takes a proposal of the server for this epoch, an MLSMessage.
   * @param now by the server's clock, for the lifetime of a key package
   * @throws EncryptionError `bad-proposal`, `bad-key-package`
   */
  async propose(message: Uint8Array, now: number): Promise<void> {
    const { publicMessage, content } = this.#readPublic(message)
    const isOurs =
      content.contentType === 'proposal' &&
      content.sender.senderType === 'external' &&
      content.sender.senderIndex === 0 &&
      content.authenticatedData.length === 0 &&
      // The library looks at neither.
      this.#isOfThisEpoch(content)
    if (!isOurs) throw new EncryptionError('bad-proposal')
    await this.#checkProposal(content.proposal, now)
    const state = await refusing('bad-proposal', async () => {
      const { newState } = await processPublicMessage(this.#state, publicMessage, emptyPskIndex, this.#suite)
      return newState
    })
    const isNew = Object.keys(state.unappliedProposals).length === this.#proposals.length + 1
    if (!isNew) throw new EncryptionError('bad-proposal')
    this.#state = state
    this.#proposals.push(content.proposal)
  }

  /**
   * Those who are in the group once what is proposed is committed; places aside.
   * @throws EncryptionError `bad-proposal` if it cannot be committed
   */
  proposedMembers(): Omit<Leaf, 'leaf'>[] {
    const members = new Map<number, Omit<Leaf, 'leaf'>>(this.members().map((member) => [member.leaf, member]))
    const added: Omit<Leaf, 'leaf'>[] = []
    for (const proposal of this.#proposals) {
      if (proposal.proposalType === 'remove') {
        if (!members.delete(proposal.remove.removed)) throw new EncryptionError('bad-proposal')
      } else if (proposal.proposalType === 'add') {
        const { credential, signaturePublicKey } = proposal.add.keyPackage.leafNode
        added.push({ participantId: participantOf(credential), signatureKey: signaturePublicKey })
      }
    }
    return [...members.values(), ...added]
  }

  /**
   * Commits what is proposed. The group stays where it is until the commit is accepted.
   * @throws EncryptionError `bad-commit`
   */
  async commit(): Promise<OwnCommit> {
    const before = this.#state
    const context = { state: before, cipherSuite: this.#suite, pskIndex: emptyPskIndex }
    const made = await refusing('bad-commit', () => createCommit(context, { ratchetTreeExtension: true }))
    if (keyFault(made.newState.ratchetTree) !== null) {
      eraseUnborn(made.newState, before)
      throw new EncryptionError('bad-commit')
    }
    const welcome =
      made.welcome === undefined
        ? null
        : writeMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome })
    return {
      message: writeMessage(made.commit),
      welcome,
      accept: () => {
        // Messages that came in the meantime have moved the ratchets of this epoch on: those are the ones to keep.
        const { groupContext, secretTree, historicalReceiverData: earlier } = this.#state
        const past = new Map(made.newState.historicalReceiverData)
        for (const [epoch, data] of past) {
          past.set(epoch, epoch === groupContext.epoch ? { ...data, secretTree } : (earlier.get(epoch) ?? data))
        }
        this.#advance({ ...made.newState, historicalReceiverData: past }, made.consumed)
      },
      discard: () => eraseUnborn(made.newState, before),
    }
  }

  /**
   * Takes another member's commit, an MLSMessage, of exactly the proposals of this epoch in their order.
   * @throws EncryptionError `bad-commit`
   */
  async process(message: Uint8Array): Promise<void> {
    const commit = this.#readPrivate(message, 'bad-commit')
    if (commit.contentType !== 'commit' || !this.#isOfThisEpoch(commit)) throw new EncryptionError('bad-commit')
    const accepted: { committer: number | null } = { committer: null }
    const result = await refusing('bad-commit', () =>
      processPrivateMessage(this.#state, commit, emptyPskIndex, this.#suite, (incoming) => {
        const isAsProposed =
          incoming.kind === 'commit' &&
          incoming.proposals.length === this.#proposals.length &&
          incoming.proposals.every(
            (one, at) => one.senderLeafIndex === undefined && one.proposal === this.#proposals[at],
          )
        if (!isAsProposed) return 'reject'
        accepted.committer = incoming.senderLeafIndex ?? null
        return 'accept'
      }),
    )
    const { committer } = accepted
    const isDone =
      committer !== null &&
      result.kind === 'newState' &&
      result.newState.groupActiveState.kind === 'active' &&
      result.newState.groupContext.epoch === this.#state.groupContext.epoch + 1n
    if (!isDone) throw new EncryptionError('bad-commit')
    const { newState, consumed } = result
    try {
      await refusing('bad-commit', () => checkCommitted(this.#state, newState, committer, this.#suite))
    } catch (error) {
      eraseUnborn(newState, this.#state)
      throw error
    }
    this.#advance(newState, consumed)
  }

  /**
   * Encrypts and signs an application message for the others in this epoch.
   * @returns an MLSMessage
   * @throws EncryptionError `wrong-epoch` while a round is open
   */
  async seal(bytes: Uint8Array): Promise<Uint8Array> {
    const sealed = await refusing('wrong-epoch', () => createApplicationMessage(this.#state, bytes, this.#suite))
    this.#state = sealed.newState
    erase(sealed.consumed)
    return writeMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage: sealed.privateMessage })
  }

  /**
   * Opens an application message of this epoch or of one of the last four. Each can be opened once.
   * @throws EncryptionError `bad-message`, `wrong-epoch`, `not-authentic`
   */
  async open(message: Uint8Array): Promise<{ participantId: ParticipantId; bytes: Uint8Array }> {
    const sealed = this.#readPrivate(message, 'bad-message')
    if (sealed.contentType !== 'application') throw new EncryptionError('bad-message')
    if (!bytesEqual(sealed.groupId, this.#state.groupContext.groupId)) throw new EncryptionError('bad-message')
    const state = this.#state
    const isPresent = sealed.epoch === state.groupContext.epoch
    const past = state.historicalReceiverData.get(sealed.epoch)
    const keys = isPresent ? { ...state, senderDataSecret: state.keySchedule.senderDataSecret } : past
    if (keys === undefined) throw new EncryptionError('wrong-epoch')
    // Not processPrivateMessage: that does not tell who sent it.
    const opened = await refusing('not-authentic', () =>
      unprotectPrivateMessage(
        keys.senderDataSecret,
        sealed,
        keys.secretTree,
        keys.ratchetTree,
        keys.groupContext,
        clientConfig.keyRetentionConfig,
        this.#suite,
      ),
    )
    const { content } = opened.content
    const { sender } = content
    if (content.contentType !== 'application' || sender.senderType !== 'member') throw new EncryptionError('bad-message')
    const from = leavesOf(keys.ratchetTree).find(({ leaf }) => leaf === sender.leafIndex)
    if (from === undefined) throw new EncryptionError('not-authentic')
    if (past === undefined) this.#state = { ...state, secretTree: opened.tree }
    else {
      const historicalReceiverData = new Map(state.historicalReceiverData)
      historicalReceiverData.set(sealed.epoch, { ...past, secretTree: opened.tree })
      this.#state = { ...state, historicalReceiverData }
    }
    // The content may be a view of what is overwritten.
    const bytes = content.applicationData.slice()
    erase(opened.consumed)
    return { participantId: from.participantId, bytes }
  }

  /** The HKDF key of this epoch that media keys are derived from (RFC 9605 §5.2). It cannot be read out. */
  async exportKey(): Promise<CryptoKey> {
    return importMediaKey(this.#state.keySchedule.exporterSecret, this.#suite)
  }

  /** Overwrites every secret. The group must not be used any more. */
  erase(): void {
    eraseState(this.#state)
  }

  async #checkProposal(proposal: Proposal, now: number): Promise<void> {
    if (proposal.proposalType === 'add') await checkKeyPackage(this.#suite, proposal.add.keyPackage, now)
    // Whoever is removed is not asked, and not told.
    else if (proposal.proposalType !== 'remove' || proposal.remove.removed === this.self) {
      throw new EncryptionError('bad-proposal')
    }
  }

  #readPublic(bytes: Uint8Array) {
    const message = readMessage(bytes, 'bad-proposal')
    if (message.wireformat !== 'mls_public_message') throw new EncryptionError('bad-proposal')
    return { publicMessage: message.publicMessage, content: message.publicMessage.content }
  }

  #readPrivate(bytes: Uint8Array, code: EncryptionErrorCode): PrivateMessage {
    const message = readMessage(bytes, code)
    if (message.wireformat !== 'mls_private_message') throw new EncryptionError(code)
    return message.privateMessage
  }

  #isOfThisEpoch({ groupId, epoch }: { groupId: Uint8Array; epoch: bigint }): boolean {
    const context = this.#state.groupContext
    return bytesEqual(groupId, context.groupId) && epoch === context.epoch
  }

  #advance(state: ClientState, consumed: readonly Uint8Array[]): void {
    const before = this.#state
    this.#state = state
    this.#proposals = []
    erase(consumed)
    erasePast(before, state)
  }
}

function leavesOf(tree: ClientState['ratchetTree']): Leaf[] {
  return tree.flatMap((node, at) => {
    if (node?.nodeType !== 'leaf') return []
    const { credential, signaturePublicKey: signatureKey } = node.leaf
    return [{ leaf: at / 2, participantId: participantOf(credential), signatureKey }]
  })
}
