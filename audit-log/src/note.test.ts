import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { emptyRoot, leafHash } from './hashing.ts'
import { createSigner, lastNoteOf, NoteError, openNote, readVerifier } from './note.ts'

const signer = createSigner('clinic.example/audit', Buffer.alloc(32, 7))
const verifier = readVerifier(signer.encoded)
const checkpoint = { origin: 'clinic.example/audit/org_1', size: 12_345, root: leafHash(Buffer.from('x')) }
const note = signCheckpoint(checkpoint, signer)

test('keys and a note that others made are read', () => {
  // From the documentation of golang.org/x/mod/sumdb/note, and the key of Go's checksum database.
  const key = readVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
  const text = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n'
  const line = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='
  expect(openNote(`${text}\n${line}\n`, key)).toBe(text)
  expect(readVerifier('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8').name).toBe('sum.golang.org')
})

test('a checkpoint is read back by the key that is written down', () => {
  expect(openCheckpoint(note, verifier)).toEqual(checkpoint)
  expect(openCheckpoint(signCheckpoint({ ...checkpoint, size: 0, root: emptyRoot }, signer), verifier).size).toBe(0)
})

describe('refused, in words', () => {
  const another = createSigner('clinic.example/audit', Buffer.alloc(32, 8))
  test.each([
    ['another key', signCheckpoint(checkpoint, another)],
    ['another size', note.replace('12345', '12346')],
    ['a text in front', `x${note}`],
    ['no signature', note.split('\n\n')[0]!],
    ['cut off', note.slice(0, -10)],
    ['nothing', ''],
    ['no checkpoint', signer.signNote('hello\n')],
    ['a size that is not one', signer.signNote(`a\n012\n${emptyRoot.toString('base64')}\n`)],
    ['a size beyond what is exact', signer.signNote(`a\n9999999999999999\n${emptyRoot.toString('base64')}\n`)],
    ['a root that is short', signer.signNote('a\n1\nAAAA\n')],
  ])('%s', (_, text) => {
    expect(() => openCheckpoint(text, verifier)).toThrow(NoteError)
  })

  test('a key whose fingerprint is of another', () => {
    const changed = signer.encoded.replace(/\+[0-9a-f]{8}\+/, '+00000000+')
    expect(() => readVerifier(changed)).toThrow('fingerprint')
    for (const text of ['', 'a', 'a+b+c', `${signer.encoded} `]) expect(() => readVerifier(text)).toThrow(NoteError)
  })

  test('whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(note.length), (noise, at) => {
        const changed = note.slice(0, at) + noise + note.slice(at)
        if (changed === note) return
        expect(() => openCheckpoint(changed, verifier)).toThrow(NoteError)
      }),
    )
  })
})

test('signatures of others beside ours are let be', () => {
  const witness = createSigner('witness.example', Buffer.alloc(32, 9))
  const text = openNote(note, verifier)
  const both = note + witness.signNote(text).split('\n\n')[1]!
  expect(openCheckpoint(both, verifier)).toEqual(checkpoint)
  expect(openCheckpoint(both, readVerifier(witness.encoded))).toEqual(checkpoint)
})

test('of notes one after the other the last whole one is read, wherever the file was cut off', () => {
  const later = signCheckpoint({ ...checkpoint, size: checkpoint.size + 1 }, signer)
  expect(lastNoteOf(note)).toBe(note)
  expect(lastNoteOf(`${note}\n${later}\n`)).toBe(later)
  const file = `${note}\n${later}`
  for (let cut = note.length; cut < file.length - 1; cut++) {
    const found = lastNoteOf(file.slice(0, cut)) ?? ''
    if (found !== note) expect(() => openCheckpoint(found, verifier)).toThrow(NoteError)
  }
  expect(lastNoteOf('')).toBeNull()
  expect(lastNoteOf(note.slice(0, -60))).toBeNull()
})
