declare const place: unique symbol
declare const finds: unique symbol

/** How a sealed column can be searched without opening it: not at all, for the same value, or for the beginnings of words. */
type Search = 'none' | 'exact' | 'name'

/** A column that holds protected health information: sealed in the row, whatever reads the database. */
export interface SealedColumn<Table extends string = string, Name extends string = string, How extends Search = Search> {
  readonly table: Table
  readonly name: Name
  readonly search: How
  /** What of a value counts when it is looked for: two that give the same text are the same. */
  readonly comparable: (value: string) => string
}

/** One that is only sealed. */
export type PlainColumn = SealedColumn<string, string, 'none'>
/** One that is written together with what finds it, and not otherwise. */
export type SearchableColumn = SealedColumn<string, string, 'exact'> | SealedColumn<string, string, 'name'>

/** Declares such a column, once, in its feature's schema. */
export function sealedColumn<const Table extends string, const Name extends string>(
  table: Table,
  name: Name,
): SealedColumn<Table, Name, 'none'>
/** One that can be searched as well; `docs/patient-search.md` says what that tells whoever has the database. */
export function sealedColumn<const Table extends string, const Name extends string, const How extends 'exact' | 'name'>(
  table: Table,
  name: Name,
  searchable: { search: How; comparable?: (value: string) => string },
): SealedColumn<Table, Name, How>
export function sealedColumn(
  table: string,
  name: string,
  { search, comparable = (value) => value }: { search: Search; comparable?: (value: string) => string } = { search: 'none' },
): SealedColumn {
  return { table, name, search, comparable }
}

/**
 * What a row has in such a column. A sealer alone makes it, for one column, and opens it: forgetting to seal, or putting
 * it into another column, is a type error.
 */
export type Sealed<Column extends SealedColumn> = Buffer & { readonly [place]: Column }

/** What finds a value by the whole of it: the same for the same value of the same column of one organization. */
export type BlindIndex<Column extends SealedColumn<string, string, 'exact'>> = Buffer & { readonly [finds]: Column }
/** What finds a name by the beginnings of its words, in no order. */
export type NameTokens<Column extends SealedColumn<string, string, 'name'>> = readonly Buffer[] & { readonly [finds]: Column }

type IndexOf<Column extends SearchableColumn> =
  Column extends SealedColumn<string, string, 'exact'> ? BlindIndex<Column>
  : Column extends SealedColumn<string, string, 'name'> ? NameTokens<Column>
  : never

/**
 * A searchable column's value and what finds it, as a row takes them: `birth_date` and `birth_date_index`. A sealer makes
 * both at once, and neither alone.
 */
export type Indexed<Column extends SearchableColumn, Text extends string | null = string> = {
  readonly [Name in Column['name']]: Sealed<Column> | Extract<Text, null>
} & {
  readonly [Name in `${Column['name']}_index`]: IndexOf<Column> | Extract<Text, null>
}
