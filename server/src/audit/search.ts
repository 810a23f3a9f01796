import { auditEventId, type AuditEventList, type AuditFilter, type AuditPeople, auditSearch, type OrganizationId } from '@curtain/protocol'
import type { z } from 'zod'
import type { Database, Transaction } from '../database/database.ts'
import type { Keys } from '../keys/keys.ts'
import type { SignedInActor } from '../users/schema.ts'
import { allUsers } from '../users/store.ts'
import { demand } from './denials.ts'
import { logSize } from './log-store.ts'
import type { LogNews } from './news.ts'
import { logSight, mayReadLog } from './policy.ts'
import { record } from './record.ts'
import { findEvents, findNews } from './search-store.ts'
import { describeEvents, peopleIn } from './views.ts'

export interface LogSearchOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  news: LogNews
  now?: () => Date
}

export type LogSearch = ReturnType<typeof createLogSearch>

/** What a filter is about, for the record of who asked: the patient's, visit's, person's or other id. */
export const subjectOf = ({ patientId, visitId, userId, target }: AuditFilter) => patientId ?? visitId ?? userId ?? target ?? null
/** By what it asks, for the same. */
export const askedBy = (filter: object) => Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]))

/** Searches the log, and follows it. */
export function createLogSearch({ database, keys, news, now = () => new Date() }: LogSearchOptions) {
  return {
    /**
     * Events for which all that is given holds, the newest first.
     * @throws AppError `forbidden`
     */
    async search(actor: SignedInActor, input: z.output<typeof auditSearch>): Promise<AuditEventList> {
      const { before, after, limit, ...filter } = input
      await demand(database, actor, mayReadLog(actor), 'audit.search', subjectOf(filter))
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const { found, more } =
          after === undefined
            ? await firstOf(findEvents(tx, organizationId, filter, { before: before ?? null, most: limit + 1 }), limit)
            : await findNews(tx, organizationId, filter, { after, most: limit })
        if (after === undefined || !(await isFollowing(tx, actor, found))) {
          const facts = { by: askedBy(filter), count: found.length }
          await record(tx, { type: 'audit.searched', organizationId, userId, sessionId, target: subjectOf(filter), facts }, at)
        }
        const events = await describeEvents(fields, logSight(actor), found)
        return { events, more, ...(await peopleIn(tx, found)) }
      })
    },

    /**
     * Everybody on the staff by name, and nothing else of them: auditors see no accounts.
     * @throws AppError `forbidden`
     */
    async people(actor: SignedInActor): Promise<AuditPeople['people']> {
      await demand(database, actor, mayReadLog(actor), 'audit.list-people')
      const users = await database.inOrganization(actor.organizationId, allUsers)
      return users.map(({ id, name }) => ({ id, name }))
    },

    /**
     * Tells how large the log is, now and whenever there is more in it.
     * @param onFailure is called when that could not be asked
     * @returns the function that stops following
     * @throws AppError `forbidden`
     */
    async follow(actor: SignedInActor, onNews: (size: number) => void, onFailure: () => void): Promise<() => void> {
      await demand(database, actor, mayReadLog(actor), 'audit.follow')
      const { organizationId, userId, sessionId } = actor
      await database.inOrganization(organizationId, (tx) =>
        record(tx, { type: 'audit.followed', organizationId, userId, sessionId }, now()),
      )
      const tell = inTurn(async () => onNews(await sizeOf(organizationId)), onFailure)
      tell()
      return news.subscribe(organizationId, tell)
    },
  }

  function sizeOf(organizationId: OrganizationId): Promise<number> {
    return database.inOrganization(organizationId, logSize)
  }
}

/** Runs something whenever it is called, one after the other; called while it runs, once more after that. */
function inTurn(run: () => Promise<void>, onFailure: () => void): () => void {
  let isRunning = false
  let isWanted = false
  const start = async () => {
    isRunning = true
    while (isWanted) {
      isWanted = false
      await run()
    }
    isRunning = false
  }
  return () => {
    isWanted = true
    if (!isRunning) start().catch(onFailure)
  }
}

/** Those that are shown; one more than these says whether there are more. */
async function firstOf<Found>(asked: Promise<Found[]>, most: number): Promise<{ found: Found[]; more: boolean }> {
  const found = await asked
  return { found: found.slice(0, most), more: found.length > most }
}

/** How long before a stream was opened an event may lie that is told with what followed: what came since the page had read. */
const headStartMs = 60_000

/**
 * Whether it is on record that somebody follows the log since before all of these events. What they read by that is not put on
 * record anew: that would be news for all who follow it, and theirs for them, without end.
 */
async function isFollowing(tx: Transaction, { userId, sessionId }: SignedInActor, found: readonly { at: Date }[]): Promise<boolean> {
  const row = await tx
    .selectFrom('audit_events')
    .select(['at'])
    .where('user_id', '=', userId)
    .where('type', '=', 'audit.followed')
    .where('session_id', '=', sessionId)
    // Ids sort by time: nothing was done with a session before it was made.
    .where('id', '>', auditEventId.parse(sessionId.replace('ses_', 'evt_')))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined && found.every(({ at }) => at.getTime() > row.at.getTime() - headStartMs)
}
