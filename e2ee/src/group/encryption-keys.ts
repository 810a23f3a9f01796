import { XWing } from '@hpke/hybridkem-x-wing'
import type { EncryptionErrorCode } from '../errors.ts'
import { refusing } from './refusal.ts'
import type { Suite } from './suite.ts'

const kem = new XWing()

/**
 * The public key of an HPKE private key of our suite; the library's interface has no way from the one to the other.
 * @param privateKey 32 bytes, the seed of the pair
 */
export async function publicKeyOf(privateKey: Uint8Array): Promise<Uint8Array> {
  const seed = privateKey.slice()
  const { publicKey } = await kem.generateKeyPairDerand(seed)
  seed.fill(0)
  return new Uint8Array(await kem.serializePublicKey(publicKey))
}

/**
 * Encrypts to a public key to see that it can be done: one that nobody can encrypt to makes every commit fail.
 * @throws EncryptionError `code`
 */
export async function checkEncryptionKey(suite: Suite, key: Uint8Array, code: EncryptionErrorCode): Promise<void> {
  const nothing = new Uint8Array()
  await refusing(code, async () => {
    await suite.hpke.seal(await suite.hpke.importPublicKey(key), nothing, nothing)
  })
}
