import { Button } from '@mantine/core'
import type { Me } from '@curtain/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { inBackground } from '../api/background.ts'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { navigate } from '../router/location.ts'
import { signInPath } from '../router/own-path.ts'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { ConfirmationProvider } from './confirm.tsx'
import { SessionGuard } from './session-guard.tsx'
import { useSession } from './session.tsx'

/** Shows a page to whoever is signed in, for as long as they are; leads everybody else to the sign-in page and back. */
export function RequireSession({ children }: { children: (who: Me) => ReactNode }) {
  const { state, api, found } = useSession()
  const shared = useSharedWords()
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const asking = state.status === 'unknown' && failure === null
  // Only somebody who has just come to the page asks for it; the page itself asks whether the session is over.
  const byPerson = state.status === 'unknown' && state.after === null

  useEffect(() => {
    if (!asking) return undefined
    const controller = new AbortController()
    const signal = byPerson ? controller.signal : inBackground(controller.signal)
    api.me(signal).then(found, (error: unknown) => {
      if (!controller.signal.aborted) setFailure(asFailure(error))
    })
    return () => controller.abort()
  }, [asking, byPerson, api, found])

  useEffect(() => {
    if (state.status === 'signed-out') navigate(signInPath(`${location.pathname}${location.search}`), { replace: true })
  }, [state.status])

  useEffect(() => {
    if (failure?.code !== 'offline') return undefined
    const retry = () => setFailure(null)
    window.addEventListener('online', retry)
    return () => window.removeEventListener('online', retry)
  }, [failure])

  if (state.status === 'signed-in')
    return (
      <SessionGuard me={state.me}>
        <ConfirmationProvider>{children(state.me.value)}</ConfirmationProvider>
      </SessionGuard>
    )
  if (failure !== null && state.status === 'unknown')
    return (
      <EntryLayout>
        <FailureNotice failure={failure} />
        <Button fullWidth mt="md" onClick={() => setFailure(null)}>
          {shared.tryAgain}
        </Button>
      </EntryLayout>
    )
  return (
    <output className="page-loading">{shared.loading}</output>
  )
}
