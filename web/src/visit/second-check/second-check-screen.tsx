import type { LinkQuestion } from '@curtain/protocol'
import { useState } from 'react'
import type { Shown } from '../entrance.ts'
import { PageFrame } from '../parts/page-frame.tsx'
import { problemFor, problemOf, type ProblemKind } from '../screens/problem.ts'
import { useVisitWords } from '../words/words.ts'
import type { Asking } from './asking.tsx'
import { BirthDateForm } from './birth-date-form.tsx'
import { CodeForm } from './code-form.tsx'
import { useSecondCheckWords } from './words.ts'

/** What goes by: what was typed stays, to be sent again. */
const passing: readonly ProblemKind[] = ['offline', 'rate-limited', 'unknown']

interface SecondCheck {
  asked: LinkQuestion
  /** @throws VisitError */
  onShow: (shown: Shown) => Promise<void>
  /** It cannot go on here. */
  onFail: (error: unknown) => void
}

/** What the link asks for, before it says anything about the visit. */
export function SecondCheckScreen({ asked, onShow, onFail }: SecondCheck) {
  const words = useSecondCheckWords()
  const { problems } = useVisitWords()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ProblemKind | null>(null)
  const { check, organizationName: clinic } = asked

  async function show(shown: Shown) {
    setBusy(true)
    setFailure(null)
    try {
      await onShow(shown)
    } catch (error) {
      const kind = problemFor(problemOf(error))
      if (!passing.includes(kind)) return onFail(error)
      setFailure(kind)
    }
    setBusy(false)
  }

  const asking: Asking = { clinic, busy, failure: failure === null ? null : problems[failure].text, show }
  return (
    <PageFrame clinic={clinic} title={words.title}>
      {check.kind === 'birth-date' ? <BirthDateForm check={check} {...asking} /> : <CodeForm check={check} {...asking} />}
    </PageFrame>
  )
}
