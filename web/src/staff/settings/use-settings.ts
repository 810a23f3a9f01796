import type { OrganizationSettings, VisitKind } from '@curtain/protocol'
import { useCallback } from 'react'
import { useFresh, type Fresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'

export interface Settings extends Pick<Fresh<unknown>, 'failure' | 'read'> {
  /** Null until they have come for the first time. */
  settings: OrganizationSettings | null
  /** Allows a kind of visits without end-to-end encryption, or no longer. @throws RequestFailed */
  allowTransport: (kind: VisitKind, allowed: boolean) => Promise<void>
}

/** The organization's settings, as fresh as the network allows. */
export function useSettings(): Settings {
  const { api } = useSession()
  const { value, failure, read, replace } = useFresh(useCallback((signal: AbortSignal) => api.settings(signal), [api]))
  const allowTransport = useCallback(
    async (kind: VisitKind, allowed: boolean) => {
      // From what is set now: what somebody else has just switched off must not come back with this.
      const { transportVisits } = await api.settings()
      const others = transportVisits.filter((other) => other !== kind)
      replace(await api.changeSettings({ transportVisits: allowed ? [...others, kind] : others }))
    },
    [api, replace],
  )
  return { settings: value, failure, read, allowTransport }
}
