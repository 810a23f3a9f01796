import { z } from 'zod'
import { auditEventId } from '../ids.ts'
import { instant } from '../text.ts'

/** Where checkpoints are kept outside the database. */
export const destinationKind = z.enum(['folder', 's3', 'webhook'])
export type DestinationKind = z.infer<typeof destinationKind>

/**
 * Why a checkpoint did not get where it should:
 * `not-writable`    the folder is not there, not ours, or full
 * `unreachable`     nobody answered there, or not in time
 * `denied`          the credentials are wrong, or may not do it
 * `no-object-lock`  the bucket is not there, or keeps nothing from being overwritten
 * `refused`         it was not taken
 * `contradicts`     what is kept there says something else about the log: the log was changed, or what is kept was
 * `broken-off`      the server stopped, or something of its own failed
 */
export const checkpointFailure = z.enum([
  'not-writable', 'unreachable', 'denied', 'no-object-lock', 'refused', 'contradicts', 'broken-off',
])
export type CheckpointFailure = z.infer<typeof checkpointFailure>

/**
 * What the server can find wrong with its own log: what `curtain audit verify` finds in an export of it, and
 * `altered`       rows that pages show say something else than what was logged
 * `unplaced`      an event that was committed and taken out of the line before it had its place
 * `kept-missing`  a checkpoint that was brought outside is not there any more
 */
export const logFinding = z.enum([
  'not-an-export', 'line-broken', 'line-too-long', 'out-of-order', 'other-organization', 'taken-out', 'cut-off',
  'more-after-the-end', 'checkpoint-broken', 'wrong-size', 'wrong-root', 'other-log', 'other-key', 'shorter-than-before',
  'another-history', 'altered', 'unplaced', 'kept-missing',
])
export type LogFinding = z.infer<typeof logFinding>

/** One look of the server at its own log. */
export const logCheck = z.object({
  at: instant,
  outcome: z.enum(['sound', 'broken']),
  entries: z.int().nonnegative(),
  /** The size of the checkpoint from outside the database that it was compared with; null where there was none. */
  comparedWith: z.int().nonnegative().nullable(),
  /** What was found, and where: an entry of the log, or the ids of some events. */
  findings: z.array(
    z.object({
      code: logFinding,
      index: z.int().nonnegative().nullable(),
      events: z.array(auditEventId),
      destination: z.string().nullable(),
    }),
  ),
})
export type LogCheck = z.infer<typeof logCheck>

export const checkpointDelivery = z.object({
  kind: destinationKind,
  name: z.string(),
  /** How large the log was in the last checkpoint that is there, and since when it is. */
  delivered: z.object({ size: z.int().nonnegative(), at: instant }).nullable(),
  /** Whether a newer one should be there by now. */
  isLate: z.boolean(),
  /** What is in the way, and since when. */
  failing: z.object({ code: checkpointFailure, since: instant, nextAttemptAt: instant }).nullable(),
})
export type CheckpointDelivery = z.infer<typeof checkpointDelivery>

/**
 * What should not be with the keeping of a log:
 * `places-late`           events have waited for their place for longer than a minute
 * `checkpoint-late`       there is news that was not signed for longer than a minute
 * `delivery-late`         a checkpoint is not outside the database though it should be
 * `delivery-contradicts`  what is kept outside says something else about the log
 * `check-late`            the server has not looked at its log for longer than two hours
 * `check-broken`          it did, and what it found was not as it should be
 */
export const logProblem = z.enum([
  'places-late', 'checkpoint-late', 'delivery-late', 'delivery-contradicts', 'check-late', 'check-broken',
])
export type LogProblem = z.infer<typeof logProblem>

/** How a log is kept. */
export const auditState = z.object({
  /** As of when. */
  at: instant,
  /** Entries that have their place, and events that wait for one. */
  size: z.int().nonnegative(),
  waiting: z.int().nonnegative(),
  /** The last one: the signed note, to be kept wherever one likes. */
  checkpoint: z.object({ size: z.int().nonnegative(), at: instant, note: z.string() }).nullable(),
  /** What checkpoints are checked with; null before the first one. */
  key: z.string().nullable(),
  deliveries: z.array(checkpointDelivery),
  check: logCheck.nullable(),
  /** Empty: all is as it should be. */
  problems: z.array(logProblem),
})
export type AuditState = z.infer<typeof auditState>
