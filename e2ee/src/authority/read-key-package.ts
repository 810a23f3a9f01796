import { encodeBytes, type ParticipantId } from '@curtain/protocol'
import { EncryptionError } from '../errors.ts'
import { checkEncryptionKey } from '../group/encryption-keys.ts'
import { checkKeyPackage, readKeyPackageMessage } from '../group/key-package.ts'
import { ourSuite } from '../group/suite.ts'

/**
 * Reads and checks a key package that a participant registers.
 * @param message an MLSMessage (RFC 9420 §6)
 * @param expected `now` in milliseconds since 1970
 * @returns the raw Ed25519 key of its leaf, and what tells it from every other: the hash of its leaf's encryption key in
 * base64url. Packages with one such key cannot be in a group together, whatever else differs (§7.3).
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
  await checkEncryptionKey(suite, keyPackage.initKey, 'bad-key-package')
  await checkEncryptionKey(suite, keyPackage.leafNode.hpkePublicKey, 'bad-key-package')
  const hash = encodeBytes(await suite.hash.digest(keyPackage.leafNode.hpkePublicKey))
  return { signatureKey: keyPackage.leafNode.signaturePublicKey.slice(), hash }
}
