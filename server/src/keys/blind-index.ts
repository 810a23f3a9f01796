import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { deriveKey } from './aead.ts'
import { nameWords } from './name-words.ts'
import type { BlindIndex, NameTokens, SealedColumn } from './sealed.ts'

type ExactColumn = SealedColumn<string, string, 'exact'>
type NameColumn = SealedColumn<string, string, 'name'>

/** 128 bits: the index that makes record numbers unique must not take two for one. */
const indexBytes = 16
/**
 * 64 bits: chance makes two tokens the same in none but the largest clinics, and what is found is opened and looked at. Fewer
 * bits would hide rare names among others only if there were as many collisions as patients, and each costs an opening.
 */
const tokenBytes = 8
/** Of longer words the first eight letters lead so close that the rest is looked at in what they find. */
const longestPrefix = 8

/** What searches sealed columns of one organization, by a key of their own for each. */
export interface BlindIndexer {
  /** For a value that is there, or that is looked for. */
  exact<Column extends ExactColumn>(column: Column, value: string): BlindIndex<Column>
  /** One token for each beginning of each word, up to eight letters of it, in the order of the tokens. */
  name<Column extends NameColumn>(column: Column, name: string): NameTokens<Column>
  /** The token that everybody has who has a word with this beginning; of a longer one, of its first eight letters. */
  beginning(column: NameColumn, word: string): Buffer
}

/** @param key the organization's index key, 32 bytes */
export function createBlindIndexer(organizationId: string, key: Uint8Array): BlindIndexer {
  const keys = new Map<string, KeyObject>()
  const keyOf = ({ table, name }: SealedColumn) => {
    const known = keys.get(`${table}.${name}`)
    if (known !== undefined) return known
    const derived = createSecretKey(deriveKey(key, organizationId, ['curtain blind index', table, name]))
    keys.set(`${table}.${name}`, derived)
    return derived
  }
  const mac = (column: SealedColumn, text: string, bytes: number) =>
    createHmac('sha256', keyOf(column)).update(text, 'utf8').digest().subarray(0, bytes)
  return {
    exact<Column extends ExactColumn>(column: Column, value: string) {
      const index = mac(column, column.comparable(value), indexBytes)
      if (!isIndexOf(column, index)) throw new Error('not an index')
      return index
    },
    name<Column extends NameColumn>(column: Column, name: string) {
      const beginnings = new Set(nameWords(name).flatMap((word) => prefixes(word)))
      const tokens = [...beginnings].map((one) => mac(column, one, tokenBytes)).toSorted((a, b) => a.compare(b))
      if (!areTokensOf(column, tokens)) throw new Error('not tokens')
      return tokens
    },
    beginning: (column, word) => mac(column, prefixes(word).at(-1) ?? '', tokenBytes),
  }
}

function prefixes(word: string): string[] {
  const letters = Array.from(word).slice(0, longestPrefix)
  return letters.map((_letter, at) => letters.slice(0, at + 1).join(''))
}

/** In these two alone bytes become what rows take and queries look for, right after they were made. */
function isIndexOf<Column extends ExactColumn>(_column: Column, index: Buffer): index is BlindIndex<Column> {
  return index.length === indexBytes
}
function areTokensOf<Column extends NameColumn>(_column: Column, tokens: readonly Buffer[]): tokens is NameTokens<Column> {
  return tokens.every(({ length }) => length === tokenBytes)
}
