import { closeSync, fsyncSync, linkSync, lstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { RootKeyError } from './root-key.ts'

/**
 * Reads a file that holds a key.
 * @returns its text; null when there is none
 * @throws RootKeyError unless it is a plain file of this system user, and nobody else's to read
 */
export function readKeyFile(file: string): string | null {
  const status = lstatSync(file, { throwIfNoEntry: false })
  if (status === undefined) return null
  const refuse = (sentence: string) => new RootKeyError('refused', `${file} ${sentence}`)
  if (!status.isFile()) throw refuse('must be a plain file.')
  if (status.uid !== process.getuid?.()) throw refuse('must belong to the system user that runs Curtain.')
  if ((status.mode & 0o777) !== 0o600) throw refuse(`must have mode 0600: chmod 600 '${file}'`)
  return readFileSync(file, 'utf8')
}

/**
 * Makes such a file, on disk for good before anything is done with the key. What is there already stays as it is.
 * @throws Error with code `EEXIST`
 */
export function makeKeyFile(file: string, text: string): void {
  const staging = `${file}.new`
  rmSync(staging, { force: true })
  const descriptor = openSync(staging, 'wx', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  // A link, unlike a rename, does not take the place of a file that is there.
  try {
    linkSync(staging, file)
  } finally {
    rmSync(staging)
  }
  syncFolder(dirname(file))
}

/** What was made, renamed or removed in a folder is so for good. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
