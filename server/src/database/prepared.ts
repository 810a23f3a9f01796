import { CompiledQuery, type PostgresCursor, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import type { Transaction } from './database.ts'

/** By their text, the names under which connections keep statements. */
const names = new Map<string, string>()

/**
 * An insert that is run so often that each connection keeps it parsed and planned, which is most of what a small one costs.
 * Declared where its module is loaded.
 * @param text with `$1`, `$2` … for its values, and nothing returned
 */
export function preparedInsert(text: string): (tx: Transaction, values: readonly unknown[]) => Promise<void> {
  names.set(text, `curtain_${names.size + 1}`)
  return async (tx, values) => {
    await tx.executeQuery(CompiledQuery.raw(text, [...values]))
  }
}

/** A pool whose connections keep them. */
export function withPreparedInserts(pool: pg.Pool): PostgresPool {
  // One for each connection, since what the query builder knows of a connection hangs on it.
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const preparing = known.get(client) ?? keepingInserts(client)
      known.set(client, preparing)
      return preparing
    },
  }
}

function keepingInserts(client: pg.PoolClient): PostgresPoolClient {
  const plain: PostgresPoolClient = client
  function query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>
  function query<Row>(asked: string | PostgresCursor<Row>, values: readonly unknown[] = []) {
    if (typeof asked !== 'string') return plain.query(asked)
    const name = names.get(asked)
    return name === undefined ? plain.query<Row>(asked, values) : insert<Row>({ name, text: asked, values: [...values] })
  }
  async function insert<Row>(statement: { name: string; text: string; values: unknown[] }): Promise<PostgresQueryResult<Row>> {
    const { rowCount } = await client.query(statement)
    return { command: 'INSERT', rowCount: rowCount ?? 0, rows: [] }
  }
  return { query, release: (destroy) => client.release(destroy) }
}
