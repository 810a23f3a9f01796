import { expect, test } from 'vitest'
import { fingerprintOf } from '../../test-support/group-room.ts'
import { importMediaKey } from './media-key.ts'
import { ourSuite } from './suite.ts'

// The exporter secret 40 41 42 … 7f, and MLS-Exporter("SFrame 1.0 Base Key", "", 32) of it by the steps of RFC 9420 §8
// and §8.5 in Python, with hmac and hashlib.
const exporterSecret = Uint8Array.from({ length: 64 }, (_, at) => at + 64)
const expected = '9b29b092185c20d800f8b030967c56b6528ac3ed86eb3bb103fe0e8223993c2f'

test('media keys come from the exporter under the label of RFC 9605, and cannot be read out', async () => {
  const key = await importMediaKey(exporterSecret, await ourSuite())
  const same = await crypto.subtle.importKey('raw', Buffer.from(expected, 'hex'), 'HKDF', false, ['deriveBits'])
  expect(await fingerprintOf({ baseKey: key })).toBe(await fingerprintOf({ baseKey: same }))
  expect(key).toMatchObject({ extractable: false, algorithm: { name: 'HKDF' }, usages: ['deriveKey', 'deriveBits'] })
})
