import { Button } from '@mantine/core'
import type { SignedIn } from '@curtain/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { navigate } from '../router/location.ts'
import { signInPath } from '../router/own-path.ts'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useSession } from './session.tsx'

/** Shows a page to whoever is signed in; leads everybody else to the sign-in page and back. */
export function RequireSession({ children }: { children: (who: SignedIn) => ReactNode }) {
  const { state, api, entered } = useSession()
  const shared = useSharedWords()
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const asking = state.status === 'unknown' && failure === null

  useEffect(() => {
    if (!asking) return undefined
    const controller = new AbortController()
    api.me(controller.signal).then(entered, (error: unknown) => {
      if (!controller.signal.aborted) setFailure(asFailure(error))
    })
    return () => controller.abort()
  }, [asking, api, entered])

  useEffect(() => {
    if (state.status === 'signed-out') navigate(signInPath(`${location.pathname}${location.search}`), { replace: true })
  }, [state.status])

  useEffect(() => {
    if (failure?.code !== 'offline') return undefined
    const retry = () => setFailure(null)
    window.addEventListener('online', retry)
    return () => window.removeEventListener('online', retry)
  }, [failure])

  if (state.status === 'signed-in') return children(state.who)
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
