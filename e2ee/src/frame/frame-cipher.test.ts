import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { vectors } from '../../test-support/vectors.ts'
import { decryptFrame, encryptFrame } from './frame-cipher.ts'
import { authenticatedBytesOf } from './frame-layout.ts'
import { decodeHeader, encodeHeader } from './sframe-header.ts'
import { deriveSecrets, nonceOf } from './sframe-keys.ts'

const hexBytes = z.codec(z.string(), z.instanceof(Uint8Array<ArrayBuffer>), {
  decode: (text) => Uint8Array.from(Buffer.from(text, 'hex')),
  encode: (data) => Buffer.from(data).toString('hex'),
})

const rfc9605 = vectors(
  'sframe/test-vectors.json',
  z.object({
    sframe: z.array(
      z.object({
        cipher_suite: z.number(),
        kid: z.coerce.bigint(),
        ctr: z.coerce.bigint(),
        base_key: hexBytes,
        sframe_key: hexBytes,
        sframe_salt: hexBytes,
        metadata: hexBytes,
        nonce: hexBytes,
        aad: hexBytes,
        pt: hexBytes,
        ct: hexBytes,
      }),
    ),
  }),
)
const ours = rfc9605?.sframe.filter((vector) => vector.cipher_suite === 0x0005) ?? []

function importBaseKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey', 'deriveBits'])
}

describe.skipIf(rfc9605 === null)('the vectors of RFC 9605 for AES_256_GCM_SHA512_128', () => {
  test('are there', () => {
    expect(ours.length).toBeGreaterThan(0)
  })

  test.each(ours)('key id $kid, counter $ctr', async (vector) => {
    const header = encodeHeader({ keyId: vector.kid, counter: vector.ctr })
    const baseKey = await importBaseKey(vector.base_key)
    const sending = await deriveSecrets(baseKey, vector.kid, 'encrypt')

    expect(sending.salt).toEqual(vector.sframe_salt)
    expect(nonceOf(sending.salt, vector.ctr)).toEqual(vector.nonce)
    expect(authenticatedBytesOf(header, vector.metadata)).toEqual(vector.aad)

    // The metadata is what we send before the header.
    const frame = await encryptFrame(sending, { keyId: vector.kid, counter: vector.ctr }, vector.metadata, vector.pt)
    expect(frame).toEqual(Uint8Array.from([...vector.metadata, ...vector.ct]))

    const { sizeBytes, ...read } = decodeHeader(vector.ct)
    const received = { ...read, clear: vector.metadata, header, ciphertext: vector.ct.slice(sizeBytes) }
    const receiving = await deriveSecrets(baseKey, vector.kid, 'decrypt')
    expect(await decryptFrame(receiving, received)).toEqual(vector.pt)

    // The derived key cannot be read; that it is the vector's key shows in what that one decrypts.
    const key = await crypto.subtle.importKey('raw', vector.sframe_key, 'AES-GCM', false, ['decrypt'])
    expect(await decryptFrame({ key, salt: vector.sframe_salt }, received)).toEqual(vector.pt)
  })
})

test('a derived key cannot be read out, and works in one direction', async () => {
  const baseKey = await importBaseKey(new Uint8Array(32))
  const { key } = await deriveSecrets(baseKey, 0n, 'encrypt')
  expect(key.extractable).toBe(false)
  expect(key.usages).toEqual(['encrypt'])
  expect((await deriveSecrets(baseKey, 0n, 'decrypt')).key.usages).toEqual(['decrypt'])
})
