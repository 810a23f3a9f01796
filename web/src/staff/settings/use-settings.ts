import type { OrganizationSettings, VisitKind } from '@curtain/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
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

const retryMs = 15_000

/** The organization's settings, read again when the network or the person comes back, and a while after that failed. */
export function useSettings(): Settings {
  const { api } = useSession()
  const [settings, setSettings] = useState<OrganizationSettings | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const reader = useRef(() => {})

  useEffect(() => {
    let controller = new AbortController()
    let retry: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      clearTimeout(retry)
      controller.abort()
      controller = new AbortController()
      const { signal } = controller
      try {
        setSettings(await api.settings(signal))
        setFailure(null)
      } catch (error) {
        if (signal.aborted) return
        setFailure(asFailure(error))
        retry = setTimeout(() => void read(), retryMs)
      }
    }
    const comeBack = () => {
      if (document.visibilityState === 'visible') void read()
    }
    void read()
    reader.current = () => void read()
    window.addEventListener('online', comeBack)
    document.addEventListener('visibilitychange', comeBack)
    return () => {
      window.removeEventListener('online', comeBack)
      document.removeEventListener('visibilitychange', comeBack)
      clearTimeout(retry)
      controller.abort()
    }
  }, [api])

  const read = useCallback(() => reader.current(), [])
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
