import type { VisitErrorCode } from '@curtain/client'
import { isErrorCode } from '@curtain/protocol'
import { useCallback } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { problemFor } from '../screens/problem.ts'
import { useVisitWords } from '../words/words.ts'

/** What a failure means and what to do, in one sentence of the language in use. */
export function useSentence(): (code: VisitErrorCode) => string {
  const shared = useSharedWords()
  const words = useVisitWords()
  return useCallback(
    (code) => (isErrorCode(code) ? shared.sentence(code) : words.problems[problemFor(code)].text),
    [shared, words],
  )
}
