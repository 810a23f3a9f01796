import type { Me } from '@curtain/protocol'
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { makeApi, type Api } from '../api/api.ts'
import type { Dated } from '../api/ask.ts'
import { openSessionChannel, type SessionChannel, type SessionEnding } from './session-channel.ts'
import type { SessionLimit } from './session-clock.ts'

export type SessionState =
  /** To be asked of the server. `after`: the time seems to be over; nothing of before is shown until it says otherwise. */
  | { status: 'unknown'; after: SessionLimit | null }
  /** `heard`: another tab said so. */
  | { status: 'signed-out'; why: SessionEnding | null; heard: boolean }
  | { status: 'signed-in'; me: Dated<Me> }

interface Session {
  state: SessionState
  api: Api
  channel: SessionChannel
  /** What the server said of the session that there is. */
  found: (me: Dated<Me>) => void
  /** The server has just opened a session: whose and how long is to be asked. */
  entered: () => void
  /** Takes away what is shown, and asks the server whether there still is a session. */
  check: (after: SessionLimit | null) => void
  /** Forgets who was here, in every tab. */
  left: (why: SessionEnding) => void
}

const SessionContext = createContext<Session | null>(null)

/** Knows who is signed in, and the way to the server that notices when the session has ended. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ status: 'unknown', after: null })
  const [channel] = useState(openSessionChannel)

  const found = useCallback((me: Dated<Me>) => setState({ status: 'signed-in', me }), [])
  const check = useCallback((after: SessionLimit | null) => {
    // At once: what was on the screen must not be drawn once more.
    flushSync(() => setState((before) => (before.status === 'signed-out' ? before : { status: 'unknown', after })))
  }, [])
  const entered = useCallback(() => {
    setState({ status: 'unknown', after: null })
    channel.tell({ type: 'entered' })
  }, [channel])
  const left = useCallback((why: SessionEnding) => setState({ status: 'signed-out', why, heard: false }), [])
  const refused = useCallback(() => {
    setState((before) => {
      if (before.status === 'signed-out') return before
      return { status: 'signed-out', why: before.status === 'unknown' ? before.after : 'elsewhere', heard: false }
    })
  }, [])
  const api = useMemo(() => makeApi(refused), [refused])

  useEffect(
    () =>
      channel.listen((said) => {
        if (said.type === 'ended') flushSync(() => setState({ status: 'signed-out', why: said.why, heard: true }))
        // Perhaps somebody else: what is shown may not be theirs to see.
        if (said.type === 'entered') check(null)
      }),
    [channel, check],
  )
  useEffect(() => {
    if (state.status !== 'signed-out' || state.heard || state.why === null) return
    channel.tell({ type: 'ended', why: state.why })
  }, [state, channel])
  useEffect(() => {
    // A page that the browser had put aside shows again what it showed, whatever has happened since.
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) check(null)
    }
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [check])

  const session = useMemo(
    () => ({ state, api, channel, found, entered, check, left }),
    [state, api, channel, found, entered, check, left],
  )
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('useSession needs a SessionProvider above it')
  return session
}
