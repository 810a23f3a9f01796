import { z } from 'zod'
import { legalHoldId, patientId, userId } from '../ids.ts'
import { instant, line } from '../text.ts'

/** 45 CFR 164.316(b)(2)(i): what is documented is kept for six years. */
export const leastRetentionYears = 6
export const mostRetentionYears = 100

export const retentionInput = z.object({ years: z.int().min(leastRetentionYears).max(mostRetentionYears) })

/** Keeps all of the log, or everything about one patient, for as long as it is not ended. */
export const legalHoldInput = z.object({
  /** Null: all of the log. */
  patientId: patientId.nullable(),
  reason: line(500),
})

const by = z.object({ id: userId, name: z.string() })
export const legalHold = z.object({
  id: legalHoldId,
  patientId: patientId.nullable(),
  /** Why; null for whoever reads no reasons. */
  reason: z.string().nullable(),
  setAt: instant,
  setBy: by,
  ended: z.object({ at: instant, by }).nullable(),
  /** It holds: also for thirty days after it was ended, so that a mistake can be noticed. */
  isInForce: z.boolean(),
})
export type LegalHold = z.infer<typeof legalHold>

/** How long events are kept, what is kept longer, and what was pruned. */
export const auditRetention = z.object({
  years: z.int(),
  /** Longer than `years` for thirty days after those were made fewer. */
  yearsInForce: z.int(),
  /** Those in force first, then the newest. */
  holds: z.array(legalHold),
  /** Of pruned events the log keeps the hashes alone. Null: none ever were. */
  pruned: z.object({ count: z.int(), lastAt: instant }).nullable(),
  /** Whether this person may change it. */
  mayChange: z.boolean(),
})
export type AuditRetention = z.infer<typeof auditRetention>
