import { auditFilter, type SavedSearch, type savedSearchInput, type SavedSearchId } from '@curtain/protocol'
import type { z } from 'zod'
import type { Database } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { SignedInActor } from '../users/schema.ts'
import { demand } from './denials.ts'
import { mayReadLog } from './policy.ts'
import { record } from './record.ts'
import { savedSearchName } from './schema.ts'

const mostListed = 200

export type SavedSearches = ReturnType<typeof createSavedSearches>

/** Searches of the log that somebody gave a name: they are there for everybody who reads it. */
export function createSavedSearches({ database, keys, now = () => new Date() }: { database: Database; keys: Pick<Keys, 'sealer'>; now?: () => Date }) {
  return {
    /** The newest first; they are put on record when they are searched by. @throws AppError `forbidden` */
    async list(actor: SignedInActor): Promise<SavedSearch[]> {
      await demand(database, actor, mayReadLog(actor), 'saved-search.list')
      const fields = await keys.sealer(actor.organizationId)
      const rows = await database.inOrganization(actor.organizationId, (tx) =>
        tx.selectFrom('audit_saved_searches').selectAll().where('removed_at', 'is', null).orderBy('id', 'desc').limit(mostListed).execute(),
      )
      return rows.map((row) => ({
        id: row.id,
        name: fields.open(savedSearchName, row.id, row.name),
        filter: auditFilter.parse(row.filter),
        createdAt: row.created_at.toISOString(),
        createdBy: row.created_by,
      }))
    },

    /** @throws AppError `forbidden` */
    async save(actor: SignedInActor, { name, filter }: z.output<typeof savedSearchInput>): Promise<SavedSearch> {
      await demand(database, actor, mayReadLog(actor), 'saved-search.save')
      const { organizationId, userId, sessionId } = actor
      const at = now()
      const id = newId('savedSearch', at)
      const fields = await keys.sealer(organizationId)
      await database.inOrganization(organizationId, async (tx) => {
        await tx
          .insertInto('audit_saved_searches')
          .values({
            id,
            organization_id: organizationId,
            name: fields.seal(savedSearchName, id, name),
            filter: JSON.stringify(filter),
            created_by: userId,
            created_at: at,
          })
          .execute()
        await record(tx, { type: 'audit.search-saved', organizationId, userId, sessionId, facts: { savedSearchId: id } }, at)
      })
      return { id, name, filter, createdAt: at.toISOString(), createdBy: userId }
    },

    /** @throws AppError `forbidden`, `not-found` */
    async remove(actor: SignedInActor, id: SavedSearchId): Promise<void> {
      await demand(database, actor, mayReadLog(actor), 'saved-search.remove', id)
      const { organizationId, userId, sessionId } = actor
      await database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const removed = await tx
          .updateTable('audit_saved_searches')
          .set({ removed_at: at })
          .where('id', '=', id)
          .where('removed_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (removed === undefined) throw new AppError('not-found')
        await record(tx, { type: 'audit.search-removed', organizationId, userId, sessionId, facts: { savedSearchId: id } }, at)
      })
    },
  }
}
