import type { AuditEventType, Id, OrganizationId, ParticipantId, UserId } from '@curtain/protocol'
import { sql } from 'kysely'
import { z } from 'zod'
import { type After, afterTimeout } from '../after-timeout.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import type { Log } from '../log.ts'

/** Events that are handed over in one transaction. */
const batch = 500
/** When it is tried again: after a failure, and where another server is at it. */
const retryMs = 5_000

/** An event with its place in the log. */
export interface PlacedEvent {
  index: number
  id: Id<'auditEvent'>
  at: Date
  type: AuditEventType
  outcome: 'success' | 'denied'
  userId: UserId | null
  participantId: ParticipantId | null
  sessionId: string | null
  target: string | null
  facts: Record<string, unknown>
}

/**
 * Does something with events that were placed. What it writes is committed with the cursor that moves past them, so that
 * each event counts once whatever stops or breaks in between; what it does outside the database may happen again.
 */
export type TakeEvents = (
  tx: Transaction,
  organizationId: OrganizationId,
  events: readonly PlacedEvent[],
  fields: OrganizationSealer,
) => Promise<void>

export interface LogFollowerOptions {
  database: Pick<Database, 'inOrganization' | 'lookUps'>
  keys: Pick<Keys, 'sealer'>
  /** Its cursors go by it: another name begins anew. */
  name: string
  take: TakeEvents
  log: Log
  /** Runs something in so many milliseconds; returns what calls it off. */
  after?: After
}

export interface LogFollower {
  /** There is news in a log, or there may be in any. Resolves once all that was there by then was looked at. */
  wake(organizationId?: OrganizationId): Promise<void>
  /** Lets the batch that is under way finish. May be called twice. */
  stop(): Promise<void>
}

/**
 * Goes through the logs of all organizations, event by event in the order of their places, from the first one on. Any number
 * of servers may run one of the same name: a lock in the database leaves each log to one of them at a time.
 */
export function createLogFollower(options: LogFollowerOptions): LogFollower {
  const { database, keys, name, take, log, after = afterTimeout } = options
  const waiting = new Set<OrganizationId>()
  const failing = new Set<OrganizationId>()
  const retries = new Map<OrganizationId | 'all', () => void>()
  let isAnywhere = false
  let running: Promise<void> | null = null
  let stopped = false

  /** @returns how many leaves it went past; null where another server is at this log */
  async function pass(organizationId: OrganizationId): Promise<number | null> {
    const fields = await keys.sealer(organizationId)
    return database.inOrganization(organizationId, async (tx) => {
      if (!(await holdFollower(tx, organizationId, name))) return null
      const next = await readCursor(tx, name)
      const { events, count } = await placedEvents(tx, next)
      if (count === 0) return 0
      if (events.length > 0) await take(tx, organizationId, events, fields)
      await moveCursor(tx, organizationId, name, next + count)
      return count
    })
  }

  async function follow(organizationId: OrganizationId): Promise<void> {
    const count = await pass(organizationId)
    if (count === null) tryAgain(organizationId)
    // The others have their turn before the next batch.
    if (count === batch) waiting.add(organizationId)
  }

  function tryAgain(what: OrganizationId | 'all'): void {
    if (stopped || retries.has(what)) return
    const again = () => {
      retries.delete(what)
      void (what === 'all' ? wake() : wake(what))
    }
    retries.set(what, after(retryMs, again))
  }

  async function everybody(): Promise<void> {
    isAnywhere = false
    try {
      for (const { organizationId } of await database.lookUps.organizationKeys()) waiting.add(organizationId)
    } catch (error) {
      log.warn({ error, part: name }, 'the audit logs could not be looked through; trying again')
      tryAgain('all')
    }
  }

  async function run(): Promise<void> {
    for (;;) {
      if (stopped) return
      if (isAnywhere) await everybody()
      const [organizationId] = waiting
      if (organizationId === undefined) {
        running = null
        return
      }
      waiting.delete(organizationId)
      try {
        await follow(organizationId)
        failing.delete(organizationId)
      } catch (error) {
        // One line when it begins, not one at each try.
        if (!failing.has(organizationId)) {
          log.error({ organizationId, error, part: name }, 'the audit log could not be followed; it goes on where it stopped')
        }
        failing.add(organizationId)
        tryAgain(organizationId)
      }
    }
  }

  async function wake(organizationId?: OrganizationId): Promise<void> {
    if (stopped) return
    if (organizationId === undefined) isAnywhere = true
    else waiting.add(organizationId)
    await (running ??= run())
  }

  return {
    wake,
    async stop() {
      stopped = true
      for (const callOff of retries.values()) callOff()
      await running
    },
  }
}

/** Keeps other servers away from a log until the transaction ends. */
async function holdFollower(tx: Transaction, organizationId: OrganizationId, name: string): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`curtain follower ${name} ${organizationId}`}, 0)) as held`.execute(tx)
  return rows[0]?.held === true
}

/** The place of the first event that was not looked at. */
export async function readCursor(tx: Transaction, name: string): Promise<number> {
  const row = await tx.selectFrom('audit_followers').select('next').where('name', '=', name).executeTakeFirst()
  return Number(row?.next ?? 0)
}

async function moveCursor(tx: Transaction, organizationId: OrganizationId, name: string, next: number): Promise<void> {
  await tx
    .insertInto('audit_followers')
    .values({ organization_id: organizationId, name, next: String(next) })
    .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doUpdateSet({ next: String(next) }))
    .execute()
}

const readFacts = z.record(z.string(), z.unknown())

/** What has a place from there on: how many leaves, and the events among them that were not pruned. */
async function placedEvents(tx: Transaction, next: number): Promise<{ events: PlacedEvent[]; count: number }> {
  const rows = await tx
    .selectFrom('audit_leaves as leaf')
    .leftJoin('audit_events as event', 'event.id', 'leaf.event_id')
    .select([
      'leaf.index', 'event.id', 'event.at', 'event.type', 'event.outcome', 'event.user_id', 'event.participant_id',
      'event.session_id', 'event.target', 'event.facts',
    ])
    .where('leaf.index', '>=', String(next))
    .orderBy('leaf.index')
    .limit(batch)
    .execute()
  const events = rows.flatMap(({ index, id, at, type, outcome, user_id, participant_id, session_id, target, facts }) =>
    id === null || at === null || type === null || outcome === null
      ? []
      : [{
          index: Number(index), id, at, type, outcome, userId: user_id, participantId: participant_id,
          sessionId: session_id, target, facts: readFacts.parse(facts),
        }],
  )
  return { events, count: rows.length }
}
