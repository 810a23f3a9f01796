import { mlsExporter } from 'ts-mls'
import { erase } from './erase.ts'
import type { Suite } from './suite.ts'

/** RFC 9605 §5.2. */
const label = 'SFrame 1.0 Base Key'
const lengthBytes = 32

/** `MLS-Exporter("SFrame 1.0 Base Key", "", 32)` (RFC 9420 §8.5, RFC 9605 §5.2) as a key for HKDF. */
export async function importMediaKey(exporterSecret: Uint8Array, suite: Suite): Promise<CryptoKey> {
  const exported = await mlsExporter(exporterSecret, label, new Uint8Array(), lengthBytes, suite)
  const raw = exported.slice()
  const key = await crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveBits', 'deriveKey'])
  erase([exported, raw])
  return key
}
