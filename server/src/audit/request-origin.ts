import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from '../database/database.ts'
import type { Keys } from '../keys/keys.ts'

/** Where a request comes from, and what seals that for the log. */
export interface RequestOrigin {
  /** The client's address, as trusted proxies tell it. */
  address: string
  keys: Pick<Keys, 'sealer'>
}

const origins = new AsyncLocalStorage<RequestOrigin | null>()

/**
 * Runs what a request causes: every event that is recorded meanwhile says where the request came from, however deep that is.
 * @param origin null for what nobody asked for, though somebody's request brought it about
 */
export function runFrom<Result>(origin: RequestOrigin | null, run: () => Result): Result {
  return origins.run(origin, run)
}

/** Of what goes on now; null where no request is behind it. */
export const currentOrigin = (): RequestOrigin | null => origins.getStore() ?? null

/**
 * The database, for what requests cause: what seals their events is at hand before a transaction begins. Asked for in the
 * middle of one, it would take a second connection, and as many as there are connections would wait for each other.
 */
export function readyToSeal(database: Database): Database {
  return {
    ...database,
    async inOrganization(organizationId, run) {
      // Of an organization that there is none of, nothing will be recorded; if it is anything else, recording tells.
      await currentOrigin()?.keys.sealer(organizationId).catch(() => {})
      return database.inOrganization(organizationId, run)
    },
  }
}
