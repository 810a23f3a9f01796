import type { CheckpointFailure, OrganizationId } from '@curtain/protocol'
import { type After, afterTimeout } from '../after-timeout.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Log } from '../log.ts'
import { goesOnFrom, readKept } from './consistency.ts'
import { claimDelivery, markDelivered, markFailed } from './delivery-store.ts'
import { type CheckpointDestination, DestinationError } from './destinations/destination.ts'
import { isDue } from './due.ts'
import { latestCheckpoint } from './log-store.ts'

/** Longer than any attempt takes: one that a crash broke off is made again after it. */
const attemptMs = 60_000
const firstRetryMs = 5_000
const longestRetryMs = 10 * 60_000
/** No attempt is further away than this: servers' clocks differ a little. */
const mostAheadMs = 2 * longestRetryMs
/** How often it looks though nothing calls: for checkpoints of a server that died. */
const lookMs = 30_000
/** How long one that is under way may still take when the server stops. */
const finishMs = 3_000

export interface DeliveryOptions {
  database: Database
  destination: CheckpointDestination
  log: Log
  /** What is kept there says something else about this log. */
  onContradiction: (organizationId: OrganizationId) => void
  now?: () => Date
  /** Runs something in so many milliseconds; returns what calls it off. */
  after?: After
}

export interface Delivery {
  /** Brings what is due, and looks again when the next is. Resolves once it has looked. */
  wake(): Promise<void>
  /** Of how many logs the last attempt of this process failed. */
  failing(): number
  /** Brings what is due by now, for a moment, and stops. */
  stop(): Promise<void>
}

/** When a checkpoint is brought again, in milliseconds. @param attempts made so far */
export function retryMs(attempts: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1))
}

/**
 * Brings the last checkpoint of every log to one place outside the database, over restarts, until it is there: servers on the
 * same database share the work. Nothing is brought that does not go on from what is there already: a log that was written
 * anew gets no new checkpoints beside its old ones, and somebody hears of it.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { database, destination, log, onContradiction, now = () => new Date(), after = afterTimeout } = options
  /** What was last brought by this process, or found there: it goes by its own memory rather than by what may be changed since. */
  const known = new Map<OrganizationId, ReturnType<typeof readKept>>()
  const failing = new Set<OrganizationId>()
  /** What is under way may finish, for a moment; and then may not. */
  const [ending, stopping] = [new AbortController(), new AbortController()]
  let looking: Promise<void> | null = null
  let lookAgain = false
  let callOff = () => {}

  /** The last checkpoint, if it goes on from what is there. @throws DestinationError `contradicts` */
  async function next(tx: Transaction, organizationId: OrganizationId) {
    const latest = await latestCheckpoint(tx)
    const kept = known.get(organizationId) ?? null
    if (latest === null) throw new DestinationError('contradicts')
    if (kept !== null && !(await goesOnFrom(tx, organizationId, kept, latest))) throw new DestinationError('contradicts')
    return latest
  }

  async function bring(organizationId: OrganizationId): Promise<number> {
    if (!known.has(organizationId)) {
      const note = await destination.latest(organizationId, stopping.signal)
      const kept = note === null ? null : readKept(note)
      // Whatever it is, it is no checkpoint, and was one.
      if (note !== null && kept === null) throw new DestinationError('contradicts')
      known.set(organizationId, kept)
    }
    const latest = await database.inOrganization(organizationId, (tx) => next(tx, organizationId))
    await destination.put({ organizationId, ...latest }, stopping.signal)
    known.set(organizationId, { size: latest.size, root: latest.root })
    return latest.size
  }

  async function attempt(organizationId: OrganizationId): Promise<void> {
    const at = now()
    const until = new Date(at.getTime() + attemptMs)
    const claimed = await database.inOrganization(organizationId, (tx) =>
      claimDelivery(tx, organizationId, destination.name, { now: at, until, mostAheadMs }),
    )
    if (claimed === null) return
    try {
      const size = await bring(organizationId)
      failing.delete(organizationId)
      const done = now()
      const next = new Date(done.getTime() + destination.pauseMs)
      await database.inOrganization(organizationId, (tx) => markDelivered(tx, destination.name, { size, now: done, next }))
    } catch (error) {
      const isOurs = stopping.signal.aborted || !(error instanceof DestinationError)
      const failure: CheckpointFailure = isOurs ? 'broken-off' : error.code
      failing.add(organizationId)
      const failed = now()
      const next = new Date(failed.getTime() + retryMs(claimed.attempts))
      log.error({ organizationId, destination: destination.kind, reason: failure, count: claimed.attempts, error }, 'a checkpoint of the audit log could not be brought outside the database')
      await database.inOrganization(organizationId, (tx) => markFailed(tx, destination.name, { failure, now: failed, next }))
      if (failure === 'contradicts') onContradiction(organizationId)
    }
  }

  /** Brings what is due. @returns when to look again, in milliseconds */
  async function bringDue(): Promise<number> {
    const undelivered = await database.lookUps.undelivered(destination.name)
    const at = now()
    const due = undelivered.filter(({ nextAttemptAt }) => nextAttemptAt === null || isDue(nextAttemptAt, at, mostAheadMs))
    for (const { organizationId } of due) {
      if (stopping.signal.aborted) return lookMs
      await attempt(organizationId)
    }
    if (due.length > 0) return 0
    const next = undelivered[0]?.nextAttemptAt?.getTime() ?? Number.POSITIVE_INFINITY
    return Math.min(lookMs, next - at.getTime())
  }

  async function look(): Promise<void> {
    callOff()
    let next = firstRetryMs
    try {
      do {
        lookAgain = false
        next = await bringDue()
      } while (lookAgain || (next === 0 && !ending.signal.aborted))
    } catch (error) {
      // The database is away; what is in it waits there.
      log.warn({ error }, 'it could not be looked which checkpoints are to be brought')
    }
    if (!ending.signal.aborted) callOff = after(next, () => void wake())
  }

  async function wake(): Promise<void> {
    if (ending.signal.aborted) return
    if (looking === null) looking = look().finally(() => (looking = null))
    else lookAgain = true
    await looking
  }

  return {
    wake,
    failing: () => failing.size,
    async stop() {
      ending.abort()
      callOff()
      const cut = after(finishMs, () => stopping.abort())
      await looking
      await bringDue().catch(() => {})
      cut()
    },
  }
}
