import type { VisitClient, VisitSnapshot } from '@curtain/client'
import { createContext, use, useSyncExternalStore } from 'react'

const VisitContext = createContext<VisitClient | null>(null)

/** Gives the parts of a visit their client. */
export const VisitProvider = VisitContext

/** This person's part in the visit: what to call. */
export function useVisitClient(): VisitClient {
  const client = use(VisitContext)
  if (client === null) throw new Error('useVisitClient needs a VisitProvider above it')
  return client
}

/** What there is to draw; the component is drawn again on each change. */
export function useSnapshot(client: VisitClient): VisitSnapshot {
  return useSyncExternalStore(
    (listener) => client.subscribe(listener),
    () => client.snapshot,
  )
}
