import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

// C2SP signed-note: a text, an empty line, and lines of signatures. https://c2sp.org/signed-note

const ed25519 = 1
const keyHashBytes = 4
const publicKeyBytes = 32
const signatureBytes = 64
/** A name says who signs: no blanks, and no `+`, which parts it from its key. */
const isName = (name: string) => name !== '' && !/[\s+\p{Cc}]/u.test(name)

/** A key that notes are checked with, and the name that it signs under. */
export interface Verifier {
  readonly name: string
  readonly keyHash: Buffer
  /** As it is written down: `name+hash+key`. */
  readonly encoded: string
  verify(text: string, signature: Uint8Array): boolean
}

export interface Signer extends Verifier {
  /** @param text ends with a line break. @returns the whole note */
  signNote(text: string): string
}

/** PKCS #8 and SPKI (RFC 8410) around 32 bytes. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')

function verifierOf(name: string, publicKey: Buffer): Verifier {
  if (!isName(name) || publicKey.length !== publicKeyBytes) throw new NoteError('not the name or key of a signer')
  const typed = Buffer.concat([Buffer.of(ed25519), publicKey])
  const keyHash = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, keyHashBytes)
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' })
  return {
    name,
    keyHash,
    encoded: `${name}+${keyHash.toString('hex')}+${typed.toString('base64')}`,
    verify: (text, signature) => signature.length === signatureBytes && verify(null, Buffer.from(text), key, signature),
  }
}

/** @param seed 32 bytes of an Ed25519 key (RFC 8032 §5.1.5) */
export function createSigner(name: string, seed: Uint8Array): Signer {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' })
  const verifier = verifierOf(name, rawPublicKey(key))
  return {
    ...verifier,
    signNote(text) {
      if (!text.endsWith('\n') || text.includes('\n\n')) throw new Error('not the text of a note')
      const signature = Buffer.concat([verifier.keyHash, sign(null, Buffer.from(text), key)])
      return `${text}\n— ${name} ${signature.toString('base64')}\n`
    },
  }
}

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length)
}

/** A note or key that is not what it should be; the message says how, in words. */
export class NoteError extends Error {
  override readonly name = 'NoteError'
}

/** Reads a key as it is written down. @throws NoteError */
export function readVerifier(encoded: string): Verifier {
  const [, name = '', keyHash = '', key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(encoded) ?? []
  const typed = Buffer.from(key, 'base64')
  if (typed[0] !== ed25519) throw new NoteError('This is not a key that checkpoints are checked with.')
  const verifier = verifierOf(name, typed.subarray(1))
  if (verifier.keyHash.toString('hex') !== keyHash) throw new NoteError('The key does not fit its own fingerprint: it was changed.')
  return verifier
}

const maxNoteBytes = 64 * 1024
const maxSignatures = 100

interface Signature {
  name: string
  keyHash: Buffer
  signature: Buffer
}

function parseNote(note: string): { text: string; signatures: Signature[] } {
  const malformed = new NoteError('This is not a signed note.')
  if (note.length > maxNoteBytes || !note.endsWith('\n')) throw malformed
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw malformed
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed
  const signatures = lines.map((line) => {
    const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? []
    const bytes = Buffer.from(base64 ?? '', 'base64')
    // Of several ways to write the same bytes only one is right: a note that reads differently is another one.
    if (name === undefined || bytes.length <= keyHashBytes || bytes.toString('base64') !== base64) throw malformed
    return { name, keyHash: bytes.subarray(0, keyHashBytes), signature: bytes.subarray(keyHashBytes) }
  })
  return { text: note.slice(0, split + 1), signatures }
}

/**
 * The text of a note that a key signed. Signatures of others are let be.
 * @throws NoteError when it is no note, or the key did not sign it
 */
export function openNote(note: string, verifier: Verifier): string {
  const { text, signatures } = parseNote(note)
  const own = signatures.filter((one) => one.name === verifier.name && one.keyHash.equals(verifier.keyHash))
  if (own.length === 0) throw new NoteError('The checkpoint is not signed with this key.')
  if (!own.every(({ signature }) => verifier.verify(text, signature))) throw new NoteError('The signature of the checkpoint is wrong.')
  return text
}

/** The text of a note, whoever signed it: for what is said about it only. @throws NoteError */
export function readUnverified(note: string): string {
  return parseNote(note).text
}

/** Whether a text is a note up to the end: of one that was cut off, a signature is too short. */
function isWhole(note: string): boolean {
  try {
    return parseNote(note).signatures.every(({ signature }) => signature.length >= signatureBytes)
  } catch {
    return false
  }
}

/**
 * The last note in a text that notes were written into one after the other, an empty line behind each. One that was cut off
 * is none. Null where there is no note.
 */
export function lastNoteOf(text: string): string | null {
  const notes = text.split(/\n\n(?!— )/).map((note) => `${note.trimEnd()}\n`)
  return notes.findLast(isWhole) ?? null
}
