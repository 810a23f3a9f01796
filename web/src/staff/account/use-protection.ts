import type { Protection } from '@curtain/protocol'
import { useCallback } from 'react'
import { useFresh, type Fresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'

/** How one's own account is protected, as fresh as the network allows. */
export function useProtection(): Fresh<Protection> {
  const { api } = useSession()
  return useFresh(useCallback((signal: AbortSignal) => api.protection(signal), [api]))
}
