import { encodeBytes, type ParticipantId } from '@curtain/protocol'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { EncryptionError } from '../errors.ts'
import { checkKeyPackage, readKeyPackageMessage } from '../group/key-package.ts'
import { refusing } from '../group/refusal.ts'
import { ourSuite, type Suite } from '../group/suite.ts'

/**
 * Reads and checks a key package that a participant registers.
 * @param message an MLSMessage (RFC 9420 §6)
 * @param expected `now` in milliseconds since 1970
 * @returns the raw Ed25519 key of its leaf, and what tells it from every other: its KeyPackageRef (§5.2) in base64url
 * @throws EncryptionError `bad-key-package`
 */
export async function readKeyPackage(
  message: Uint8Array,
  expected: { participantId: ParticipantId; now: number },
): Promise<{ signatureKey: Uint8Array; hash: string }> {
  const suite = await ourSuite()
  const keyPackage = readKeyPackageMessage(message)
  const participant = await checkKeyPackage(suite, keyPackage, expected.now)
  if (participant !== expected.participantId) throw new EncryptionError('bad-key-package')
  // A key that nobody can encrypt to would make every committer of the group fail.
  await checkEncryptionKey(suite, keyPackage.initKey)
  await checkEncryptionKey(suite, keyPackage.leafNode.hpkePublicKey)
  const hash = encodeBytes(await makeKeyPackageRef(keyPackage, suite.hash))
  return { signatureKey: keyPackage.leafNode.signaturePublicKey.slice(), hash }
}

async function checkEncryptionKey(suite: Suite, key: Uint8Array): Promise<void> {
  const nothing = new Uint8Array()
  await refusing('bad-key-package', async () => {
    await suite.hpke.seal(await suite.hpke.importPublicKey(key), nothing, nothing)
  })
}
