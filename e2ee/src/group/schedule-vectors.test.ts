import { mlsExporter } from 'ts-mls'
import { decodeAuthenticatedContent } from 'ts-mls/authenticatedContent.js'
import { deriveSecret, deriveTreeSecret, expandWithLabel } from 'ts-mls/crypto/kdf.js'
import { refhash } from 'ts-mls/crypto/hash.js'
import { decryptWithLabel, encryptWithLabel } from 'ts-mls/crypto/hpke.js'
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js'
import { verifyConfirmationTag } from 'ts-mls/framedContent.js'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { computePskSecret, type PreSharedKeyID } from 'ts-mls/presharedkey.js'
import { createSecretTree, deriveKey, deriveNonce, ratchetUntil } from 'ts-mls/secretTree.js'
import { expandSenderDataKey, expandSenderDataNonce } from 'ts-mls/sender.js'
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js'
import { leafToNodeIndex, toLeafIndex } from 'ts-mls/treemath.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { casesWithSuites, decoded, hex, suiteOf } from '../../test-support/mls-vectors.ts'
import { vectors } from '../../test-support/vectors.ts'

const cryptoBasics = vectors(
  'mls/crypto-basics.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      ref_hash: z.object({ label: z.string(), value: hex, out: hex }),
      expand_with_label: z.object({ secret: hex, label: z.string(), context: hex, length: z.number(), out: hex }),
      derive_secret: z.object({ secret: hex, label: z.string(), out: hex }),
      derive_tree_secret: z.object({
        secret: hex,
        label: z.string(),
        generation: z.number(),
        length: z.number(),
        out: hex,
      }),
      sign_with_label: z.object({ priv: hex, pub: hex, content: hex, label: z.string(), signature: hex }),
      encrypt_with_label: z.object({
        priv: hex,
        pub: hex,
        label: z.string(),
        context: hex,
        plaintext: hex,
        kem_output: hex,
        ciphertext: hex,
      }),
    }),
  ),
)

test.skipIf(cryptoBasics === null).for(casesWithSuites(cryptoBasics))('crypto basics: $name', async (one) => {
  const { hash, hpke, kdf, signature } = await suiteOf(one.cipher_suite)
  const { ref_hash: reference, expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = one
  expect(await refhash(reference.label, reference.value, hash)).toEqual(reference.out)
  expect(await expandWithLabel(expand.secret, expand.label, expand.context, expand.length, kdf)).toEqual(expand.out)
  expect(await deriveSecret(derive.secret, derive.label, kdf)).toEqual(derive.out)
  expect(await deriveTreeSecret(tree.secret, tree.label, tree.generation, tree.length, kdf)).toEqual(tree.out)

  const { priv, pub, label, content, signature: theirs } = one.sign_with_label
  expect(await verifyWithLabel(pub, label, content, theirs, signature)).toBe(true)
  const ours = await signWithLabel(priv, label, content, signature)
  expect(await verifyWithLabel(pub, label, content, ours, signature)).toBe(true)

  const box = one.encrypt_with_label
  const key = await hpke.importPrivateKey(box.priv)
  const opened = await decryptWithLabel(key, box.label, box.context, box.kem_output, box.ciphertext, hpke)
  expect(opened).toEqual(box.plaintext)
  const own = await encryptWithLabel(await hpke.importPublicKey(box.pub), box.label, box.context, box.plaintext, hpke)
  expect(await decryptWithLabel(key, box.label, box.context, own.enc, own.ct, hpke)).toEqual(box.plaintext)
})

const keySchedule = vectors(
  'mls/key-schedule.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      group_id: hex,
      initial_init_secret: hex,
      epochs: z.array(
        z.object({
          tree_hash: hex,
          commit_secret: hex,
          psk_secret: hex,
          confirmed_transcript_hash: hex,
          group_context: hex,
          joiner_secret: hex,
          welcome_secret: hex,
          init_secret: hex,
          sender_data_secret: hex,
          encryption_secret: hex,
          exporter_secret: hex,
          epoch_authenticator: hex,
          external_secret: hex,
          confirmation_key: hex,
          membership_key: hex,
          resumption_psk: hex,
          external_pub: hex,
          exporter: z.object({ label: z.string(), context: hex, length: z.number(), secret: hex }),
        }),
      ),
    }),
  ),
)

