import type { MlsGroupId, RosterBody, SignedRoster } from '@curtain/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { proposeExternal, type Proposal } from 'ts-mls'
import { groupExtensions } from '../group/external-sender.ts'
import { readKeyPackageMessage } from '../group/key-package.ts'
import { writeMessage } from '../group/mls-message.ts'
import { refusing } from '../group/refusal.ts'
import { signRosterBody } from '../group/roster.ts'
import { ourSuite } from '../group/suite.ts'

/** What the server signs: who is who, and what the members are to commit. It is in no group and knows no key of one. */
export interface Authority {
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
  signRoster(body: RosterBody): Promise<SignedRoster>
  /**
   * An Add as the group's external sender (RFC 9420 §12.1.8), an MLSMessage ready to send.
   * @param keyPackage an MLSMessage as it was registered
   * @throws EncryptionError `bad-key-package` if it cannot be read
   */
  proposeAdd(groupId: MlsGroupId, epoch: number, keyPackage: Uint8Array): Promise<Uint8Array>
  /** A Remove likewise. @param leaf place in the tree, from 0 */
  proposeRemove(groupId: MlsGroupId, epoch: number, leaf: number): Promise<Uint8Array>
}

/** @param seed 32 bytes, an Ed25519 private key (RFC 8032) */
export async function createAuthority(seed: Uint8Array): Promise<Authority> {
  const privateKey = seed.slice()
  const publicKey = ed25519.getPublicKey(privateKey)
  const suite = await ourSuite()

  async function propose(groupId: MlsGroupId, epoch: number, proposal: Proposal): Promise<Uint8Array> {
    // What an external sender signs holds the group's id and epoch, not its state (§6.1): the rest is not looked at.
    const groupContext = {
      version: 'mls10' as const,
      cipherSuite: suite.name,
      groupId: new TextEncoder().encode(groupId),
      epoch: BigInt(epoch),
      treeHash: new Uint8Array(),
      confirmedTranscriptHash: new Uint8Array(),
      extensions: groupExtensions(publicKey),
    }
    const nothing = new Uint8Array()
    const groupInfo = { groupContext, extensions: [], confirmationTag: nothing, signer: 0, signature: nothing }
    return writeMessage(await proposeExternal(groupInfo, proposal, publicKey, privateKey, suite))
  }

  return {
    publicKey,
    signRoster: (body) => signRosterBody(body, privateKey),
    proposeAdd: (groupId, epoch, keyPackage) =>
      refusing('bad-key-package', () =>
        propose(groupId, epoch, { proposalType: 'add', add: { keyPackage: readKeyPackageMessage(keyPackage) } }),
      ),
    proposeRemove: (groupId, epoch, removed) =>
      propose(groupId, epoch, { proposalType: 'remove', remove: { removed } }),
  }
}
