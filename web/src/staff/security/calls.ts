import { securityState, signInList, type SecuritySettings, type signInQuery } from '@curtain/protocol'
import type { z } from 'zod'
import type { Asking } from '../api/ask.ts'

/** How the organization protects its accounts, and who signs in to them. */
export const securityCalls = ({ ask }: Asking) => ({
  security: (signal?: AbortSignal) => ask('/v1/organization/security', securityState, { ...(signal && { signal }) }),
  changeSecurity: (wanted: SecuritySettings) =>
    ask('/v1/organization/security', securityState, { method: 'PUT', body: wanted }),
  allSignIns: (query: z.input<typeof signInQuery>, signal?: AbortSignal) =>
    ask(`/v1/sign-ins?${new URLSearchParams(query)}`, signInList, { ...(signal && { signal }) }),
})
