import type { AuditState, CheckpointDelivery } from '@curtain/protocol'
import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { SignedInActor } from '../users/schema.ts'
import { lastCheck } from './check-store.ts'
import { deliveries } from './delivery-store.ts'
import { demand } from './denials.ts'
import type { CheckpointDestination } from './destinations/destination.ts'
import { latestCheckpoint, logSize } from './log-store.ts'
import { mayReadLog } from './policy.ts'
import { record } from './record.ts'
import { logKey } from './signing.ts'
import { isDeliveryLate, problemsOf } from './standing.ts'

export interface LogStateOptions {
  database: Database
  destinations: readonly Pick<CheckpointDestination, 'kind' | 'name'>[]
  now?: () => Date
}

export type LogState = ReturnType<typeof createLogState>

async function waiting(tx: Transaction): Promise<{ count: number; since: Date | null }> {
  const { rows } = await sql<{ count: number; since: Date | null }>`
    select count(*)::int as count, min(e.at) as since from audit_pending p join audit_events e on e.id = p.event_id`.execute(tx)
  return rows[0] ?? { count: 0, since: null }
}

/** When the event at a place of the log was; null where there is none. */
async function timeOf(tx: Transaction, index: number): Promise<Date | null> {
  const row = await tx
    .selectFrom('audit_leaves')
    .innerJoin('audit_events', 'audit_events.id', 'audit_leaves.event_id')
    .select('audit_events.at')
    .where('audit_leaves.index', '=', String(index))
    .executeTakeFirst()
  return row?.at ?? null
}

/** When the first checkpoint was signed that covers more than so many entries; null where there is none. */
async function signedBeyond(tx: Transaction, size: number): Promise<Date | null> {
  const row = await tx
    .selectFrom('audit_checkpoints')
    .select('created_at')
    .where('size', '>', String(size))
    .orderBy('size')
    .limit(1)
    .executeTakeFirst()
  return row?.created_at ?? null
}

/** How a log is kept, and what of that is late: for those who watch over it. */
export function createLogState({ database, destinations, now = () => new Date() }: LogStateOptions) {
  /** How far each place outside is. */
  async function delivered(tx: Transaction, at: Date): Promise<CheckpointDelivery[]> {
    const rows = await deliveries(tx)
    const states: CheckpointDelivery[] = []
    for (const { kind, name } of destinations) {
      const row = rows.find(({ destination }) => destination === name)
      const size = Number(row?.size ?? 0)
      const { delivered_at: since = null, failure = null, failing_since: failingSince = null } = row ?? {}
      states.push({
        kind,
        name,
        delivered: since === null ? null : { size, at: since.toISOString() },
        isLate: isDeliveryLate(await signedBeyond(tx, size), at),
        failing:
          failure === null || failingSince === null || row === undefined
            ? null
            : { code: failure, since: failingSince.toISOString(), nextAttemptAt: row.next_attempt_at.toISOString() },
      })
    }
    return states
  }

  return {
    /** @throws AppError `forbidden` */
    async read(actor: SignedInActor): Promise<AuditState> {
      await demand(database, actor, mayReadLog(actor), 'audit.read-state')
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const size = await logSize(tx)
        const line = await waiting(tx)
        const checkpoint = await latestCheckpoint(tx)
        const states = await delivered(tx, at)
        const check = await lastCheck(tx)
        const standing = {
          waitingSince: line.since,
          unsignedSince: await timeOf(tx, checkpoint?.size ?? 0),
          signedSince: await signedBeyond(tx, 0),
          deliveries: states,
          check,
        }
        await record(tx, { type: 'audit.state-read', organizationId, userId, sessionId }, at)
        return {
          at: at.toISOString(),
          size,
          waiting: line.count,
          checkpoint: checkpoint && { size: checkpoint.size, at: checkpoint.createdAt.toISOString(), note: checkpoint.note },
          key: await logKey(tx),
          deliveries: states,
          check,
          problems: problemsOf(standing, at),
        }
      })
    },
  }
}
