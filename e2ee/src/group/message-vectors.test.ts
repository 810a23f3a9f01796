import type { GroupContext } from 'ts-mls'
import type { Decoder } from 'ts-mls/codec/tlsDecoder.js'
import type { Encoder } from 'ts-mls/codec/tlsEncoder.js'
import { determineLength } from 'ts-mls/codec/variableLength.js'
import { decodeCommit, encodeCommit } from 'ts-mls/commit.js'
import { verifyGroupInfoConfirmationTag, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { decodeGroupSecrets, encodeGroupSecrets } from 'ts-mls/groupSecrets.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { protectApplicationData, protectProposal, unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import { protectProposalPublic, unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { decodePskId, encodePskId } from 'ts-mls/presharedkey.js'
import * as proposals from 'ts-mls/proposal.js'
import { decodeRatchetTree, encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { casesWithSuites, decoded, decodedKeyPackage, hex, suiteOf, uint64 } from '../../test-support/mls-vectors.ts'
import { vectors } from '../../test-support/vectors.ts'
import { clientConfig } from './client-config.ts'
import { readMessage, writeMessage } from './mls-message.ts'

const lengths = vectors('mls/deserialization.json', z.array(z.object({ vlbytes_header: hex, length: z.number() })))

test.skipIf(lengths === null).for(lengths ?? [])('deserialization: a length of $length', (one) => {
  const { vlbytes_header: header, length } = one
  expect(determineLength(header)).toEqual({ length, lengthFieldSize: header.length })
})

const messages = vectors(
  'mls/messages.json',
  z.array(
    z.object({
      mls_welcome: hex,
      mls_group_info: hex,
      mls_key_package: hex,
      ratchet_tree: hex,
      group_secrets: hex,
      add_proposal: hex,
      update_proposal: hex,
      remove_proposal: hex,
      pre_shared_key_proposal: hex,
      re_init_proposal: hex,
      external_init_proposal: hex,
      group_context_extensions_proposal: hex,
      commit: hex,
      public_message_application: hex,
      public_message_proposal: hex,
      public_message_commit: hex,
      private_message: hex,
    }),
  ),
)

/** What is read and written again is the same. */
function expectSame<Value>(bytes: Uint8Array, decode: Decoder<Value>, encode: Encoder<Value>) {
  expect(encode(decoded(decode, bytes))).toEqual(bytes)
}

test.skipIf(messages === null)('messages: all 300 of each kind are read and written the same', () => {
  for (const one of messages ?? []) {
    for (const message of [
      one.mls_welcome,
      one.mls_group_info,
      one.mls_key_package,
      one.public_message_application,
      one.public_message_proposal,
      one.public_message_commit,
      one.private_message,
    ]) {
      expect(writeMessage(readMessage(message, 'bad-message'))).toEqual(message)
    }
    expectSame(one.ratchet_tree, decodeRatchetTree, encodeRatchetTree)
    expectSame(one.group_secrets, decodeGroupSecrets, encodeGroupSecrets)
    expectSame(one.add_proposal, proposals.decodeAdd, proposals.encodeAdd)
    expectSame(one.update_proposal, proposals.decodeUpdate, proposals.encodeUpdate)
    expectSame(one.remove_proposal, proposals.decodeRemove, proposals.encodeRemove)
    expectSame(one.pre_shared_key_proposal, decodePskId, encodePskId)
    expectSame(one.re_init_proposal, proposals.decodeReinit, proposals.encodeReinit)
    expectSame(one.external_init_proposal, proposals.decodeExternalInit, proposals.encodeExternalInit)
    expectSame(
      one.group_context_extensions_proposal,
      proposals.decodeGroupContextExtensions,
      proposals.encodeGroupContextExtensions,
    )
    expectSame(one.commit, decodeCommit, encodeCommit)
  }
})

const protection = vectors(
  'mls/message-protection.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      group_id: hex,
      epoch: uint64,
      tree_hash: hex,
      confirmed_transcript_hash: hex,
      signature_priv: hex,
      signature_pub: hex,
      encryption_secret: hex,
      sender_data_secret: hex,
      membership_key: hex,
      proposal: hex,
      proposal_priv: hex,
      proposal_pub: hex,
      commit: hex,
      commit_priv: hex,
      commit_pub: hex,
      application: hex,
      application_priv: hex,
    }),
  ),
)

