import { useEffect, useState } from 'react'
import { gather } from '../api/gather.ts'
import { watchVisits } from './visit-changes.ts'

const gatherMs = 200

export interface VisitChanges {
  /** False while changes are asked for rather than told. */
  live: boolean
  /** Calls back whenever visits may have changed. Returns the function that stops it. */
  subscribe: (listener: () => void) => () => void
  /** Tells everybody at once: this person has just changed something, or asks to read again. */
  refresh: () => void
}

/** Tells when visits may have changed; what the server says in one moment is gathered into one call. */
export function useVisitChanges(): VisitChanges {
  const [live, setLive] = useState(true)
  const [{ subscribe, refresh }] = useState(makeListeners)

  useEffect(() => {
    const gathered = gather(refresh, gatherMs)
    const stop = watchVisits({ onMode: (mode) => setLive(mode === 'live'), onChange: gathered.call })
    return () => {
      stop()
      gathered.cancel()
    }
  }, [refresh])

  return { live, subscribe, refresh }
}

function makeListeners(): Pick<VisitChanges, 'subscribe' | 'refresh'> {
  const listeners = new Set<() => void>()
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    refresh() {
      for (const listener of listeners) listener()
    },
  }
}
