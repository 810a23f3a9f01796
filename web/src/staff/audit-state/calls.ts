import { auditState } from '@curtain/protocol'
import type { Asking } from '../api/ask.ts'

/** How the audit log is kept. */
export const auditStateCalls = ({ ask }: Asking) => ({
  auditState: (signal: AbortSignal) => ask('/v1/audit/state', auditState, { signal }),
})
