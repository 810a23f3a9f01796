import { limits, type ParticipantId } from '@curtain/protocol'
import { generateKeyPackage, type KeyPackage, type PrivateKeyPackage } from 'ts-mls'
import { verifyKeyPackage } from 'ts-mls/keyPackage.js'
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import { EncryptionError } from '../errors.ts'
import { bytesEqual } from './bytes-equal.ts'
import { credentialOf, participantOf } from './identity.ts'
import { capabilities, isLeafOfOurs } from './leaf-rules.ts'
import { readMessage, writeMessage } from './mls-message.ts'
import { refusing } from './refusal.ts'
import type { Suite } from './suite.ts'

/** A key package of this device with its private keys, for one registration. */
export interface OwnKeyPackage {
  participantId: ParticipantId
  public: KeyPackage
  private: PrivateKeyPackage
  /** The MLSMessage to register. */
  message: Uint8Array
}

/**
 * Makes a key package with a signature key of its own.
 * @param now by the server's clock, in milliseconds since 1970
 */
export async function makeKeyPackage(suite: Suite, participantId: ParticipantId, now: number): Promise<OwnKeyPackage> {
  const lifetime = {
    notBefore: BigInt(Math.floor((now - limits.keyPackageLifetimeMs) / 1000)),
    notAfter: BigInt(Math.floor((now + limits.keyPackageLifetimeMs) / 1000)),
  }
  const made = await generateKeyPackage(credentialOf(participantId), capabilities(suite), lifetime, [], suite)
  const message = writeMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: made.publicPackage })
  return { participantId, public: made.publicPackage, private: made.privatePackage, message }
}

/** Overwrites the private keys of a package. */
export function eraseKeyPackage(own: OwnKeyPackage): void {
  own.private.initPrivateKey.fill(0)
  own.private.hpkePrivateKey.fill(0)
  own.private.signaturePrivateKey.fill(0)
}

/**
 * Reads a key package as it was registered.
 * @throws EncryptionError `bad-key-package` if that is not what it is; whether it is valid is `checkKeyPackage`
 */
export function readKeyPackageMessage(message: Uint8Array): KeyPackage {
  const read = readMessage(message, 'bad-key-package')
  if (read.wireformat !== 'mls_key_package') throw new EncryptionError('bad-key-package')
  return read.keyPackage
}

/** Seconds: two roundings of the lifetime's ends. */
const rounding = 2n

/**
 * Checks a key package (RFC 9420 §10.1) and that it is like those of `makeKeyPackage`. The library looks at signatures
 * only once it is committed, and at lifetimes by the device's own clock.
 * @param now by the server's clock, in milliseconds since 1970
 * @returns whose it claims to be
 * @throws EncryptionError `bad-key-package`
 */
export async function checkKeyPackage(suite: Suite, keyPackage: KeyPackage, now: number): Promise<ParticipantId> {
  return refusing('bad-key-package', async () => {
    const leaf = keyPackage.leafNode
    const seconds = BigInt(Math.floor(now / 1000))
    const { notBefore, notAfter } = leaf.lifetime
    const isOurs =
      keyPackage.version === 'mls10' &&
      keyPackage.cipherSuite === suite.name &&
      keyPackage.extensions.length === 0 &&
      isLeafOfOurs(leaf, suite) &&
      !bytesEqual(keyPackage.initKey, leaf.hpkePublicKey) &&
      notBefore <= seconds &&
      seconds <= notAfter &&
      notAfter - notBefore <= BigInt((2 * limits.keyPackageLifetimeMs) / 1000) + rounding
    if (!isOurs) throw new EncryptionError('bad-key-package')
    const isLeafSigned = await verifyLeafNodeSignatureKeyPackage(leaf, suite.signature)
    const isSigned = isLeafSigned && (await verifyKeyPackage(keyPackage, suite.signature))
    if (!isSigned) throw new EncryptionError('bad-key-package')
    try {
      return participantOf(leaf.credential)
    } catch (cause) {
      throw new EncryptionError('bad-key-package', { cause })
    }
  })
}
