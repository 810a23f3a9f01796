import type { LinkCheck, OrganizationSettings, OrganizationSettingsRead, VisitKind } from '@curtain/protocol'
import { useCallback } from 'react'
import { useFresh, type Fresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'

export interface Settings extends Pick<Fresh<unknown>, 'failure' | 'read'> {
  /** Null until they have come for the first time. */
  settings: OrganizationSettingsRead | null
  /** Allows a kind of visits without end-to-end encryption, or no longer. @throws RequestFailed */
  allowTransport: (kind: VisitKind, allowed: boolean) => Promise<void>
  /** Chooses what links of patients ask for. @throws RequestFailed */
  chooseCheck: (check: LinkCheck) => Promise<void>
}

/** The organization's settings, as fresh as the network allows. */
export function useSettings(): Settings {
  const { api } = useSession()
  const { value, failure, read, replace } = useFresh(useCallback((signal: AbortSignal) => api.settings(signal), [api]))
  const change = useCallback(
    async (changed: (now: OrganizationSettings) => Partial<OrganizationSettings>) => {
      // From what is set now: what somebody else has just changed must not be undone by this.
      const { transportVisits, linkCheck } = await api.settings()
      const now = { transportVisits, linkCheck }
      replace(await api.changeSettings({ ...now, ...changed(now) }))
    },
    [api, replace],
  )
  const allowTransport = useCallback(
    (kind: VisitKind, allowed: boolean) =>
      change(({ transportVisits }) => {
        const others = transportVisits.filter((other) => other !== kind)
        return { transportVisits: allowed ? [...others, kind] : others }
      }),
    [change],
  )
  const chooseCheck = useCallback((linkCheck: LinkCheck) => change(() => ({ linkCheck })), [change])
  return { settings: value, failure, read, allowTransport, chooseCheck }
}
