import type { StaffSession } from '@curtain/protocol'
import { demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Keys } from '../keys/keys.ts'
import { securityRow } from '../organizations/store.ts'
import type { SignedInActor } from '../users/schema.ts'
import type { SessionEndings } from './endings.ts'
import { rulesOf } from './rules.ts'
import { sessionAddress, type SessionId } from './schema.ts'
import { endSession, openSessionsOf, usableSessionsOf } from './store.ts'

export interface OwnSessionsOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  endings: Pick<SessionEndings, 'endSession'>
  now?: () => Date
}

export type OwnSessions = ReturnType<typeof createOwnSessions>

/** The sessions of whoever asks: where they are signed in, and how they end that. */
export function createOwnSessions({ database, keys, endings, now = () => new Date() }: OwnSessionsOptions) {
  async function endOnRecord(tx: Transaction, { organizationId, userId, sessionId }: SignedInActor, target: SessionId): Promise<void> {
    const at = now()
    await endSession(tx, target, at)
    const facts = { reason: 'user' }
    await record(tx, { type: 'session.ended', organizationId, userId, sessionId, target, facts }, at)
  }

  return {
    /** Those that can still be used, the last used first. */
    async list(actor: SignedInActor): Promise<StaffSession[]> {
      const fields = await keys.sealer(actor.organizationId)
      return database.inOrganization(actor.organizationId, async (tx) => {
        const at = now()
        const { idleMs } = rulesOf(await securityRow(tx, 'read'), fields)
        const rows = await usableSessionsOf(tx, actor.userId, { at, usedAfter: new Date(at.getTime() - idleMs) })
        return rows.map(({ id, browser, system, address, created_at: createdAt, last_used_at: lastUsedAt }) => ({
          id,
          isThis: id === actor.sessionId,
          device: { browser, system },
          address: address === null ? '' : fields.open(sessionAddress, id, address),
          createdAt: createdAt.toISOString(),
          lastUsedAt: lastUsedAt.toISOString(),
        }))
      })
    },

    /** Signs a browser out, with all that is held open by it. @throws AppError `not-found` for one of somebody else's */
    async end(actor: SignedInActor, target: SessionId): Promise<void> {
      await inReach(database, actor, async (tx) => {
        demandReach((await openSessionsOf(tx, actor.userId)).includes(target), 'session.end', target)
        await endOnRecord(tx, actor, target)
      })
      endings.endSession(target)
    },

    /** The same for every browser but the one that asks. */
    async endOthers(actor: SignedInActor): Promise<void> {
      const ended = await database.inOrganization(actor.organizationId, async (tx) => {
        const others = (await openSessionsOf(tx, actor.userId)).filter((id) => id !== actor.sessionId)
        for (const target of others) await endOnRecord(tx, actor, target)
        return others
      })
      for (const id of ended) endings.endSession(id)
    },
  }
}
