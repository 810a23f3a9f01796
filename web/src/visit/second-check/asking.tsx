import type { Shown } from '../entrance.ts'
import { useSecondCheckWords } from './words.ts'

/** What a form needs to know beside what is asked. */
export interface Asking {
  clinic: string
  busy: boolean
  /** Why the last answer did not get through, in words, if it did not. */
  failure: string | null
  show: (shown: Shown) => Promise<void>
}

/** Where the last answer stands. */
export function Verdict({ children, triesLeft }: { children: string; triesLeft: number }) {
  const words = useSecondCheckWords()
  return (
    <>
      <strong>{children}</strong> {triesLeft === 1 ? `${words.triesLeft(1)} ${words.lastTry}` : words.triesLeft(triesLeft)}
    </>
  )
}
