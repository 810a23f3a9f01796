import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { deriveKey, keyBytes, openBytes, sealBytes } from './aead.ts'
import { makeKeyFile, readKeyFile } from './key-file.ts'
import { readRecoveryGroups, writeRecoveryGroups } from './recovery-sheet.ts'
import { contextBytes, RootKeyError, type RootKey } from './root-key.ts'

export function rootKeyFile(keysFolder: string): string {
  return join(keysFolder, 'root.key')
}

/**
 * The root key in `root.key`, made when there is nothing yet that it should open.
 * @param mayMake false beside existing data: then a missing key is a lost key, not a first start
 * @throws RootKeyError naming the file and what to do; nothing is overwritten
 */
export function openRootFile(keysFolder: string, mayMake: boolean): RootKey {
  const file = rootKeyFile(keysFolder)
  let text = readKeyFile(file)
  if (text === null) {
    if (!mayMake) {
      throw new RootKeyError(
        'refused',
        `${file} is missing, and there is data that only it can open. Put it back from a backup, or type in the ` +
          'recovery sheet: curtain keys restore',
      )
    }
    text = writeRecoveryGroups(randomBytes(keyBytes))
    makeKeyFile(file, text)
  }
  return createLocalRootKey(parseRootFile(file, text))
}

/**
 * Puts a root key back that was typed in from the recovery sheet.
 * @throws RecoverySheetError when it was not typed in right; RootKeyError where there is such a file
 */
export function restoreRootFile(keysFolder: string, typed: string): void {
  const file = rootKeyFile(keysFolder)
  const key = readRecoveryGroups(typed)
  try {
    makeKeyFile(file, writeRecoveryGroups(key))
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
    throw new RootKeyError('refused', `${file} is there already, and is left as it is. Move it away first.`, cause)
  }
}

/** The groups to print. @throws RootKeyError */
export function readRootFile(keysFolder: string): string {
  const file = rootKeyFile(keysFolder)
  const text = readKeyFile(file)
  if (text === null) throw new RootKeyError('refused', `${file} is missing: there is nothing to print.`)
  return writeRecoveryGroups(parseRootFile(file, text))
}

function parseRootFile(file: string, text: string): Buffer {
  try {
    return readRecoveryGroups(text)
  } catch (cause) {
    throw new RootKeyError(
      'refused',
      `${file} is damaged. Put it back from a backup, or move it away and type in the recovery sheet: ` +
        'curtain keys restore',
      cause,
    )
  }
}

/** @param key 32 bytes */
export function createLocalRootKey(key: Uint8Array): RootKey {
  const wrapping = deriveKey(key, '', ['curtain root key', 'wrapping'])
  return {
    id: `file:${deriveKey(key, '', ['curtain root key', 'id']).toString('hex', 0, 8)}`,
    wrap: (inner, context) => Promise.resolve(sealBytes(wrapping, contextBytes(context), inner)),
    unwrap(wrapped, context) {
      try {
        return Promise.resolve(openBytes(wrapping, contextBytes(context), wrapped))
      } catch (cause) {
        return Promise.reject(new RootKeyError('refused', 'The root key does not open a key of this database.', cause))
      }
    },
  }
}
