import { join } from 'node:path'
import { frameTexts, keyBytes, openBytes } from './aead.ts'
import { readKeyFile } from './key-file.ts'
import { RootKeyError } from './root-key.ts'
import type { SealedColumn } from './sealed.ts'

const form = 1

/** Opens what was sealed before there were keys of organizations and patients, so that it can be sealed anew. */
export interface LegacyFields {
  open(column: SealedColumn, rowId: string, sealed: Buffer): string
}

/**
 * Reads the one key of those days.
 * @throws RootKeyError naming the file and what to do
 */
export function openLegacyFields(keysFolder: string): LegacyFields {
  const file = join(keysFolder, 'field.key')
  const text = readKeyFile(file)
  if (text === null) {
    throw new RootKeyError(
      'refused',
      `${file} is missing, and the database has data that only it can open. Restore it from a backup.`,
    )
  }
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.length !== keyBytes) throw new RootKeyError('refused', `${file} does not hold a key. Restore it from a backup.`)
  return {
    open({ table, name }, rowId, sealed) {
      if (sealed[0] !== form) throw new Error('not a field of before')
      const additionalData = Buffer.concat([Buffer.of(form), frameTexts([table, name, rowId])])
      return openBytes(key, additionalData, sealed.subarray(1)).toString('utf8')
    },
  }
}
