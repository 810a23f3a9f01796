import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { navigate } from '../router/location.ts'
import { signInPath } from '../router/own-path.ts'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useSession } from './session.tsx'
import { useSessionWords } from './words.ts'

/**
 * `/welcome#<secret>`: exchanges a one-time sign-in link and goes to the visit it was made for, else to today; by way of
 * what the account still lacks.
 * @param secret of the link, already taken out of the address bar; null if there was none.
 */
export function WelcomePage({ secret }: { secret: string | null }) {
  const words = useSessionWords()
  const shared = useSharedWords()
  const { api, entered } = useSession()
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const [attempt, setAttempt] = useState(0)
  const begun = useRef(-1)

  useEffect(() => {
    // A link works once: an effect that runs again must not spend it twice.
    if (secret === null || begun.current === attempt) return
    begun.current = attempt
    const exchange = async () => {
      try {
        const { step, visitId } = await api.exchangeSignInLink(secret)
        const next = visitId === null ? '/today' : `/visits/${visitId}`
        if (step.next === 'none') entered()
        navigate(step.next === 'none' ? next : signInPath(next), { replace: true })
      } catch (error) {
        setFailure(asFailure(error))
      }
    }
    void exchange()
  }, [secret, attempt, api, entered])

  const withPassword = (
    <Button variant="default" fullWidth mt="md" onClick={() => navigate('/sign-in')}>
      {words.withPassword}
    </Button>
  )
  if (secret === null)
    return (
      <EntryLayout>
        <PageHeading name={words.signInTitle}>{words.signInTitle}</PageHeading>
        <Notice tone="warning">{words.welcomeNoSecret}</Notice>
        {withPassword}
      </EntryLayout>
    )
  if (failure === null)
    return (
      <EntryLayout>
        <PageHeading name={words.signInTitle}>{words.welcomeTitle}</PageHeading>
        <output>{shared.loading}</output>
      </EntryLayout>
    )
  const retry = () => {
    setFailure(null)
    setAttempt((count) => count + 1)
  }
  return (
    <EntryLayout>
      <PageHeading name={words.signInTitle}>{words.signInTitle}</PageHeading>
      <FailureNotice failure={failure} />
      {failure.code !== 'sign-in-link-invalid' && (
        <Button fullWidth mt="md" onClick={retry}>
          {shared.tryAgain}
        </Button>
      )}
      {withPassword}
    </EntryLayout>
  )
}
