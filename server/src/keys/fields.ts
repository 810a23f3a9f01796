import { frameTexts, openBytes, overheadBytes, sealBytes } from './aead.ts'
import type { BlindIndexer } from './blind-index.ts'
import type { Indexed, PlainColumn, SearchableColumn, Sealed, SealedColumn } from './sealed.ts'

/** The one way protected health information goes into a row and comes out of it. */
export interface Sealer {
  /** @param rowId the row's own id: the value opens in no other row */
  seal<Column extends PlainColumn>(column: Column, rowId: string, plaintext: string): Sealed<Column>
  /** @throws Error when the value was changed, belongs elsewhere, or was sealed with another key */
  open<Column extends SealedColumn>(column: Column, rowId: string, sealed: Sealed<Column>): string
}

/** The one way it goes into columns that can be searched as well. */
export interface SearchableSealer extends Sealer {
  /** The value and what finds it, to be written together; of null, which is no value, both are null. */
  sealIndexed<Column extends SearchableColumn, Text extends string | null>(
    column: Column,
    rowId: string,
    plaintext: Text,
  ): Indexed<Column, Text>
}

/** Whose key a value is sealed with; the first byte of the value. Values of form 1 are of before this hierarchy. */
export const forms = { organization: 2, patient: 3 } as const

/** What a sealer seals with. */
export interface SealingScope {
  form: (typeof forms)[keyof typeof forms]
  /** The ids that the value belongs to: the organization's, and the patient's. */
  owner: readonly string[]
  /** The version of the key that new values are sealed with. */
  version: () => number
  /** The key of a version for a column. @throws Error where there is no such version */
  keyOf: (version: number, column: SealedColumn) => Uint8Array
}

const headerBytes = 5

/** Here alone a value becomes one that rows take, and only right after it was sealed. */
function isSealedFor<Column extends SealedColumn>(_column: Column, value: Buffer): value is Sealed<Column> {
  return value.length >= headerBytes + overheadBytes
}

/**
 * Seals with AES-256-GCM. A sealed value is `form (1) ‖ key version (4, big-endian) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`;
 * the additional data is all that says where it belongs: form, version, owner, table, column and row.
 */
export function createSealer(scope: SealingScope): Sealer {
  return {
    seal: (column, rowId, plaintext) => sealValue(scope, column, rowId, plaintext),
    open(column, rowId, sealed) {
      if (!isSealedFor(column, sealed) || sealed[0] !== scope.form) throw new Error('not a sealed field of this owner')
      const version = sealed.readUInt32BE(1)
      const additionalData = additionalDataOf(scope, version, column, rowId)
      return openBytes(scope.keyOf(version, column), additionalData, sealed.subarray(headerBytes)).toString('utf8')
    },
  }
}

/** What seals and indexes in one, so that neither is forgotten. */
export function createSearchableSealer(scope: SealingScope, index: BlindIndexer): SearchableSealer {
  return {
    ...createSealer(scope),
    sealIndexed<Column extends SearchableColumn, Text extends string | null>(column: Column, rowId: string, plaintext: Text) {
      const indexed = {
        [column.name]: plaintext === null ? null : sealValue(scope, column, rowId, plaintext),
        [`${column.name}_index`]: plaintext === null ? null : indexOf(index, column, plaintext),
      }
      if (!isIndexed(column, plaintext, indexed)) throw new Error('not sealed and indexed')
      return indexed
    },
  }
}

function sealValue<Column extends SealedColumn>(
  scope: SealingScope,
  column: Column,
  rowId: string,
  plaintext: string,
): Sealed<Column> {
  const version = scope.version()
  const header = Buffer.alloc(headerBytes)
  header.writeUInt8(scope.form)
  header.writeUInt32BE(version, 1)
  const additionalData = additionalDataOf(scope, version, column, rowId)
  const body = sealBytes(scope.keyOf(version, column), additionalData, Buffer.from(plaintext, 'utf8'))
  const sealed = Buffer.concat([header, body])
  if (!isSealedFor(column, sealed)) throw new Error('not sealed')
  return sealed
}

function additionalDataOf({ form, owner }: SealingScope, version: number, { table, name }: SealedColumn, rowId: string): Buffer {
  return frameTexts(['curtain field', String(form), String(version), ...owner, table, name, rowId])
}

function indexOf(index: BlindIndexer, column: SearchableColumn, plaintext: string): Buffer | readonly Buffer[] {
  return column.search === 'exact' ? index.exact(column, plaintext) : index.name(column, plaintext)
}

/** And here alone value and index become what rows take together. */
function isIndexed<Column extends SearchableColumn, Text extends string | null>(
  column: Column,
  _plaintext: Text,
  value: object,
): value is Indexed<Column, Text> {
  return column.name in value && `${column.name}_index` in value
}
