import { createHash } from 'node:crypto'
import { keyBytes } from './aead.ts'

/** Crockford's base32: no letter in it can be taken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const checksumBytes = 3
const symbols = ((keyBytes + checksumBytes) * 8) / 5
const groupLength = 4
const groupsInLine = 7

/** The text is not a key as the sheet shows it. Says what is wrong, never the text. */
class RecoverySheetError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'RecoverySheetError'
  }
}

/**
 * A key in a form that can be printed and typed in again: 14 groups of four symbols on two lines, the key and the first
 * 24 bits of its SHA-256.
 */
export function writeRecoveryGroups(key: Uint8Array): string {
  let value = BigInt(`0x${Buffer.concat([key, checksumOf(key)]).toString('hex')}`)
  let text = ''
  for (let i = 0; i < symbols; i++) {
    text = (alphabet[Number(value & 31n)] ?? '') + text
    value >>= 5n
  }
  const groups = text.match(new RegExp(`.{${groupLength}}`, 'g')) ?? []
  return `${groups.slice(0, groupsInLine).join(' ')}\n${groups.slice(groupsInLine).join(' ')}\n`
}

/**
 * Reads it back, as people type: spaces, dashes, lines and case do not matter, nor O for 0, and I or L for 1.
 * @throws RecoverySheetError
 */
export function readRecoveryGroups(typed: string): Buffer {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  if (text.length !== symbols) {
    const groups = `${symbols / groupLength} groups of ${groupLength}`
    throw new RecoverySheetError(`A key has ${groups}; this is ${text.length} of ${symbols} symbols.`)
  }
  let value = 0n
  for (const symbol of text) {
    const digit = alphabet.indexOf(symbol)
    if (digit < 0) throw new RecoverySheetError('There is a symbol in it that no key has: only digits and letters but U.')
    value = (value << 5n) | BigInt(digit)
  }
  const bytes = Buffer.from(value.toString(16).padStart((keyBytes + checksumBytes) * 2, '0'), 'hex')
  const key = bytes.subarray(0, keyBytes)
  if (!checksumOf(key).equals(bytes.subarray(keyBytes))) {
    throw new RecoverySheetError('The checksum does not match: at least one symbol is not as it was.')
  }
  return key
}

function checksumOf(key: Uint8Array): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, checksumBytes)
}
