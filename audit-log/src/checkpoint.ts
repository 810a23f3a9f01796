import { type Hash, hashBytes } from './hashing.ts'
import { NoteError, openNote, type Signer, type Verifier } from './note.ts'

// C2SP tlog-checkpoint: https://c2sp.org/tlog-checkpoint

/** What a log was at one moment: nothing in it up to here can be changed without another root. */
export interface Checkpoint {
  /** Which log it is of. */
  origin: string
  /** How many entries it had. */
  size: number
  root: Hash
}

export function signCheckpoint({ origin, size, root }: Checkpoint, signer: Signer): string {
  return signer.signNote(`${origin}\n${size}\n${root.toString('base64')}\n`)
}

/** @throws NoteError when it is not signed with the key, or is no checkpoint */
export function openCheckpoint(note: string, verifier: Verifier): Checkpoint {
  return parseCheckpoint(openNote(note, verifier))
}

/** @param text of a note. @throws NoteError */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n')
  const hash = Buffer.from(root, 'base64')
  const isSound =
    origin !== '' &&
    /^(0|[1-9]\d{0,15})$/.test(size) &&
    Number.isSafeInteger(Number(size)) &&
    hash.length === hashBytes &&
    hash.toString('base64') === root
  if (!isSound) throw new NoteError('This is a signed note, but not the checkpoint of a log.')
  return { origin, size: Number(size), root: hash }
}
