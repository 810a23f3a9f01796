import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { useVisitWords } from '../words/words.ts'
import { IconButton } from './button.tsx'

/** How long a notice stays, in milliseconds; long enough to read one sentence twice. */
const staysMs = 6000
const mostShown = 3

interface Notice {
  id: number
  text: string
}

type Say = (text: string) => void

const NoticesContext = createContext<Say | null>(null)

/** Short news at the edge of the screen, also read out politely by screen readers. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const words = useVisitWords()
  const [notices, setNotices] = useState<readonly Notice[]>([])
  const lastId = useRef(0)
  const timers = useRef(new Set<number>())

  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((notice) => notice.id !== id)), [])
  const say = useCallback(
    (text: string) => {
      const id = ++lastId.current
      setNotices((all) => [...all.filter((notice) => notice.text !== text), { id, text }].slice(-mostShown))
      const timer = window.setTimeout(() => {
        timers.current.delete(timer)
        dismiss(id)
      }, staysMs)
      timers.current.add(timer)
    },
    [dismiss],
  )
  useEffect(() => {
    const pending = timers.current
    return () => pending.forEach((timer) => window.clearTimeout(timer))
  }, [])

  return (
    <NoticesContext value={say}>
      {children}
      <output className="notices" aria-relevant="additions">
        {notices.map((notice) => (
          <div key={notice.id} className="notice">
            <span>{notice.text}</span>
            <IconButton label={words.notice.dismiss} icon="close" size={16} onClick={() => dismiss(notice.id)} />
          </div>
        ))}
      </output>
    </NoticesContext>
  )
}

/** Tells the person something in one sentence. */
export function useSay(): Say {
  const say = use(NoticesContext)
  if (say === null) throw new Error('useSay needs a NoticesProvider above it')
  return say
}
