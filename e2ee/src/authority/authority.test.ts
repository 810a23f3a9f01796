import { encodeBytes, limits, makeId, type MlsGroupId, type ParticipantId } from '@curtain/protocol'
import { encodeMlsMessage, generateKeyPackage } from 'ts-mls'
import { beforeAll, describe, expect, test } from 'vitest'
import { GroupWorld, now } from '../../test-support/group-world.ts'
import { credentialOf } from '../group/identity.ts'
import { makeKeyPackage } from '../group/key-package.ts'
import { readMessage } from '../group/mls-message.ts'
import { readRoster } from '../group/roster.ts'
import { ourSuite, type Suite } from '../group/suite.ts'
import { createAuthority, readKeyPackage, type Authority } from './index.ts'

const day = 24 * 60 * 60_000
const anna = makeId('participant', now, new Uint8Array(10).fill(1))
const ben = makeId('participant', now, new Uint8Array(10).fill(2))
const visitId = makeId('visit', now, new Uint8Array(10))
const groupId: MlsGroupId = `${visitId}.AAAAAAAAAAAAAAAAAAAAAA`

let suite: Suite
let authority: Authority
beforeAll(async () => {
  suite = await ourSuite()
  authority = await createAuthority(new Uint8Array(32).fill(7))
})

function refusal(code: string) {
  return expect.objectContaining({ name: 'EncryptionError', code })
}

/** Changes one byte. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
}

describe('a key package', () => {
  async function read(message: Uint8Array, participantId: ParticipantId = anna, at = now) {
    return readKeyPackage(message, { participantId, now: at })
  }

  test('is read with the key that its leaf signs with', async () => {
    const own = await makeKeyPackage(suite, anna, now)
    const { signatureKey, hash } = await read(own.message)
    expect(signatureKey).toEqual(own.public.leafNode.signaturePublicKey)
    expect(hash).toMatch(/^[A-Za-z0-9_-]{86}$/)
    expect((await read(own.message)).hash).toBe(hash)
    expect((await read((await makeKeyPackage(suite, anna, now)).message)).hash).not.toBe(hash)
    expect(own.message.length).toBeLessThan(limits.mlsKeyPackageBytes)
  })

  test('is known again by its leaf’s encryption key, whatever else was changed', async () => {
    const world = await GroupWorld.open()
    const own = await world.keyPackage('a')
    const copy = await world.copycat('b', own.public.leafNode.hpkePublicKey)
    expect((await read(copy.message, copy.participantId)).hash).toBe((await read(own.message, own.participantId)).hash)
  })

  test('of somebody else is refused', async () => {
    const own = await makeKeyPackage(suite, anna, now)
    await expect(read(own.message, ben)).rejects.toEqual(refusal('bad-key-package'))
  })

  test('is refused outside its lifetime, and with a lifetime longer than ours', async () => {
    const own = await makeKeyPackage(suite, anna, now)
    await read(own.message, anna, now + limits.keyPackageLifetimeMs - 2000)
    await expect(read(own.message, anna, now + day)).rejects.toEqual(refusal('bad-key-package'))
    await expect(read(own.message, anna, now - day)).rejects.toEqual(refusal('bad-key-package'))
    const capabilities = own.public.leafNode.capabilities
    const lifetime = { notBefore: 0n, notAfter: 1n << 62n }
    const made = await generateKeyPackage(credentialOf(anna), capabilities, lifetime, [], suite)
    const message = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: made.publicPackage })
    await expect(read(message)).rejects.toEqual(refusal('bad-key-package'))
  })

  test('is refused with any byte changed, cut short or followed by more', async () => {
    const { message } = await makeKeyPackage(suite, anna, now)
    for (let at = 0; at < message.length; at += 97) {
      await expect(read(flipped(message, at))).rejects.toEqual(refusal('bad-key-package'))
    }
    await expect(read(message.subarray(0, -1))).rejects.toEqual(refusal('bad-key-package'))
    await expect(read(new Uint8Array([...message, 0]))).rejects.toEqual(refusal('bad-key-package'))
    await expect(read(new Uint8Array())).rejects.toEqual(refusal('bad-key-package'))
  })

  test('that nobody can encrypt to is refused', async () => {
    const broken: Suite = {
      ...suite,
      hpke: {
        ...suite.hpke,
        // The ML-KEM part of a key holds numbers below 3329 in 12 bits each; these are not.
        exportPublicKey: async (key) => (await suite.hpke.exportPublicKey(key)).fill(0xff, 0, 300),
      },
    }
    const { message } = await makeKeyPackage(broken, anna, now)
    await expect(read(message)).rejects.toEqual(refusal('bad-key-package'))
  })

  test('of another suite is refused', async () => {
    const own = await makeKeyPackage({ ...suite, name: 'MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519' }, anna, now)
    await expect(read(own.message)).rejects.toEqual(refusal('bad-key-package'))
  })
})

describe('the authority', () => {
  test('has the public key of its seed (RFC 8032 §7.1, test 1)', async () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    const { publicKey } = await createAuthority(seed)
    const expected = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
    expect(Buffer.from(publicKey).toString('hex')).toBe(expected)
  })

  test('signs rosters that clients can read', async () => {
    const signatureKey = encodeBytes(new Uint8Array(32))
    const members = [{ participantId: anna, role: 'host' as const, displayName: 'Dr. Anna Ü', signatureKey }]
    const body = { visitId, groupId, version: 3, members }
    const roster = await authority.signRoster(body)
    expect(await readRoster(roster, { rosterKey: authority.publicKey, visitId, groupId, after: 2 })).toEqual({
      ...body,
      text: roster.body,
    })
  })

  test('proposes as the external sender of the group', async () => {
    const { message, public: keyPackage } = await makeKeyPackage(suite, anna, now)
    const add = readMessage(await authority.proposeAdd(groupId, 5, message), 'bad-message')
    expect(add).toMatchObject({
      wireformat: 'mls_public_message',
      publicMessage: {
        content: { epoch: 5n, sender: { senderType: 'external', senderIndex: 0 }, proposal: { add: { keyPackage } } },
      },
    })
    const bytes = await authority.proposeRemove(groupId, 6, 3)
    expect(readMessage(bytes, 'bad-message')).toMatchObject({
      publicMessage: { content: { epoch: 6n, proposal: { proposalType: 'remove', remove: { removed: 3 } } } },
    })
    expect((await authority.proposeAdd(groupId, 5, message)).length).toBeLessThan(limits.mlsProposalBytes)
  })

  test('refuses to propose what is not a key package', async () => {
    await expect(authority.proposeAdd(groupId, 0, new Uint8Array(40))).rejects.toEqual(refusal('bad-key-package'))
  })
})
