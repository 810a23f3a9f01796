import { useEffect, useId, useRef, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import type { IconName } from '../parts/icon.tsx'
import { PageFrame } from '../parts/page-frame.tsx'
import { useVisitWords } from '../words/words.ts'
import type { ProblemKind } from './problem.ts'

/** How often an unreachable server is asked again, in milliseconds. */
const retryMs = 5000

const retried: readonly ProblemKind[] = [
  'offline',
  'visit-full',
  'visit-locked',
  'rate-limited',
  'clock-wrong',
  'encryption-failed',
  'unknown',
]
/** Another browser would do better. */
const helpedElsewhere: readonly ProblemKind[] = ['unsupported', 'needs-encryption']

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
          {helpedElsewhere.includes(kind) && link !== null && <CopyLink link={link} />}
        </>
      }
    >
      <p>{text}</p>
    </PageFrame>
  )
}

/** Browsers inside other apps often copy nothing: then the link is there to be copied by hand. */
function CopyLink({ link }: { link: string }) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const [state, setState] = useState<'new' | 'copied' | 'by-hand'>('new')
  const field = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => {
    if (state === 'by-hand') field.current?.focus()
  }, [state])

  async function copy() {
    try {
      await navigator.clipboard.writeText(link)
      setState('copied')
    } catch {
      setState('by-hand')
    }
  }

  if (state === 'by-hand') {
    return (
      <div className="field">
        <label htmlFor={id}>{words.host.selectLink}</label>
        <input ref={field} id={id} readOnly value={link} onFocus={(event) => event.target.select()} />
      </div>
    )
  }
  return (
    <Button look="primary" icon={state === 'copied' ? 'check' : 'link'} onClick={() => void copy()}>
      {state === 'copied' ? shared.copied : words.problem.copyAddress}
    </Button>
  )
}
