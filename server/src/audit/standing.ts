import type { CheckpointDelivery, LogCheck, LogProblem } from '@curtain/protocol'

const minuteMs = 60_000
/** Half a second is usual, and two for a signature. */
const lateMs = minuteMs
/** Some minutes of a network that is away are nobody's concern. */
const deliveryLateMs = 10 * minuteMs
/** Every hour one. */
const checkLateMs = 2 * 60 * minuteMs

/** What can be late about a log. */
export interface LogStanding {
  /** Of the event that has waited longest for its place. */
  waitingSince: Date | null
  /** Of the first event that has its place and that no checkpoint covers. */
  unsignedSince: Date | null
  /** When the log was signed for the first time. */
  signedSince: Date | null
  deliveries: readonly Pick<CheckpointDelivery, 'isLate' | 'failing'>[]
  check: Pick<LogCheck, 'at' | 'outcome'> | null
}

/** Whether a place outside should have a newer checkpoint by now. @param since when the first that is not there was signed */
export function isDeliveryLate(since: Date | null, now: Date): boolean {
  return isBefore(since, now, deliveryLateMs)
}

/** What is not as it should be with the keeping of a log; nothing, where all is well. */
export function problemsOf({ waitingSince, unsignedSince, signedSince, deliveries, check }: LogStanding, now: Date): LogProblem[] {
  const problems: Record<LogProblem, boolean> = {
    'places-late': isBefore(waitingSince, now, lateMs),
    'checkpoint-late': isBefore(unsignedSince, now, lateMs),
    'delivery-late': deliveries.some(({ isLate }) => isLate),
    'delivery-contradicts': deliveries.some(({ failing }) => failing?.code === 'contradicts'),
    'check-late': isBefore(check === null ? signedSince : new Date(check.at), now, checkLateMs),
    'check-broken': check?.outcome === 'broken',
  }
  return logProblems.filter((problem) => problems[problem])
}

const isBefore = (since: Date | null, now: Date, ms: number) => since !== null && now.getTime() - since.getTime() > ms

/** The worst first. */
const logProblems = [
  'check-broken', 'delivery-contradicts', 'places-late', 'checkpoint-late', 'delivery-late', 'check-late',
] as const satisfies readonly LogProblem[]
