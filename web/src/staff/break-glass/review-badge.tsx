import { useEffect, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { inBackground } from '../api/background.ts'
import { useSession } from '../session/session.tsx'
import { useBreakGlassWords } from './words.ts'

const everyMs = 60_000
const listeners = new Set<() => void>()

/** One fewer waits, or one more: the badge is to be read again. */
export function reviewsChanged(): void {
  for (const listener of listeners) listener()
}

/** How many wait for review, beside the link to them: asked again every minute. */
export function ReviewBadge() {
  const words = useBreakGlassWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const [waiting, setWaiting] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const signal = inBackground(controller.signal)
    const read = () => {
      // The page itself says what is wrong; here it is asked again soon.
      api.reviewsWaiting(signal).then((answer) => setWaiting(answer.waiting), () => {})
    }
    read()
    const timer = setInterval(read, everyMs)
    listeners.add(read)
    return () => {
      listeners.delete(read)
      clearInterval(timer)
      controller.abort()
    }
  }, [api])
  if (waiting === 0) return null
  return (
    <span className="shell-badge">
      <span aria-hidden="true">{format.number(waiting)}</span>
      <span className="visually-hidden">{words.waiting(waiting, format.number(waiting))}</span>
    </span>
  )
}
