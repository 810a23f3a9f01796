import type { SignedIn } from '@curtain/protocol'
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react'
import { makeApi, type Api } from '../api/api.ts'

/** `unknown` until the server was asked. */
export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed-out' }
  | { status: 'signed-in'; who: SignedIn }

interface Session {
  state: SessionState
  api: Api
  /** Takes up the session that the server has just opened. */
  entered: (who: SignedIn) => void
  /** Forgets who was here. */
  left: () => void
}

const SessionContext = createContext<Session | null>(null)

/** Knows who is signed in, and the way to the server that notices when the session has ended. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ status: 'unknown' })
  const left = useCallback(() => setState({ status: 'signed-out' }), [])
  const entered = useCallback((who: SignedIn) => setState({ status: 'signed-in', who }), [])
  const api = useMemo(() => makeApi(left), [left])
  const session = useMemo(() => ({ state, api, entered, left }), [state, api, entered, left])
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('useSession needs a SessionProvider above it')
  return session
}
