import { useCallback, useEffect, useRef, useState } from 'react'
import { watchVisits } from './visit-changes.ts'

const gatherMs = 200

/**
 * Counts up whenever visits may have changed: at once for what this person did, and gathered over a moment for what
 * the server tells, so that a busy minute does not become a flood of requests.
 */
export function useVisitChanges(): { version: number; live: boolean; refresh: () => void } {
  const [version, setVersion] = useState(0)
  const [live, setLive] = useState(true)
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null)
  const refresh = useCallback(() => setVersion((count) => count + 1), [])

  useEffect(() => {
    const stop = watchVisits({
      onMode: (mode) => setLive(mode === 'live'),
      onChange() {
        pending.current ??= setTimeout(() => {
          pending.current = null
          refresh()
        }, gatherMs)
      },
    })
    return () => {
      stop()
      if (pending.current !== null) clearTimeout(pending.current)
      pending.current = null
    }
  }, [refresh])

  return { version, live, refresh }
}
