import { type Checkpoint, parseCheckpoint, proveConsistency, readUnverified, verifyConsistency } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { LogGapError, nodesOf } from './tree.ts'

/** What a kept note says of a log, whoever signed it; null where it says nothing. */
export function readKept(note: string): Pick<Checkpoint, 'size' | 'root'> | null {
  try {
    return parseCheckpoint(readUnverified(note))
  } catch {
    return null
  }
}

/**
 * Whether a log is what it was when an earlier checkpoint was kept, and only more: proven by hashes (RFC 9162 §2.1.4.2), not by
 * what the database says of itself.
 * @param latest what the log is now
 */
export async function goesOnFrom(
  tx: Transaction,
  organizationId: OrganizationId,
  kept: Pick<Checkpoint, 'size' | 'root'>,
  latest: Pick<Checkpoint, 'size' | 'root'>,
): Promise<boolean> {
  if (kept.size > latest.size) return false
  if (kept.size === latest.size) return kept.root.equals(latest.root)
  if (kept.size === 0) return true
  try {
    const proof = await proveConsistency(kept.size, latest.size, nodesOf(tx, organizationId))
    return verifyConsistency(kept, latest, proof)
  } catch (error) {
    if (error instanceof LogGapError) return false
    throw error
  }
}