test.skipIf(keySchedule === null).for(casesWithSuites(keySchedule))('key schedule: $name', async (one) => {
  const suite = await suiteOf(one.cipher_suite)
  let initSecret = one.initial_init_secret
  for (const [at, epoch] of one.epochs.entries()) {
    const context = {
      version: 'mls10' as const,
      cipherSuite: suite.name,
      groupId: one.group_id,
      epoch: BigInt(at),
      treeHash: epoch.tree_hash,
      confirmedTranscriptHash: epoch.confirmed_transcript_hash,
      extensions: [],
    }
    expect(encodeGroupContext(context)).toEqual(epoch.group_context)
    const made = await initializeEpoch(initSecret, epoch.commit_secret, context, epoch.psk_secret, suite.kdf)
    expect(made).toEqual({
      joinerSecret: epoch.joiner_secret,
      welcomeSecret: epoch.welcome_secret,
      encryptionSecret: epoch.encryption_secret,
      keySchedule: {
        initSecret: epoch.init_secret,
        senderDataSecret: epoch.sender_data_secret,
        exporterSecret: epoch.exporter_secret,
        externalSecret: epoch.external_secret,
        confirmationKey: epoch.confirmation_key,
        membershipKey: epoch.membership_key,
        resumptionPsk: epoch.resumption_psk,
        epochAuthenticator: epoch.epoch_authenticator,
      },
    })
    const pair = await suite.hpke.deriveKeyPair(epoch.external_secret)
    expect(await suite.hpke.exportPublicKey(pair.publicKey)).toEqual(epoch.external_pub)
    const { label, context: exported, length, secret } = epoch.exporter
    expect(await mlsExporter(epoch.exporter_secret, label, exported, length, suite)).toEqual(secret)
    initSecret = epoch.init_secret
  }
})

const pskSecret = vectors(
  'mls/psk_secret.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      psks: z.array(z.object({ psk_id: hex, psk: hex, psk_nonce: hex })),
      psk_secret: hex,
    }),
  ),
)

test.skipIf(pskSecret === null).for(casesWithSuites(pskSecret))('pre-shared keys: $name', async (one) => {
  const psks = one.psks.map(({ psk_id: pskId, psk, psk_nonce: pskNonce }): [PreSharedKeyID, Uint8Array] => [
    { psktype: 'external', pskId, pskNonce },
    psk,
  ])
  expect(await computePskSecret(psks, await suiteOf(one.cipher_suite))).toEqual(one.psk_secret)
})

const transcripts = vectors(
  'mls/transcript-hashes.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      confirmation_key: hex,
      authenticated_content: hex,
      interim_transcript_hash_before: hex,
      confirmed_transcript_hash_after: hex,
      interim_transcript_hash_after: hex,
    }),
  ),
)

test.skipIf(transcripts === null).for(casesWithSuites(transcripts))('transcript hashes: $name', async (one) => {
  const { hash } = await suiteOf(one.cipher_suite)
  const { wireformat, content, auth } = decoded(decodeAuthenticatedContent, one.authenticated_content)
  if (content.contentType !== 'commit' || auth.contentType !== 'commit') throw new Error('it is no commit')
  const input = { wireformat, content, signature: auth.signature }
  const confirmed = await createConfirmedHash(one.interim_transcript_hash_before, input, hash)
  expect(confirmed).toEqual(one.confirmed_transcript_hash_after)
  expect(await verifyConfirmationTag(one.confirmation_key, auth.confirmationTag, confirmed, hash)).toBe(true)
  expect(await createInterimHash(confirmed, auth.confirmationTag, hash)).toEqual(one.interim_transcript_hash_after)
})

const secretTree = vectors(
  'mls/secret-tree.json',
  z.array(
    z.object({
      cipher_suite: z.number(),
      encryption_secret: hex,
      sender_data: z.object({ sender_data_secret: hex, ciphertext: hex, key: hex, nonce: hex }),
      leaves: z.array(
        z.array(
          z.object({
            generation: z.number(),
            application_key: hex,
            application_nonce: hex,
            handshake_key: hex,
            handshake_nonce: hex,
          }),
        ),
      ),
    }),
  ),
)

test.skipIf(secretTree === null).for(casesWithSuites(secretTree))('secret tree: $name', async (one) => {
  const suite = await suiteOf(one.cipher_suite)
  const sender = one.sender_data
  expect(await expandSenderDataKey(suite, sender.sender_data_secret, sender.ciphertext)).toEqual(sender.key)
  expect(await expandSenderDataNonce(suite, sender.sender_data_secret, sender.ciphertext)).toEqual(sender.nonce)

  const tree = await createSecretTree(one.leaves.length, one.encryption_secret, suite.kdf)
  const patience = { retainKeysForGenerations: 2, retainKeysForEpochs: 1, maximumForwardRatchetSteps: 1000 }
  for (const [leaf, generations] of one.leaves.entries()) {
    const node = tree[leafToNodeIndex(toLeafIndex(leaf))]!
    for (const expected of generations) {
      const { generation } = expected
      const [application] = await ratchetUntil(node.application, generation, patience, suite.kdf)
      expect(await deriveKey(application.secret, generation, suite)).toEqual(expected.application_key)
      expect(await deriveNonce(application.secret, generation, suite)).toEqual(expected.application_nonce)
      const [handshake] = await ratchetUntil(node.handshake, generation, patience, suite.kdf)
      expect(await deriveKey(handshake.secret, generation, suite)).toEqual(expected.handshake_key)
      expect(await deriveNonce(handshake.secret, generation, suite)).toEqual(expected.handshake_nonce)
    }
  }
})
