import { bytesToBase64, makePskIndex, processPrivateMessage, processPublicMessage, type ClientState } from 'ts-mls'
import { decodeMlsMessage } from 'ts-mls/message.js'
import { decodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { casesWithSuites, decoded, decodedKeyPackage, hex, suiteOf } from '../../test-support/mls-vectors.ts'
import { vectors } from '../../test-support/vectors.ts'
import { joinByWelcome } from './join.ts'
import type { Suite } from './suite.ts'

// A client that joins and follows what others do: RFC 9420 from end to end. It joins by our own code.

const shape = z.array(
  z.object({
    cipher_suite: z.number(),
    external_psks: z.array(z.object({ psk_id: hex, psk: hex })),
    key_package: hex,
    signature_priv: hex,
    encryption_priv: hex,
    init_priv: hex,
    welcome: hex,
    ratchet_tree: hex.nullable(),
    initial_epoch_authenticator: hex,
    epochs: z.array(z.object({ proposals: z.array(hex), commit: hex, epoch_authenticator: hex })),
  }),
)
type Case = z.infer<typeof shape>[number]

function externalPsks(one: Case): Record<string, Uint8Array> {
  return Object.fromEntries(one.external_psks.map(({ psk_id: id, psk }) => [bytesToBase64(id), psk]))
}

async function join(one: Case, suite: Suite): Promise<ClientState> {
  const welcome = decoded(decodeMlsMessage, one.welcome)
  if (welcome.wireformat !== 'mls_welcome') throw new Error('it is no welcome')
  const keys = {
    initPrivateKey: one.init_priv,
    hpkePrivateKey: one.encryption_priv,
    signaturePrivateKey: one.signature_priv,
  }
  return joinByWelcome(welcome.welcome, { public: decodedKeyPackage(one.key_package), private: keys }, suite, {
    tree: one.ratchet_tree === null ? undefined : decoded(decodeRatchetTree, one.ratchet_tree),
    psks: makePskIndex(undefined, externalPsks(one)),
  })
}

async function process(state: ClientState, bytes: Uint8Array, one: Case, suite: Suite): Promise<ClientState> {
  const message = decoded(decodeMlsMessage, bytes)
  const psks = makePskIndex(state, externalPsks(one))
  if (message.wireformat === 'mls_public_message') {
    return (await processPublicMessage(state, message.publicMessage, psks, suite)).newState
  }
  if (message.wireformat === 'mls_private_message') {
    return (await processPrivateMessage(state, message.privateMessage, psks, suite)).newState
  }
  throw new Error('it is neither a proposal nor a commit')
}

for (const name of ['welcome', 'handling-commit', 'random']) {
  const file = vectors(`mls/passive-client-${name}.json`, shape)

  test.skipIf(file === null).for(casesWithSuites(file))(`passive client, ${name}: $name`, async (one) => {
    const suite = await suiteOf(one.cipher_suite)
    let state = await join(one, suite)
    expect(state.keySchedule.epochAuthenticator).toEqual(one.initial_epoch_authenticator)
    for (const epoch of one.epochs) {
      for (const proposal of epoch.proposals) state = await process(state, proposal, one, suite)
      state = await process(state, epoch.commit, one, suite)
      expect(state.keySchedule.epochAuthenticator).toEqual(epoch.epoch_authenticator)
    }
  })}
