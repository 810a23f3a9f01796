import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'
import { Icon } from './icons.tsx'
import { useShellWords } from './words.ts'

const AnnouncerContext = createContext<((said: string) => void) | null>(null)
const shownMs = 7_000

/** Says in passing what has just happened: in a corner of the page, and to readers of it. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const words = useShellWords()
  const [said, setSaid] = useState<{ text: string; count: number } | null>(null)
  const say = useCallback((text: string) => setSaid((before) => ({ text, count: (before?.count ?? 0) + 1 })), [])

  useEffect(() => {
    if (said === null) return undefined
    const timer = setTimeout(() => setSaid(null), shownMs)
    return () => clearTimeout(timer)
  }, [said])

  return (
    <AnnouncerContext value={say}>
      {children}
      <output className="announcer">
        {said !== null && (
          <span key={said.count} className="announcement">
            <Icon name="info" />
            <span>{said.text}</span>
            <button type="button" aria-label={words.dismiss} onClick={() => setSaid(null)}>
              <Icon name="close" size={16} />
            </button>
          </span>
        )}
      </output>
    </AnnouncerContext>
  )
}

/** The way to say something in passing. Names in it are shown and forgotten. */
export function useAnnouncer(): (said: string) => void {
  const say = use(AnnouncerContext)
  if (say === null) throw new Error('useAnnouncer needs an AnnouncerProvider above it')
  return say
}
