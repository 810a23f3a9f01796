import { auditRetention, type LegalHoldId, type legalHoldInput } from '@curtain/protocol'
import type { z } from 'zod'
import type { Asking } from '../api/ask.ts'

/** For how long the log is kept, and legal holds; a change is answered with all of it as it is then. */
export const auditRetentionCalls = ({ ask, post }: Asking) => ({
  retention: (signal: AbortSignal) => ask('/v1/audit/retention', auditRetention, { signal }),
  keepLogFor: (years: number) => ask('/v1/audit/retention', auditRetention, { method: 'PUT', body: { years } }),
  setHold: (hold: z.input<typeof legalHoldInput>) => post('/v1/audit/holds', auditRetention, hold),
  endHold: (id: LegalHoldId) => ask(`/v1/audit/holds/${id}`, auditRetention, { method: 'DELETE' }),
})
