import { readVerifier } from '@curtain/audit-log'
import { auditEventId, type Id, type LogCheck, logFinding, type OrganizationId } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import { checkLog } from './check.ts'
import { goesOnFrom, readKept } from './consistency.ts'
import { deliveries } from './delivery-store.ts'
import type { CheckpointDestination } from './destinations/destination.ts'
import { latestCheckpoint } from './log-store.ts'
import { logKey } from './signing.ts'
import { LogGapError } from './tree.ts'

type Found = LogCheck['findings'][number]

const found = (code: Found['code'], at: Partial<Found> = {}): Found => ({ code, index: null, events: [], destination: null, ...at })

interface Kept {
  destination: CheckpointDestination
  note: string | null
  /** The size of the log in the last checkpoint that was brought there. */
  delivered: number
}

/** What is kept outside, wherever it can be read back. Who cannot be asked now is asked again in an hour. */
async function readAll(
  database: Database,
  destinations: readonly CheckpointDestination[],
  organizationId: OrganizationId,
  signal: AbortSignal,
): Promise<Kept[]> {
  // Before what is there is read: since then there can only be more.
  const rows = await database.inOrganization(organizationId, deliveries)
  const kept: Kept[] = []
  for (const destination of destinations.filter(({ isReadable }) => isReadable)) {
    const delivered = Number(rows.find((row) => row.destination === destination.name)?.size ?? 0)
    const note = await destination.latest(organizationId, signal).catch(() => undefined)
    if (note !== undefined) kept.push({ destination, note, delivered })
  }
  return kept
}

/** What the places outside say that does not fit the log. */
async function contradictions(
  tx: Transaction,
  organizationId: OrganizationId,
  kept: readonly Kept[],
  latest: Parameters<typeof goesOnFrom>[3],
): Promise<Found[]> {
  const findings: Found[] = []
  for (const { destination, note, delivered } of kept) {
    const checkpoint = note === null ? null : readKept(note)
    if ((checkpoint?.size ?? 0) < delivered) findings.push(found('kept-missing', { destination: destination.name }))
    if (note !== null && (checkpoint === null || !(await goesOnFrom(tx, organizationId, checkpoint, latest)))) {
      const isShorter = checkpoint !== null && checkpoint.size > latest.size
      findings.push(found(isShorter ? 'shorter-than-before' : 'another-history', { destination: destination.name }))
    }
  }
  return findings
}

/**
 * Looks at a whole log, and at whether it goes on from every checkpoint that is kept outside the database.
 * @returns null where there is nothing to look at: never signed, and nothing kept
 */
export async function checkAgainstKept(
  { database, destinations }: { database: Database; destinations: readonly CheckpointDestination[] },
  organizationId: OrganizationId,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<Omit<LogCheck, 'at'> | null> {
  const kept = await readAll(database, destinations, organizationId, signal)
  const state = await database.inOrganization(organizationId, async (tx) => {
    const latest = await latestCheckpoint(tx)
    if (latest === null) return null
    return { key: await logKey(tx), size: latest.size, outside: await contradictions(tx, organizationId, kept, latest) }
  })
  if (state === null) {
    const gone = kept.filter(({ note, delivered }) => note !== null || delivered > 0)
    if (gone.length === 0) return null
    const findings = gone.map(({ destination }) => found('shorter-than-before', { destination: destination.name }))
    return { outcome: 'broken', entries: 0, comparedWith: null, findings }
  }
  const { key, size, outside } = state
  const broken = (code: Found['code']) => ({ outcome: 'broken' as const, entries: size, comparedWith: null, findings: [found(code), ...outside] })
  // It was signed, and so there was one.
  if (key === null || !isKey(key)) return broken('other-key')
  const largest = kept.reduce<{ note: string; size: number } | null>((most, { note }) => {
    const size = note === null ? -1 : (readKept(note)?.size ?? -1)
    return note !== null && size > (most?.size ?? -1) ? { note, size } : most
  }, null)
  const report = await checkLog(database, organizationId, { key, kept: largest?.note ?? null, now, signal }).catch((error: unknown) => {
    if (error instanceof LogGapError) return null
    throw error
  })
  if (report === null) return broken('taken-out')
  const inside = report.findings.map(({ code, index }) => found(logFinding.parse(code), { index: index ?? null }))
  const findings = [
    // What both found is said by which of the places it does not fit.
    ...inside.filter(({ code }) => !outside.some((one) => one.code === code)),
    ...outside,
    ...(report.altered.length > 0 ? [found('altered', { events: eventIds(report.altered) })] : []),
    ...(report.unplaced.length > 0 ? [found('unplaced', { events: eventIds(report.unplaced) })] : []),
  ]
  return {
    outcome: findings.length === 0 && report.outcome !== 'broken' ? 'sound' : 'broken',
    entries: report.entries,
    comparedWith: report.comparedWith,
    findings,
  }
}

function isKey(text: string): boolean {
  try {
    return readVerifier(text).encoded === text
  } catch {
    return false
  }
}

const eventIds = (ids: readonly string[]): Id<'auditEvent'>[] => ids.flatMap((id) => auditEventId.safeParse(id).data ?? [])