test.skipIf(protection === null).for(casesWithSuites(protection))('message protection: $name', async (one) => {
  const suite = await suiteOf(one.cipher_suite)
  const { signature_priv: priv, signature_pub: pub, sender_data_secret: senderData, membership_key: membership } = one
  const context: GroupContext = {
    version: 'mls10',
    cipherSuite: suite.name,
    groupId: one.group_id,
    epoch: one.epoch,
    treeHash: one.tree_hash,
    confirmedTranscriptHash: one.confirmed_transcript_hash,
    extensions: [],
  }
  const retention = clientConfig.keyRetentionConfig
  const freshTree = () => createSecretTree(2, one.encryption_secret.slice(), suite.kdf)
  // The sender is leaf 1; that it is there is looked at, nothing else of it.
  const leaf = { nodeType: 'leaf' as const, leaf: placeholderLeaf(pub) }
  const tree = [leaf, undefined, leaf]

  async function openPrivate(bytes: Uint8Array) {
    const message = readMessage(bytes, 'bad-message')
    if (message.wireformat !== 'mls_private_message') throw new Error('it is not private')
    const { privateMessage } = message
    const secrets = await freshTree()
    const opened = await unprotectPrivateMessage(senderData, privateMessage, secrets, tree, context, retention, suite)
    return opened.content.content
  }
  async function openPublic(bytes: Uint8Array) {
    const message = readMessage(bytes, 'bad-message')
    if (message.wireformat !== 'mls_public_message') throw new Error('it is not public')
    return (await unprotectPublicMessage(membership, context, tree, message.publicMessage, suite)).content
  }
  const nothing = new Uint8Array()
  const proposal = decoded(proposals.decodeProposal, one.proposal)
  const commit = decoded(decodeCommit, one.commit)

  expect(await openPrivate(one.proposal_priv)).toMatchObject({ proposal })
  expect(await openPublic(one.proposal_pub)).toMatchObject({ proposal })
  expect(await openPrivate(one.commit_priv)).toMatchObject({ commit })
  expect(await openPublic(one.commit_pub)).toMatchObject({ commit })
  expect(await openPrivate(one.application_priv)).toMatchObject({ applicationData: one.application })

  const padding = clientConfig.paddingConfig
  const { application } = one
  const made = [
    await protectProposal(priv, senderData, proposal, nothing, context, await freshTree(), 1, padding, suite),
    await protectApplicationData(priv, senderData, application, nothing, context, await freshTree(), 1, padding, suite),
  ].map(({ privateMessage }) => writeMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage }))
  expect(await openPrivate(made[0]!)).toMatchObject({ proposal })
  expect(await openPrivate(made[1]!)).toMatchObject({ applicationData: one.application })
  const { publicMessage } = await protectProposalPublic(priv, membership, context, nothing, proposal, 1, suite)
  const own = writeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage })
  expect(await openPublic(own)).toMatchObject({ proposal })
})

const welcomes = vectors(
  'mls/welcome.json',
  z.array(z.object({ cipher_suite: z.number(), init_priv: hex, signer_pub: hex, key_package: hex, welcome: hex })),
)

test.skipIf(welcomes === null).for(casesWithSuites(welcomes))('welcome: $name', async (one) => {
  const suite = await suiteOf(one.cipher_suite)
  const message = readMessage(one.welcome, 'bad-welcome')
  if (message.wireformat !== 'mls_welcome') throw new Error('it is no welcome')
  const reference = await makeKeyPackageRef(decodedKeyPackage(one.key_package), suite.hash)
  const initKey = await suite.hpke.importPrivateKey(one.init_priv)
  const secrets = (await decryptGroupSecrets(initKey, reference, message.welcome, suite.hpke))!
  const noPsk = new Uint8Array(suite.kdf.size)
  const info = (await decryptGroupInfo(message.welcome, secrets.joinerSecret, noPsk, suite))!
  expect(await verifyGroupInfoSignature(info, one.signer_pub, suite.signature)).toBe(true)
  expect(await verifyGroupInfoConfirmationTag(info, secrets.joinerSecret, noPsk, suite)).toBe(true)
})

function placeholderLeaf(signaturePublicKey: Uint8Array) {
  return {
    leafNodeSource: 'update' as const,
    hpkePublicKey: new Uint8Array(),
    signaturePublicKey,
    credential: { credentialType: 'basic' as const, identity: new Uint8Array() },
    capabilities: { versions: [], ciphersuites: [], extensions: [], proposals: [], credentials: [] },
    extensions: [],
    signature: new Uint8Array(),
  }
}
