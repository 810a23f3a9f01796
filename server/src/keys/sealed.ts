declare const place: unique symbol

/** A column that holds protected health information: sealed in the row, whatever reads the database. */
export interface SealedColumn<Table extends string = string, Name extends string = string> {
  readonly table: Table
  readonly name: Name
}

/** Declares such a column, once, in its feature's schema. */
export function sealedColumn<const Table extends string, const Name extends string>(
  table: Table,
  name: Name,
): SealedColumn<Table, Name> {
  return { table, name }
}

/**
 * What a row has in such a column. A sealer alone makes it, for one column, and opens it: forgetting to seal, or putting
 * it into another column, is a type error.
 */
export type Sealed<Column extends SealedColumn> = Buffer & { readonly [place]: Column }
