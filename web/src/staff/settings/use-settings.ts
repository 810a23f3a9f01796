import type { OrganizationSettings, VisitKind } from '@curtain/protocol'
import { useCallback, useEffect, useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'

export interface Settings {
  /** Null until they have come for the first time. What was read last stays while newer ones do not come. */
  settings: OrganizationSettings | null
  /** Why they could not be read. */
  failure: RequestFailed | null
  read: () => void
  /** Allows a kind of visits without end-to-end encryption, or no longer. @throws RequestFailed */
  allowTransport: (kind: VisitKind, allowed: boolean) => Promise<void>
}

/** The organization's settings, read again when the network or the person comes back to the page. */
export function useSettings(): Settings {
  const { api } = useSession()
  const [settings, setSettings] = useState<OrganizationSettings | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const [reading, setReading] = useState(0)
  const read = useCallback(() => setReading((count) => count + 1), [])

  useEffect(() => {
    const controller = new AbortController()
    api.settings(controller.signal).then(
      (answer) => {
        setSettings(answer)
        setFailure(null)
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure(asFailure(error))
      },
    )
    return () => controller.abort()
  }, [api, reading])

  useEffect(() => {
    const comeBack = () => {
      if (document.visibilityState === 'visible') read()
    }
    window.addEventListener('online', comeBack)
    document.addEventListener('visibilitychange', comeBack)
    return () => {
      window.removeEventListener('online', comeBack)
      document.removeEventListener('visibilitychange', comeBack)
    }
  }, [read])

  const allowTransport = useCallback(
    async (kind: VisitKind, allowed: boolean) => {
      // From what is set now: what somebody else has just switched off must not come back with this.
      const { transportVisits } = await api.settings()
      const others = transportVisits.filter((other) => other !== kind)
      setSettings(await api.changeSettings({ transportVisits: allowed ? [...others, kind] : others }))
      setFailure(null)
    },
    [api],
  )

  return { settings, failure, read, allowTransport }
}
