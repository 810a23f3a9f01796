import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Why the field key cannot be used; the sentence says what to do. */
class FieldKeyError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'FieldKeyError'
  }
}

const keyBytes = 32

/**
 * Reads the key that seals fields, or makes it when there is nothing sealed yet.
 * @param folder the keys' folder
 * @param dataExists whether the database holds anything: then a missing key is a lost key, not a first start
 * @throws FieldKeyError
 */
export function loadFieldKey(folder: string, dataExists: boolean): Buffer {
  const file = join(folder, 'field.key')
  const status = lstatSync(file, { throwIfNoEntry: false })
  if (status === undefined) {
    if (dataExists) {
      throw new FieldKeyError(
        `${file} is missing, and the database has data that only it can open. Restore it from a backup.`,
      )
    }
    return makeFieldKey(file)
  }
  if (!status.isFile()) throw new FieldKeyError(`${file} must be a plain file.`)
  if (status.uid !== process.getuid?.()) throw new FieldKeyError(`${file} must belong to the system user that runs Curtain.`)
  if ((status.mode & 0o777) !== 0o600) throw new FieldKeyError(`${file} must have mode 0600: chmod 600 '${file}'`)
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
  if (key.length !== keyBytes) throw new FieldKeyError(`${file} does not hold a key. Restore it from a backup.`)
  return key
}

/** Makes the key, on disk for good before anything is sealed with it. */
function makeFieldKey(file: string): Buffer {
  const key = randomBytes(keyBytes)
  const staging = `${file}.new`
  rmSync(staging, { force: true })
  const descriptor = openSync(staging, 'wx', 0o600)
  writeSync(descriptor, `${key.toString('base64url')}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(staging, file)
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
  return key
}
