import { NoteError, openNote, readVerifier, type Verifier } from './note.ts'

/** The event by which a log says that its key was replaced. */
export const keyReplacedType = 'log.key-replaced'

/** A key that took another's place. */
export interface KeyReplacement {
  index: number
  at: string
  key: string
  /** Null where nothing was left of it. */
  keyBefore: string | null
  /** Whether the key before it says itself that this one follows. Otherwise it was lost, or somebody only says so. */
  isVouchedFor: boolean
}

/** What the key before signs: that another follows it. It is no checkpoint, whose second line is a number. */
export const replacementText = (keyBefore: string, key: string): string => `curtain log key replaced\n${keyBefore}\n${key}\n`

/** Whether a note says that, by the key before. */
export function isReplacement(statement: string, keyBefore: string, key: string): boolean {
  return didNotFail(() => openNote(statement, readVerifier(keyBefore)) === replacementText(keyBefore, key))
}

/**
 * How a known key has to do with the one that signs a log now: the same, or followed by it, each key having named the next;
 * followed by it only as the log says; or nothing at all.
 */
export function relate(known: string, signer: string, replacements: readonly KeyReplacement[]): 'same' | 'vouched-for' | 'claimed' | 'none' {
  if (known === signer) return 'same'
  // First without what is only claimed: whoever can write an event could lead away from the key that really follows.
  if (followedBy(known, replacements.filter(({ isVouchedFor }) => isVouchedFor)) === signer) return 'vouched-for'
  return followedBy(known, replacements) === signer ? 'claimed' : 'none'
}

/** The last key that a known one leads to. */
const followedBy = (known: string, replacements: readonly KeyReplacement[]): string =>
  replacements.reduce((key, replacement) => (replacement.keyBefore === key ? replacement.key : key), known)

/** Which of the keys of a log signed a note; null where none of them did. */
export function signerOf(note: string, keys: readonly string[]): Verifier | null {
  for (const key of keys) {
    if (didNotFail(() => openNote(note, readVerifier(key)) !== '')) return readVerifier(key)
  }
  return null
}

function didNotFail(ask: () => boolean): boolean {
  try {
    return ask()
  } catch (error) {
    if (error instanceof NoteError) return false
    throw error
  }
}
