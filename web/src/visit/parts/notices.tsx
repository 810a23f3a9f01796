import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { useVisitWords } from '../words/words.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

/** How long a notice stays, in milliseconds; long enough to read one sentence twice. */
const staysMs = 6000
const mostShown = 3

/** What a press on a notice does, in words for whoever does not see that it can be pressed. */
interface NoticeAction {
  label: string
  onPress: () => void
}

interface Notice {
  id: number
  text: string
  action: NoticeAction | undefined
}

type Say = (text: string, action?: NoticeAction) => void

const NoticesContext = createContext<Say | null>(null)

/** Short news at the edge of the screen, also read out politely by screen readers. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const words = useVisitWords()
  const [notices, setNotices] = useState<readonly Notice[]>([])
  const lastId = useRef(0)
  const timers = useRef(new Set<number>())

  const dismiss = useCallback((id: number) => setNotices((all) => all.filter((notice) => notice.id !== id)), [])
  const say = useCallback(
    (text: string, action?: NoticeAction) => {
      const id = ++lastId.current
      setNotices((all) => [...all.filter((notice) => notice.text !== text), { id, text, action }].slice(-mostShown))
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
            {notice.action === undefined ? (
              <span>{notice.text}</span>
            ) : (
              <NoticeButton {...notice.action} text={notice.text} onDone={() => dismiss(notice.id)} />
            )}
            <IconButton label={words.notice.dismiss} icon="close" size={16} onClick={() => dismiss(notice.id)} />
          </div>
        ))}
      </output>
    </NoticesContext>
  )
}

function NoticeButton({ text, label, onPress, onDone }: NoticeAction & { text: string; onDone: () => void }) {
  return (
    <button
      type="button"
      className="notice-button"
      onClick={() => {
        onDone()
        onPress()
      }}
    >
      <Icon name="chat" size={18} />
      <span>{text}</span>
      <span className="visually-hidden">. {label}</span>
    </button>
  )
}

/** Tells the person something in one sentence, which may be pressed to see more. */
export function useSay(): Say {
  const say = use(NoticesContext)
  if (say === null) throw new Error('useSay needs a NoticesProvider above it')
  return say
}
