import { useEffect, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import type { IconName } from '../parts/icon.tsx'
import { PageFrame } from '../parts/page-frame.tsx'
import { useVisitWords } from '../words/words.ts'
import type { ProblemKind } from './problem.ts'

/** How often an unreachable server is asked again, in milliseconds. */
const retryMs = 5000

const retried: readonly ProblemKind[] = ['offline', 'visit-full', 'visit-locked', 'rate-limited', 'unknown']

interface Problem {
  kind: ProblemKind
  clinic: string | null
  onRetry: () => void
  /** The whole link, where it was not used yet and may be opened in another browser. */
  link: string | null
}

/** What is wrong, in calm words, and what to do about it. */
export function ProblemScreen({ kind, clinic, onRetry, link }: Problem) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const { title, text } = words.problems[kind]

  useEffect(() => {
    if (kind !== 'offline') return undefined
    const timer = window.setInterval(onRetry, retryMs)
    window.addEventListener('online', onRetry)
    return () => {
      window.clearInterval(timer)
      window.removeEventListener('online', onRetry)
    }
  }, [kind, onRetry])

  const icon: IconName = kind === 'offline' ? 'offline' : kind === 'visit-ended' ? 'check' : 'warning'
  return (
    <PageFrame
      clinic={clinic}
      title={title}
      icon={icon}
      actions={
        <>
          {retried.includes(kind) && (
            <Button look="primary" onClick={onRetry}>
              {shared.tryAgain}
            </Button>
          )}
          {kind === 'outdated' && (
            <ButtonLink look="primary" href={location.pathname}>
              {words.problem.reload}
            </ButtonLink>
          )}
          {kind === 'unsupported' && link !== null && <CopyLink link={link} />}
        </>
      }
    >
      <p>{text}</p>
    </PageFrame>
  )
}

function CopyLink({ link }: { link: string }) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const [copied, setCopied] = useState(false)
  return (
    <Button icon={copied ? 'check' : 'link'} onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}>
      {copied ? shared.copied : words.problem.copyAddress}
    </Button>
  )
}
